import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import { ownerAttribute } from "@crm/core/storage/table/person-visibility.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { ApiError, Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let ann: TestUser;
let bob: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  [ann, bob] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
});
afterAll(() => app.stop());

let recordCount = 0;
let email: string;
let lead: Awaited<ReturnType<Client["createLead"]>>["data"];
let person: string;
let interaction: string;
beforeEach(async () => {
  email = `victim${++recordCount}@mail.example`;
  lead = (
    await ann.client.createLead(
      newLead({ first_name: "Victim", last_name: `Number${recordCount}`, email, company: `Secret ${recordCount}` }),
    )
  ).data;
  person = lead.personal_key_id;
  const interactionInput = {
    personal_key_id: person,
    interaction_type_id: "call",
    subject: "Told in confidence",
    lead_id: lead.id,
  };
  interaction = (await ann.client.createInteraction(interactionInput)).data.id;
  await app.settle();
});

const readRejection = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "done",
    ({ status, message, details }: ApiError) => `${status} ${message} ${JSON.stringify(details)}`,
  );
const readStatus = (call: Promise<unknown>) =>
  call.then(
    () => 200,
    (error: ApiError) => error.status,
  );
const listIds = (rows: readonly unknown[]): unknown[] => rows.map((row) => (row as { id: string }).id);

describe("R1 a person", () => {
  it("is hidden on each path from a caller who sees none of their records", async () => {
    const { client: as } = bob;
    const point = (await tenant.admin.getPerson({ id: person })).data.contact_points[0]?.id as string;
    const calls: [string, () => Promise<unknown>][] = [
      ["get", () => as.getPerson({ id: person })],
      ["update", () => as.updatePerson({ id: person, notes: "mine" })],
      ["360", () => as.getPerson360({ id: person })],
      ["timeline", () => as.listPersonTimeline({ id: person })],
      ["activities", () => as.listPersonActivities({ id: person })],
      ["leads", () => as.listPersonLeads({ id: person })],
      ["journey", () => as.createJourneyEntry({ id: person })],
      ["interaction", () => as.getInteraction({ id: interaction })],
      ["interaction's change", () => as.updateInteraction({ id: interaction, subject: "mine" })],
      ["point", () => as.updateContactPoint({ id: person, point_id: point, is_primary: true })],
      ["address", () => as.addAddress({ id: person, city: "Ghent" })],
      ["preferences", () => as.setPreferences({ id: person, preferences: [{ channel: "email", consent: "ALLOWED" }] })],
      ["duplicates", () => as.listPersonDuplicates({ id: person })],
    ];
    for (const [name, call] of calls) expect([name, await readStatus(call())]).toEqual([name, 404]);
    expect((await as.listPersons({ search: "victim" })).meta).toMatchObject({ total: 0 });
    expect((await as.listInteractions({ lead: lead.id })).data).toEqual([]);
    expect((await as.listInteractions({ person })).data).toEqual([]);
    expect((await as.listInteractions({})).meta.total).toBe(0);
    expect((await ann.client.getPerson({ id: person })).data.emails).toEqual([email]);
    expect(listIds((await ann.client.listInteractions({ person })).data)).toEqual([interaction]);
    expect(listIds((await ann.client.listPersons({ search: `number${recordCount}` })).data)).toEqual([person]);
  });

  it("appears and disappears with the records that reveal them", async () => {
    const isVisibleTo = async ({ client: as }: TestUser) => {
      await app.settle();
      const listed = listIds((await as.listPersons({ limit: 100 })).data).includes(person);
      expect(await readStatus(as.getPerson({ id: person }))).toBe(listed ? 200 : 404);
      return listed;
    };
    expect([await isVisibleTo(ann), await isVisibleTo(bob)]).toEqual([true, false]);
    await tenant.admin.assignLeads({ lead_ids: [lead.id], owner_id: bob.id });
    expect([await isVisibleTo(ann), await isVisibleTo(bob)]).toEqual([false, true]);
    await tenant.admin.updateLead({ id: lead.id, owner_id: null });
    expect([await isVisibleTo(ann), await isVisibleTo(bob)]).toEqual([true, true]);
    await tenant.admin.assignLeads({ lead_ids: [lead.id], owner_id: bob.id });
    await tenant.admin.deleteLead({ id: lead.id });
    // A person without records is visible only to their creator.
    expect([await isVisibleTo(ann), await isVisibleTo(bob)]).toEqual([true, false]);
    await tenant.admin.restoreLead({ id: lead.id });
    expect([await isVisibleTo(ann), await isVisibleTo(bob)]).toEqual([false, true]);
    const { data: customer } = await tenant.admin.createCustomer({
      customer_type: "individual",
      name: "Victim",
      personal_key_id: person,
      owner_id: ann.id,
    });
    expect([await isVisibleTo(ann), await isVisibleTo(bob)]).toEqual([true, true]);
    await tenant.admin.deleteCustomer({ id: customer.id });
    expect([await isVisibleTo(ann), await isVisibleTo(bob)]).toEqual([false, true]);
  });

  it("has one entry for each owner, starting from the checkpoint of the previous release", async () => {
    const items = () => dumpItems(app, tenant.id);
    const findItem = (sk: string) => items().find((item) => item.sk === sk);
    const { entries, turn, ...checkpoint } = findItem(`~${person}`) ?? expect.fail("Not derived");
    const before = { pk: checkpoint.pk, sk: `~seen#${person}`, version: 1, entries, turn };
    // More owners than fit into one transaction.
    const owners = Array.from({ length: 90 }, () => newId(USER));
    const sight = { ...findItem(`~sight#${person}`), ...Object.fromEntries(owners.map((owner) => [ownerAttribute(owner), 1])) };
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const tx = transaction();
      for (const item of [checkpoint, before, sight]) tx.put(item);
      await tx.commit(undefined);
    });
    const standsUnder = async (): Promise<string[]> => {
      await app.settle();
      expect(findItem(before.sk)).toBeUndefined();
      const seenItems = items().filter((item) => item.sk === person && String(item.pk).includes("#SEEN#"));
      return seenItems.map(({ pk }) => String(pk).split("#")[4] as string).sort();
    };
    const readCount = (owner: string) => items().find(({ pk, sk }) => String(pk).endsWith("#COUNT#person") && sk === owner)?.live;
    const persons = readCount(ann.id);
    await tenant.admin.updatePerson({ id: person, job_title: "Broker" });
    expect(await standsUnder()).toEqual([...owners, ann.id].sort());
    expect([persons, ...owners.map(readCount)]).toEqual([readCount(ann.id), ...owners.map(() => 1)]);
    await tenant.admin.assignLeads({ lead_ids: [lead.id], owner_id: bob.id });
    expect(await standsUnder()).toEqual([...owners, bob.id].sort());
    expect(readCount(ann.id)).toBe(Number(persons) - 1);
  });

  it("without records is visible to the creator only, and a merged one follows the survivor", async () => {
    const { data: ownPerson } = await ann.client.createPerson({ first_name: "Mine", last_name: "Alone" });
    const { data: twin } = await bob.client.createPerson({ first_name: "Twin", last_name: "Alone" });
    await app.settle();
    expect([
      await readStatus(bob.client.getPerson({ id: ownPerson.id })),
      await readStatus(ann.client.getPerson({ id: ownPerson.id })),
    ]).toEqual([404, 200]);
    expect(await readStatus(ann.client.mergePersons({ id: person, merged_id: twin.id }))).toBe(404);
    await tenant.admin.mergePersons({ id: ownPerson.id, merged_id: person });
    await app.settle();
    // The merged person's records now decide who sees the survivor; having created it is not enough.
    for (const id of [ownPerson.id, person])
      expect([await readStatus(ann.client.getPerson({ id })), await readStatus(bob.client.getPerson({ id }))]).toEqual([
        200, 404,
      ]);
    expect(listIds((await ann.client.listPersons({ search: "mine" })).data)).toEqual([ownPerson.id]);
    await tenant.admin.assignLeads({ lead_ids: [lead.id], owner_id: bob.id });
    await app.settle();
    expect([
      await readStatus(ann.client.getPerson({ id: ownPerson.id })),
      await readStatus(bob.client.getPerson({ id: person })),
    ]).toEqual([404, 200]);
    expect(listIds((await bob.client.listPersons({ search: "mine" })).data)).toEqual([ownPerson.id]);
  });

  it("with a guessed email address stays hidden from the guesser", async () => {
    const { data: guess } = await bob.client.createLead(newLead({ first_name: "Any", last_name: "Body", email }));
    expect(guess.personal_key_id).toBe(person);
    await app.settle();
    expect(await readStatus(bob.client.getPerson({ id: person }))).toBe(404);
    expect((await bob.client.listPersons({ search: `number${recordCount}` })).data).toEqual([]);
    expect((await bob.client.listInteractions({ person })).data).toEqual([]);
    const { data: resolved } = await bob.client.resolvePerson({ emails: [email] });
    expect(resolved.person).toMatchObject({ id: person, first_name: null, last_name: null, contact_points: [] });
    // Records on their own lead stay visible to them.
    const call = { personal_key_id: person, lead_id: guess.id, interaction_type_id: "call" };
    const { data: ownInteraction } = await bob.client.createInteraction(call);
    expect(listIds((await bob.client.listInteractions({})).data)).toContain(ownInteraction.id);
    const rejection = await readRejection(bob.client.createLead({ personal_key_id: person, first_name: "A", last_name: "B" }));
    const unknownId = newId(PERSON);
    expect(rejection).toBe(
      await readRejection(bob.client.createLead({ personal_key_id: unknownId, first_name: "A", last_name: "B" })),
    );
  });

  it("is not revealed by a conflict on their email address, nor are leads of other users", async () => {
    const { data: ownPerson } = await bob.client.createPerson({ first_name: "Bob's", last_name: "Own" });
    const request = bob.client.addContactPoint({ id: ownPerson.id, contact_type: "email", contact_value: email });
    expect(await readRejection(request)).not.toContain(person);
    await tenant.admin.createContact({
      ...{ first_name: "Victim", last_name: "Shared", personal_key_id: person, owner_id: bob.id },
      customer_id: (await tenant.admin.createCustomer({ name: `Firm ${recordCount}` })).data.id,
    });
    const points = (await bob.client.getPerson({ id: person })).data.contact_points;
    expect(points.map(({ lead_id, original_lead_id }) => [lead_id, original_lead_id])).toEqual(points.map(() => [null, null]));
    expect((await ann.client.getPerson({ id: person })).data.contact_points[0]?.lead_id).toBe(lead.id);
  });
});

/** The fields that a conversion requires of a lead. */
const conversionFields = { budget: "1000", authority: "Ida", need: "A policy", timeline: "now", is_qualified: true };

describe("H3 a conversion", () => {
  it("into a colleague's customer is rejected with the person to ask, and reveals and changes nothing", async () => {
    const company = `Colleague ${recordCount}`;
    const { data: hiddenCustomer } = await ann.client.createCustomer({ name: company, notes: "SECRETNOTES" });
    const { data: ownLead } = await bob.client.createLead(newLead({ company, ...conversionFields }));
    await tenant.admin.updateTenant({ settings: { conversion_min_score: 0 } });
    const rejection = String(await readRejection(bob.client.convertLead({ id: ownLead.id })));
    expect(rejection).toMatch(/A customer with this name exists, but you cannot see it: ask Uma User/);
    expect(rejection).not.toMatch(/SECRETNOTES|cus_/);
    expect((await ann.client.getCustomer({ id: hiddenCustomer.id })).data).toEqual(hiddenCustomer);
  });
});

describe("M10 the conversion summary", () => {
  it("counts only leads visible to the caller in each grouping", async () => {
    const rows = async (client: Client, grouping: "owner" | "period" | "source" | "product_line") =>
      (await client.getLeadConversionSummary({ by: grouping })).data;
    expect((await rows(tenant.admin, "owner")).rows.map(({ key }) => key)).toEqual(expect.arrayContaining([ann.id, bob.id]));
    const { client: as, id } = await addUser(app, tenant, "MARKETER");
    await tenant.admin.createLead(newLead({ owner_id: id, lead_source_id: "web", product_line: "auto" }));
    await tenant.admin.createLead(newLead({ owner_id: ann.id, lead_source_id: "web", product_line: "home" }));
    await app.settle();
    const keys: Record<string, string[]> = {};
    for (const grouping of ["owner", "period", "source", "product_line"] as const) {
      const { rows: all, totals } = await rows(as, grouping);
      expect([grouping, totals.leads]).toEqual([grouping, 1]);
      keys[grouping] = all.filter(({ leads }) => leads > 0).map(({ key, label }) => label ?? key);
    }
    expect(keys).toMatchObject({ owner: ["Uma User"], source: ["Web"], product_line: ["Auto"] });
  });
});
