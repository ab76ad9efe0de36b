import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setUpSmsProvider } from "../../messaging/message/sms-provider-double.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { countOutcomes } from "../customer/support.ts";

/** Merging and unmerging customers and contacts. */

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "BE" });
});
afterAll(() => app.stop());

type Input = Record<string, unknown>;
const createCustomer = async (more: Input = {}) => (await tenant.admin.createCustomer({ name: "Acme", ...more })).data;
const createContact = async (customer_id: string, more: Input = {}) =>
  (await tenant.admin.createContact({ customer_id, last_name: "Quist", ...more })).data;
const createOpportunity = async (customer_id: string, more: Input = {}) =>
  (await tenant.admin.createOpportunity({ name: "Deal", customer_id, ...more })).data;
const readCustomer = async (id: string) => (await tenant.admin.getCustomer({ id })).data;
const listContacts = async (id: string) =>
  (await tenant.admin.listCustomerContacts({ id })).data.map((customerContact) => customerContact.id).sort();
const readStatus = (request: Promise<unknown>): Promise<number> =>
  request.then(
    () => 200,
    (error: { status: number }) => error.status,
  );

describe("customers", () => {
  it("are merged with the data of both and all references, and can be unmerged", async () => {
    const above = await createCustomer({ name: "Group" });
    const survivor = await createCustomer({ name: "Acme Inc.", tags: ["a"], website: "https://acme.example" });
    const merged = await createCustomer({
      name: "ACME",
      tax_id: "BE 77",
      tags: ["b"],
      website: "https://other.example",
      vip_status: true,
      parent_customer_id: above.id,
    });
    const below = await createCustomer({ name: "Below", parent_customer_id: merged.id });
    const [survivorContact, primary] = [await createContact(survivor.id), await createContact(merged.id, { is_primary: true })];
    const deal = await createOpportunity(merged.id, { contact_id: primary.id });
    const happened = { interaction_type_id: "phone", customer_id: merged.id, personal_key_id: primary.personal_key_id };
    const { data: call } = await tenant.admin.createInteraction(happened);
    const todo = { subject: "Ring", activity_type_id: "call", related_to_id: merged.id };
    const { data: task } = await tenant.admin.createActivity(todo);
    await app.settle();

    const mergeParams = { id: survivor.id, merged_id: merged.id, choices: { website: "merged" } } as const;
    const { data: preview } = await tenant.admin.mergeCustomers({ ...mergeParams, dry_run: true });
    expect(preview.merge_id).toBeNull();
    expect(preview.moves).toEqual({ contact: 1, opportunity: 1, interaction: 1, activity: 1, customer: 1 });
    expect(preview.fields.filter(({ is_conflict }) => is_conflict).map(({ field }) => field)).toEqual(
      expect.arrayContaining(["name", "website"]),
    );
    expect(await readCustomer(merged.id)).toMatchObject({ id: merged.id, name: "ACME" });

    await tenant.admin.mergeCustomers(mergeParams);
    await app.settle();
    expect(await readCustomer(merged.id)).toMatchObject({
      id: survivor.id,
      name: "Acme Inc.",
      tax_id: "BE 77",
      website: "https://other.example/",
      tags: ["a", "b"],
      vip_status: true,
      parent_customer_id: above.id,
      merged_ids: [merged.id],
    });
    const ofSurvivor = { customer_id: survivor.id };
    expect((await tenant.admin.getOpportunity({ id: deal.id })).data).toMatchObject({ ...ofSurvivor, contact_id: primary.id });
    expect((await tenant.admin.getInteraction({ id: call.id })).data).toMatchObject(ofSurvivor);
    expect((await tenant.admin.getActivity({ id: task.id })).data).toMatchObject({ related_to_id: survivor.id });
    expect((await tenant.admin.getContact({ id: primary.id })).data).toMatchObject({ ...ofSurvivor, is_primary: true });
    expect((await readCustomer(below.id)).parent_customer_id).toBe(survivor.id);
    expect(await listContacts(merged.id)).toEqual([survivorContact.id, primary.id].sort());
    expect((await tenant.admin.listCustomers({ search: "acme" })).data.map(({ id }) => id)).toEqual([survivor.id]);
    expect(await readStatus(tenant.admin.restoreCustomer({ id: merged.id }))).toBe(409);
    expect(await readStatus(createCustomer({ name: "Thief", tax_id: "be77" }))).toBe(409);

    await tenant.admin.updateCustomer({ id: survivor.id, tags: ["mine"] });
    const laterOpportunity = await createOpportunity(survivor.id);
    await tenant.admin.unmergeCustomers({ id: survivor.id, merged_id: merged.id });
    await app.settle();
    expect(await readCustomer(survivor.id)).toMatchObject({
      tax_id: null,
      website: "https://acme.example/",
      tags: ["mine"],
      vip_status: false,
      parent_customer_id: null,
      merged_ids: [],
    });
    expect(await readCustomer(merged.id)).toMatchObject({ id: merged.id, tax_id: "BE 77", tags: ["b"], merged_into: null });
    const ofMerged = { customer_id: merged.id };
    expect((await tenant.admin.getOpportunity({ id: deal.id })).data).toMatchObject(ofMerged);
    expect((await tenant.admin.getOpportunity({ id: laterOpportunity.id })).data).toMatchObject(ofSurvivor);
    expect((await tenant.admin.getInteraction({ id: call.id })).data).toMatchObject(ofMerged);
    expect((await tenant.admin.getActivity({ id: task.id })).data).toMatchObject({ related_to_id: merged.id });
    expect((await tenant.admin.getContact({ id: primary.id })).data).toMatchObject({ ...ofMerged, is_primary: true });
    expect((await readCustomer(below.id)).parent_customer_id).toBe(merged.id);
    expect(await readStatus(tenant.admin.unmergeCustomers({ id: survivor.id, merged_id: merged.id }))).toBe(404);
    expect(await readStatus(createCustomer({ name: "Thief", tax_id: "be77" }))).toBe(409);
  });

  it("keep one contact for a person that both knew", async () => {
    const [survivor, merged] = [await createCustomer(), await createCustomer()];
    const sharedFields = { email: "both@acme.example" };
    const [survivorContact, mergedContact] = [
      await createContact(survivor.id, sharedFields),
      await createContact(merged.id, { ...sharedFields, job_title: "Head" }),
    ];
    const deal = await createOpportunity(merged.id, { contact_id: mergedContact.id });
    await app.settle();
    await tenant.admin.mergeCustomers({ id: survivor.id, merged_id: merged.id });
    await app.settle();
    expect(await listContacts(survivor.id)).toEqual([survivorContact.id]);
    expect((await tenant.admin.getContact({ id: mergedContact.id })).data).toMatchObject({
      id: survivorContact.id,
      job_title: "Head",
    });
    expect((await tenant.admin.getOpportunity({ id: deal.id })).data).toMatchObject({ contact_id: survivorContact.id });
    await tenant.admin.unmergeCustomers({ id: survivor.id, merged_id: merged.id });
    await app.settle();
    expect(await listContacts(merged.id)).toEqual([mergedContact.id]);
    expect((await tenant.admin.getContact({ id: survivorContact.id })).data.job_title).toBeNull();
    expect((await tenant.admin.getOpportunity({ id: deal.id })).data).toMatchObject({
      customer_id: merged.id,
      contact_id: mergedContact.id,
    });
  });

  it("that are individuals must be merged before their persons", async () => {
    const individual = async (email: string) =>
      createCustomer({ name: undefined, customer_type: "individual", first_name: "Ida", last_name: "Lund", email });
    const [survivor, two] = [await individual("ida@one.example"), await individual("ida@two.example")];
    const persons = { id: String(survivor.personal_key_id), merged_id: String(two.personal_key_id) };
    expect(await readStatus(tenant.admin.mergePersons(persons))).toBe(409);
    await tenant.admin.mergeCustomers({ id: survivor.id, merged_id: two.id });
    await app.settle();
    await tenant.admin.mergePersons(persons);
    expect(await readStatus(tenant.admin.unmergeCustomers({ id: survivor.id, merged_id: two.id }))).toBe(409);
    await tenant.admin.unmergePersons(persons);
    await tenant.admin.unmergeCustomers({ id: survivor.id, merged_id: two.id });
    await app.settle();
    expect(await readStatus(tenant.admin.mergeCustomers({ id: survivor.id, merged_id: (await createCustomer()).id }))).toBe(409);
  });

  it("that are individuals bring along messages sent to them", async () => {
    await setUpSmsProvider(app, tenant);
    const individual = async (phone: string) =>
      createCustomer({ name: undefined, customer_type: "individual", first_name: "Ida", last_name: "Lund", phone });
    const [survivor, two] = [await individual("+14152007001"), await individual("+14152007002")];
    const text = { channel: "sms", to: "+14152007002", body: "Your chair is here" };
    const { data: sent } = await tenant.admin.sendMessage(text);
    await app.settle();
    const readConversationCustomer = async () =>
      (await tenant.admin.getConversation({ id: String(sent.conversation_id) })).data.customer_id_crm;
    expect(await readConversationCustomer()).toBe(two.id);
    const mergeParams = { id: survivor.id, merged_id: two.id };
    const { data: preview } = await tenant.admin.mergeCustomers({ ...mergeParams, dry_run: true });
    expect(preview.moves).toMatchObject({ conversation: 1 });
    await tenant.admin.mergeCustomers(mergeParams);
    await app.settle();
    expect(await readConversationCustomer()).toBe(survivor.id);
    await tenant.admin.unmergeCustomers(mergeParams);
    await app.settle();
    expect(await readConversationCustomer()).toBe(two.id);
  });

  it("do not form a circle of parents", async () => {
    const top = await createCustomer();
    const middle = await createCustomer({ parent_customer_id: top.id });
    const bottom = await createCustomer({ parent_customer_id: middle.id });
    await app.settle();
    await tenant.admin.mergeCustomers({ id: bottom.id, merged_id: top.id });
    await app.settle();
    expect((await readCustomer(bottom.id)).parent_customer_id).toBeNull();
    expect((await readCustomer(middle.id)).parent_customer_id).toBe(bottom.id);
    await tenant.admin.unmergeCustomers({ id: bottom.id, merged_id: top.id });
    await app.settle();
    expect((await readCustomer(bottom.id)).parent_customer_id).toBe(middle.id);
    expect((await readCustomer(middle.id)).parent_customer_id).toBe(top.id);
  });

  it("are merged by one of several concurrent requests, in either direction", async () => {
    const [firstCustomer, two, three] = [await createCustomer(), await createCustomer(), await createCustomer()];
    const { done, refused: errorStatuses } = await countOutcomes([
      tenant.admin.mergeCustomers({ id: firstCustomer.id, merged_id: two.id }),
      tenant.admin.mergeCustomers({ id: two.id, merged_id: firstCustomer.id }),
      tenant.admin.mergeCustomers({ id: three.id, merged_id: two.id }),
    ]);
    expect([done, errorStatuses.every((status) => status === 404 || status === 409)]).toEqual([1, true]);
    await app.settle();
    const remainingIds = new Set(
      (await Promise.all([firstCustomer, two, three].map(({ id }) => readCustomer(id)))).map(({ id }) => id),
    );
    expect(remainingIds.size).toBe(2);
  });

  it("are in no other merge while records still move", async () => {
    const [firstCustomer, two, three] = [await createCustomer(), await createCustomer(), await createCustomer()];
    await tenant.admin.mergeCustomers({ id: firstCustomer.id, merged_id: two.id });
    expect(await readStatus(tenant.admin.mergeCustomers({ id: three.id, merged_id: firstCustomer.id }))).toBe(409);
    expect(await readStatus(tenant.admin.unmergeCustomers({ id: firstCustomer.id, merged_id: two.id }))).toBe(409);
    await app.settle();
    await tenant.admin.mergeCustomers({ id: three.id, merged_id: firstCustomer.id });
    await app.settle();
    expect((await readCustomer(two.id)).merged_ids).toEqual([firstCustomer.id, two.id]);
    expect(await readStatus(tenant.admin.unmergeCustomers({ id: firstCustomer.id, merged_id: two.id }))).toBe(409);
  });

  it("must both be visible to the caller", async () => {
    const manager = await addUser(app, tenant, "MANAGER");
    const rep = await addUser(app, tenant, "SALES_REP");
    const [firstCustomer, two] = [await createCustomer(), await createCustomer()];
    expect(await readStatus(rep.client.mergeCustomers({ id: firstCustomer.id, merged_id: two.id }))).toBe(403);
    const ownCustomer = (await manager.client.createCustomer({ name: "Own" })).data;
    const seen = await readStatus(manager.client.getCustomer({ id: two.id }));
    expect(await readStatus(manager.client.mergeCustomers({ id: ownCustomer.id, merged_id: two.id, dry_run: true }))).toBe(seen);
  });
});

describe("contacts", () => {
  it("of one customer are merged with their persons, and can be unmerged", async () => {
    const customer = await createCustomer();
    const boss = await createContact(customer.id, { email: "boss@acme.example" });
    const survivor = await createContact(customer.id, { email: "ada@acme.example", contact_role_id: null });
    const two = await createContact(customer.id, {
      email: "a.quist@acme.example",
      mobile: "+32485001122",
      is_primary: true,
      reports_to_id: boss.id,
    });
    const report = await createContact(customer.id, { email: "report@acme.example", reports_to_id: two.id });
    const deal = await createOpportunity(customer.id, { contact_id: two.id });
    const todo = { subject: "Ring", activity_type_id: "call", related_to_id: two.id };
    const { data: task } = await tenant.admin.createActivity(todo);
    await app.settle();
    const mergeParams = { id: survivor.id, merged_id: two.id };
    const { data: preview } = await tenant.admin.mergeContacts({ ...mergeParams, dry_run: true });
    expect(preview.moves).toEqual({ opportunity: 1, activity: 1, contact: 1 });
    expect((await tenant.admin.getContact({ id: two.id })).data.id).toBe(two.id);

    const { data: done } = await tenant.admin.mergeContacts(mergeParams, { idempotencyKey: "merge-1" });
    expect((await tenant.admin.mergeContacts(mergeParams, { idempotencyKey: "merge-1" })).data).toEqual(done);
    await app.settle();
    expect((await tenant.admin.getContact({ id: two.id })).data).toMatchObject({
      id: survivor.id,
      email: "ada@acme.example",
      mobile: "+32485001122",
      is_primary: true,
      reports_to_id: boss.id,
    });
    const { data: person } = await tenant.admin.getPerson({ id: two.personal_key_id });
    expect([person.id, [...person.emails].sort()]).toEqual([
      survivor.personal_key_id,
      ["a.quist@acme.example", "ada@acme.example"],
    ]);
    expect((await tenant.admin.getOpportunity({ id: deal.id })).data.contact_id).toBe(survivor.id);
    expect((await tenant.admin.getActivity({ id: task.id })).data.related_to_id).toBe(survivor.id);
    expect((await tenant.admin.getContact({ id: report.id })).data.reports_to_id).toBe(survivor.id);
    expect(await listContacts(customer.id)).toEqual([boss.id, survivor.id, report.id].sort());

    await tenant.admin.unmergeContacts(mergeParams);
    await app.settle();
    expect((await tenant.admin.getContact({ id: survivor.id })).data).toMatchObject({ mobile: null, is_primary: false });
    expect((await tenant.admin.getContact({ id: two.id })).data).toMatchObject({ id: two.id, is_primary: true });
    expect((await tenant.admin.getPerson({ id: two.personal_key_id })).data.id).toBe(two.personal_key_id);
    expect((await tenant.admin.getOpportunity({ id: deal.id })).data.contact_id).toBe(two.id);
    expect((await tenant.admin.getActivity({ id: task.id })).data.related_to_id).toBe(two.id);
    expect((await tenant.admin.getContact({ id: report.id })).data.reports_to_id).toBe(two.id);
  });

  it("of different customers cannot be merged", async () => {
    const [firstContact, two] = [
      await createContact((await createCustomer()).id),
      await createContact((await createCustomer()).id),
    ];
    expect(await readStatus(tenant.admin.mergeContacts({ id: firstContact.id, merged_id: two.id }))).toBe(409);
    const lead = (await tenant.admin.createLead(newLead())).data;
    const ofLead = (await tenant.admin.createContact({ lead_id: lead.id, last_name: "Lead" })).data;
    const otherContact = (await tenant.admin.createContact({ lead_id: lead.id, last_name: "Lead" })).data;
    await app.settle();
    await tenant.admin.mergeContacts({ id: ofLead.id, merged_id: otherContact.id });
    await app.settle();
    expect((await tenant.admin.getContact({ id: otherContact.id })).data.id).toBe(ofLead.id);
  });
});
