import { Search } from "@crm/core/views/search.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let director: TestUser;
/** The id of a record of each type. */
const recordIds: Record<string, string> = {};

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  [rep, director] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "DIRECTOR")];
  const { admin, userId } = tenant;
  const { data: lead } = await admin.createLead(newLead({ first_name: "Ada", last_name: "Zeppelin", owner_id: userId }));
  recordIds.lead = lead.id;
  recordIds.person = lead.personal_key_id;
  recordIds.customer = (await admin.createCustomer({ name: "Zeppelin Works", owner_id: userId })).data.id;
  recordIds.contact = (
    await admin.createContact({ full_name: "Ida Zeppelin", customer_id: recordIds.customer, owner_id: userId })
  ).data.id;
  recordIds.opportunity = (
    await admin.createOpportunity({ name: "One Zeppelin", customer_id: recordIds.customer, owner_id: userId })
  ).data.id;
  recordIds.deal = (await admin.createDeal({ name: "A Zeppelin", customer_id: recordIds.customer, owner_id: userId })).data.id;
  recordIds.quote = (
    await admin.createQuote({ name: "Half a Zeppelin", customer_id: recordIds.customer, owner_id: userId })
  ).data.id;
  recordIds.proposal = (
    await admin.createProposal({ name: "Your Zeppelin", customer_id: recordIds.customer, owner_id: userId })
  ).data.id;
  recordIds.contract = (
    await admin.createContract({ title: "A zeppelin for a year", customer_id: recordIds.customer, owner_id: userId })
  ).data.id;
  const { data: potential } = await admin.createPotential({
    ...{ personal_key_id: lead.personal_key_id, interested_products: ["Airship, or zeppelin"] },
  });
  recordIds.potential = potential.id;
  const help = { subject: "Our zeppelin sinks", description: "Since noon", customer_id: recordIds.customer };
  recordIds.ticket = (await admin.createTicket(help)).data.id;
  // A draft, which only authors can read.
  recordIds.knowledge_article = (await admin.createKnowledgeArticle({ title: "How a zeppelin rises" })).data.id;
  const relation = { related_to_id: lead.id };
  recordIds.activity = (await admin.createActivity({ ...relation, subject: "Fly a zeppelin", activity_type_id: "task" })).data.id;
  const call = { personal_key_id: lead.personal_key_id, lead_id: lead.id, interaction_type_id: "phone", subject: "Of zeppelins" };
  recordIds.interaction = (await admin.createInteraction(call)).data.id;
  recordIds.note = (await admin.createNote({ ...relation, content: "Owns a zeppelin", is_private: true })).data.id;
  recordIds.comment = (await admin.createComment({ ...relation, content: "Which zeppelin?" })).data.id;
  const { data: upload } = await admin.createUpload({ file_name: "zeppelin.txt", content_type: "text/plain", size: 1 });
  await app.objects.write(`${tenant.id}/uploads/${upload.upload_id}`, Buffer.from("x"));
  recordIds.attachment = (await admin.createAttachment({ ...relation, upload_id: upload.upload_id })).data.id;
  await app.settle();
});
afterAll(() => app.stop());

describe("a search over all kinds", () => {
  it("returns one of every kind with title and link, prefix matches first", async () => {
    const { data, meta } = await tenant.admin.search({ q: "zepp" });
    const persons = data.filter(({ type }) => type === "person");
    expect(persons.map(({ id }) => id)).toContain(recordIds.person);
    for (const type of Search.types) expect([type, data.some(({ id }) => id === recordIds[type])]).toEqual([type, true]);
    expect(meta.total).toBe(data.length);
    const starting = data.filter(({ title }) => /^zepp/i.test(title)).map(({ type }) => type);
    expect(starting.sort()).toEqual(["attachment", "customer"]);
    expect(
      data
        .slice(0, 2)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(starting);
    for (const { links } of data)
      expect(
        (
          await inProcessTransport(
            app,
            tenant.token,
          )({ method: "GET", path: String(links.self), query: "", headers: {}, body: undefined })
        ).status,
      ).toBe(200);
  });

  it("applies types, a limit per type, and all words", async () => {
    const { data } = await tenant.admin.search({ q: "zeppelin", types: "contact,person", limit: 1 });
    expect(data.map(({ type }) => type).sort()).toEqual(["contact", "person"]);
    expect((await tenant.admin.search({ q: "zeppelin works" })).data.map(({ type }) => type)).toEqual(["customer"]);
    expect((await tenant.admin.search({ q: " " })).data).toEqual([]);
    await expect(tenant.admin.search({ q: "a", types: "boat" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "types" }],
    });
  });

  it("returns nothing that the caller cannot see, and excludes it from the total", async () => {
    expect(await rep.client.search({ q: "zeppelin" })).toMatchObject({ data: [], meta: { total: 0 } });
    const { data } = await director.client.search({ q: "zeppelin" });
    expect(data.map(({ type }) => type)).not.toContain("note");
    expect(data.map(({ type }) => type)).toContain("activity");
  });

  it("says beside each title what the query names, or else the first detail", async () => {
    const { admin, userId } = tenant;
    const contact = { email: "info@harbour.example", phone: "+49 40 5550123" };
    await admin.createCustomer({ name: "Moor", ...contact, owner_id: userId });
    await app.settle();
    const read = async (q: string) => (await admin.search({ q, types: "customer" })).data.map(({ subtitle }) => subtitle);
    expect([await read("moor"), await read("moor 0123")]).toEqual([[contact.email], [expect.stringContaining("0123")]]);
  });

  it("finds a telephone number by its last digits, of the records that the caller sees", async () => {
    const { admin, userId } = tenant;
    const { data: reef } = await admin.createCustomer({ name: "Reef", phone: "+49 40 77770199", owner_id: userId });
    const { data: lead } = await admin.createLead(newLead({ phone: "+49 171 5550199", owner_id: userId }));
    await app.settle();
    const find = async (q: string, { client } = { client: admin }) => (await client.search({ q })).data.map(({ id }) => id);
    for (const q of ["770199", "7777 0199", "reef 0199"]) expect([q, await find(q)]).toEqual([q, [reef.id]]);
    expect(await find("0199")).toEqual(expect.arrayContaining([reef.id, lead.id, lead.personal_key_id]));
    expect(await find("7777")).not.toContain(reef.id);
    expect(await find("0199", rep)).toEqual([]);
    expect((await admin.listCustomers({ search: "70199" })).data.map(({ id }) => id)).toEqual([reef.id]);
    await admin.updateCustomer({ id: reef.id, phone: "+49 40 77770200" });
    await app.settle();
    expect([(await find("770199")).includes(reef.id), await find("770200")]).toEqual([false, [reef.id]]);
  });
});
