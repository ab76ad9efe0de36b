import { domains } from "@crm/core/domains.ts";
import { listNames } from "@crm/core/kernel/registry.ts";
import { loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createLead = async (tags: readonly string[]) => (await tenant.admin.createLead(newLead({ tags }))).data.id;
const readTags = async (id: string) => (await tenant.admin.getLead({ id })).data.tags;
const listTagTotals = async () => {
  await app.settle();
  return (await tenant.admin.listTags({})).data.map(({ name, total }) => `${name} ${total}`);
};
const renameTag = async (from: string, to: string | null) => {
  const { data } = await (to === null ? tenant.admin.deleteTag({ name: from }) : tenant.admin.renameTag({ from, to }));
  await app.settle();
  return Promise.all(data.bulk_changes.map(async ({ id }) => (await tenant.admin.getBulkChange({ id })).data));
};

it("each kind with tags declares them, so that a rename covers it", async () => {
  const loadableKinds = domains.flatMap(({ kinds }) => kinds).filter(({ load }) => load);
  const all = await Promise.all(loadableKinds.map(loadCollection));
  // Assets are changed one by one: no list has the assets of all campaigns.
  const tagged = all
    .filter(({ fields }) => fields.includes("tags"))
    .flatMap(({ name }) => (name === "campaign_asset" ? [] : [name]));
  expect(listNames("tags", domains).sort()).toEqual(tagged.sort());
});

describe("a renamed tag", () => {
  it("changes on records of each kind, and no other tag changes", async () => {
    const leadId = await createLead(["Old", "other"]);
    const accented = await createLead(["Öld"]);
    const { data: customer } = await tenant.admin.createCustomer({ name: "Acme", tags: ["OLD"] });
    const { data: contact } = await tenant.admin.createContact({ customer_id: customer.id, last_name: "Bo", tags: ["old"] });
    const { data: sold } = await tenant.admin.createOpportunity({ customer_id: customer.id, name: "Deal", tags: ["old"] });
    const { data: call } = await tenant.admin.createInteraction({
      ...{ customer_id: customer.id, interaction_type_id: "call", tags: ["old"] },
    });
    const agreed = { customer_id: customer.id, tags: ["old"] };
    const campaign = { name: "Boats", type: "EVENT", start_date: "2026-01-01", tags: ["old"] };
    await tenant.admin.createCampaign(campaign);
    const { data: person } = await tenant.admin.createPerson({ notes: "Asks for a boat" });
    const needInput = { personal_key_id: person.id, interested_products: ["Boat"], tags: ["old"] };
    const { data: need } = await tenant.admin.createPotential(needInput);
    const { data: deal } = await tenant.admin.createDeal(agreed);
    const { data: quote } = await tenant.admin.createQuote({
      ...agreed,
      line_items: [{ name: "Boat", unit_price: "1" }],
    });
    await tenant.admin.createOrder(agreed);
    const { data: proposal } = await tenant.admin.createProposal(agreed);
    await tenant.admin.createProject({ ...agreed, title: "A boat house" });
    await tenant.admin.createContract({ ...agreed, title: "A boat for a year" });
    const { data: ticket } = await tenant.admin.createTicket({ ...agreed, subject: "Leaks", description: "Below the keel" });
    const { data: article } = await tenant.admin.createKnowledgeArticle({ title: "What leaks", body: "The keel", tags: ["old"] });
    // Tags of sent quotes are renamed too, because tags are internal.
    await tenant.admin.submitQuote({ id: quote.id });
    await app.settle();
    const changes = await renameTag("old", "New name");
    expect(changes.map(({ kind, status, done, found }) => `${kind} ${status} ${done} of ${found}`)).toEqual(
      listNames("tags", domains).map((kind) => `${kind} completed 1 of 1`),
    );
    expect(await readTags(leadId)).toEqual(["other", "New name"]);
    expect(await readTags(accented)).toEqual(["Öld"]);
    expect((await tenant.admin.getContact({ id: contact.id })).data.tags).toEqual(["New name"]);
    expect((await tenant.admin.getOpportunity({ id: sold.id })).data.tags).toEqual(["New name"]);
    expect((await tenant.admin.getInteraction({ id: call.id })).data.tags).toEqual(["New name"]);
    expect((await tenant.admin.getPotential({ id: need.id })).data.tags).toEqual(["New name"]);
    expect((await tenant.admin.getDeal({ id: deal.id })).data.tags).toEqual(["New name"]);
    expect((await tenant.admin.getQuote({ id: quote.id })).data).toMatchObject({ tags: ["New name"], status: "APPROVED" });
    expect((await tenant.admin.getTicket({ id: ticket.id })).data.tags).toEqual(["New name"]);
    expect((await tenant.admin.getKnowledgeArticle({ id: article.id })).data.tags).toEqual(["New name"]);
    expect((await tenant.admin.getProposal({ id: proposal.id })).data.tags).toEqual(["New name"]);
    expect(await listTagTotals()).toEqual(["New name 14", "other 1", "Öld 1"]);
    const ofLeads = changes.find(({ kind }) => kind === "lead");
    await tenant.admin.undoBulkChange({ id: ofLeads?.id as string });
    await app.settle();
    expect(await readTags(leadId)).toEqual(["Old", "other"]);
  });

  it("is merged into an existing one, with the spelling of that", async () => {
    const [singleId, doubleId] = [await createLead(["a"]), await createLead(["B", "a"])];
    await app.settle();
    await renameTag("A", "b");
    expect([await readTags(singleId), await readTags(doubleId)]).toEqual([["B"], ["B"]]);
    expect(await listTagTotals()).toEqual(["B 2"]);
  });

  it("is removed from all records when it is deleted, with any name", async () => {
    const id = await createLead(["a/b #1%", "b"]);
    await app.settle();
    await renameTag("A/B #1%", null);
    expect(await readTags(id)).toEqual(["b"]);
    expect(await listTagTotals()).toEqual(["b 1"]);
  });

  it("is not added to a record that has lost it meanwhile", async () => {
    const id = await createLead(["a", "b"]);
    await app.settle();
    await tenant.admin.createBulkChange({
      ...{ kind: "lead", action: "update", ids: [id], add_tags: ["z"], remove_tags: ["gone"], only_tagged: true },
    });
    await app.settle();
    expect(await readTags(id)).toEqual(["a", "b"]);
  });

  it("is renamed by users who see all records, to a different name", async () => {
    await createLead(["a"]);
    const readRejection = async (from: string, to: string, as = tenant.admin) =>
      as.renameTag({ from, to }).then(
        () => [200],
        ({ status, details }) => [status, details?.[0]?.field],
      );
    expect(await readRejection("none such", "b")).toEqual([400, "from"]);
    expect(await readRejection("a", "A")).toEqual([400, "to"]);
    expect(await readRejection("a", " ")).toEqual([400, "to"]);
    await expect(tenant.admin.deleteTag({ name: "none such" })).rejects.toMatchObject({ status: 404 });
    const manager = await addUser(app, tenant, "MANAGER");
    expect((await readRejection("a", "b", manager.client))[0]).toBe(403);
    for (const more of [
      { action: "delete", only_tagged: true },
      { action: "update", changes: {}, only_tagged: true },
    ])
      await expect(tenant.admin.createBulkChange({ kind: "lead", query: {}, ...more })).rejects.toMatchObject({
        status: 400,
      });
    expect((await tenant.admin.listBulkChanges({})).data).toEqual([]);
  });

  it("is started once for all kinds, despite repeated requests", async () => {
    await createLead(["a"]);
    const options = { idempotencyKey: "rename-1" };
    const [first, again] = [
      await tenant.admin.renameTag({ from: "a", to: "b" }, options),
      await tenant.admin.renameTag({ from: "a", to: "b" }, options),
    ];
    expect(again.data).toEqual(first.data);
    expect((await tenant.admin.listBulkChanges({})).meta.total).toBeLessThanOrEqual(5);
    await app.settle();
    expect((await tenant.admin.listBulkChanges({})).data).toHaveLength(listNames("tags", domains).length);
  });
});
