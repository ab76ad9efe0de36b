import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Activities } from "@crm/core/people/activity/activity.entity.ts";
import { Activity } from "@crm/core/people/activity/activity.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { Opportunities } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import { Opportunity } from "@crm/core/sales/opportunity/opportunity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { retryOnConflict, transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { moveToStage, type StageCode } from "./stages.ts";
import { runWithInterference } from "./support.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let otherRep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
});
afterAll(() => app.stop());

/** Runs work in the system context of the tenant. */
const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

let customerCount = 0;
const createCustomer = async (more: Record<string, unknown> = {}) =>
  (await tenant.admin.createCustomer({ name: `Shop ${++customerCount}`, owner_id: rep.id, ...more })).data;
const createOpportunity = async (customer_id: string, { stage_id, ...more }: Record<string, unknown> = {}) => {
  const input = { name: "Fleet", customer_id, owner_id: rep.id, ...more };
  const { data } = await tenant.admin.createOpportunity(input);
  return stage_id ? moveToStage(tenant.admin, data.id, stage_id as StageCode) : data;
};
const callInput = (subject: string) => ({ subject, activity_type_id: "call" });
const listSubjects = (rows: readonly { subject?: unknown }[]) => rows.map(({ subject }) => subject);

describe("activities of an opportunity and of a customer", () => {
  it("belong to themselves without a person, and update the last activity of the record", async () => {
    const customer = await createCustomer();
    const opportunity = await createOpportunity(customer.id);
    const { status, data: first } = await rep.client.logOpportunityActivity({
      id: opportunity.id,
      ...callInput("First"),
    });
    expect(status).toBe(201);
    expect(first).toMatchObject({ related_to_type: "opportunity", related_to_id: opportunity.id, personal_key_id: null });
    expect(first.id).toMatch(/^act_\w{18}$/);
    expect(first.links).toMatchObject({ opportunity: `/api/v1/opportunities/${opportunity.id}` });
    const { data: visit } = await rep.client.logCustomerActivity({ id: customer.id, ...callInput("Visit") });
    expect(visit).toMatchObject({ related_to_type: "customer", related_to_id: customer.id, personal_key_id: null });
    await rep.client.logOpportunityActivity({ id: opportunity.id, ...callInput("Second") });
    await app.settle();
    const listed = await rep.client.listOpportunityActivities({ id: opportunity.id });
    expect([listSubjects(listed.data), listed.meta.total]).toEqual([["Second", "First"], 2]);
    expect(listSubjects((await rep.client.listCustomerActivities({ id: customer.id })).data)).toEqual(["Visit"]);
    const { data: updatedOpportunity } = await rep.client.getOpportunity({ id: opportunity.id });
    expect(updatedOpportunity.last_activity_date).toBe(
      (await rep.client.getActivity({ id: String(listed.data[0]?.id) })).data.created_at,
    );
    expect((await rep.client.getCustomer({ id: customer.id })).data.last_activity_date).toBe(visit.created_at);
  });

  it("are in no person's partition without a person", async () => {
    const opportunity = await createOpportunity((await createCustomer()).id);
    const { data } = await rep.client.logOpportunityActivity({ id: opportunity.id, ...callInput("Alone") });
    const item = await runInTenant(async () => Activities.toItem(tenant.id, await Records.read(Activities, data.id), "{}"));
    expect(item).not.toHaveProperty("by_date");
    expect(item).not.toHaveProperty("by_rank");
    expect(item).toHaveProperty("by_related");
  });

  it("are limited to users who can see the record", async () => {
    const customer = await createCustomer();
    const opportunity = await createOpportunity(customer.id);
    const activities = [
      (await rep.client.logOpportunityActivity({ id: opportunity.id, ...callInput("A") })).data,
      (await rep.client.logCustomerActivity({ id: customer.id, ...callInput("B") })).data,
    ];
    for (const { id } of activities) {
      expect((await rep.client.getActivity({ id })).data.id).toBe(id);
      await expect(otherRep.client.getActivity({ id })).rejects.toMatchObject({ status: 404 });
    }
    for (const attempt of [
      () => otherRep.client.listOpportunityActivities({ id: opportunity.id }),
      () => otherRep.client.listCustomerActivities({ id: customer.id }),
      () => otherRep.client.logOpportunityActivity({ id: opportunity.id, ...callInput("C") }),
      () => otherRep.client.logCustomerActivity({ id: customer.id, ...callInput("C") }),
    ])
      await expect(attempt()).rejects.toMatchObject({ status: 404 });
    await tenant.admin.deleteOpportunity({ id: opportunity.id });
    await expect(rep.client.getActivity({ id: String(activities[0]?.id) })).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    ["", undefined],
    [", also before something that happened later", 3_600_000],
  ])("are rejected if the record is deleted concurrently%s", async (_, clockAdvance) => {
    const { id } = await createOpportunity((await createCustomer()).id);
    const log = () => createRecordActivities(Opportunities).log({ id, ...callInput("Late") });
    if (clockAdvance !== undefined) {
      app.setClock({ advance: clockAdvance });
      await runInTenant(log).finally(() => app.setClock({ reset: true }));
    }
    const remove = () => tenant.admin.deleteOpportunity({ id });
    await expect(runWithInterference(app, tenant, "commit", remove, log)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are all stored in concurrent requests", async () => {
    const { id } = await createOpportunity((await createCustomer()).id);
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => rep.client.logOpportunityActivity({ id, ...callInput(`Call ${index}`) })),
    );
    await app.settle();
    expect((await rep.client.listOpportunityActivities({ id })).meta.total).toBe(10);
  });
});

/** Creates a lead of the person, which makes the person visible to a user. */
const revealPerson = (person: string, { id }: TestUser) =>
  tenant.admin.createLead({ personal_key_id: person, owner_id: id, first_name: "Of", last_name: "Theirs" });

describe("activities of a contact", () => {
  it("are created in the collection of the person, and shown with the contact", async () => {
    const customer = await createCustomer();
    const names = { ...newLead({ company: undefined }), customer_id: customer.id, owner_id: rep.id };
    const { data: contact } = await tenant.admin.createContact(names);
    const { data: activity } = await rep.client.logContactActivity({ id: contact.id, ...callInput("Lunch") });
    expect(activity).toMatchObject({ related_to_type: "contact", personal_key_id: contact.personal_key_id });
    expect(activity.links).toMatchObject({ contact: `/api/v1/contacts/${contact.id}` });
    await app.settle();
    expect(listSubjects((await rep.client.listContactActivities({ id: contact.id })).data)).toEqual(["Lunch"]);
    expect((await rep.client.getContact({ id: contact.id })).data.last_activity_date).toBe(activity.created_at);
    const timeline = async ({ client: as }: TestUser) =>
      listSubjects((await as.listPersonActivities({ id: contact.personal_key_id })).data);
    await revealPerson(contact.personal_key_id, otherRep);
    expect([await timeline(rep), await timeline(otherRep)]).toEqual([["Lunch"], []]);
    await expect(otherRep.client.listContactActivities({ id: contact.id })).rejects.toMatchObject({ status: 404 });
  });

  it("share one timeline with those of its opportunity, each visible to users who can see its record", async () => {
    const customer = await createCustomer({ owner_id: null });
    const names = { ...newLead({ company: undefined }), customer_id: customer.id, owner_id: null };
    const { data: contact } = await tenant.admin.createContact(names);
    const opportunity = await createOpportunity(customer.id, { contact_id: contact.id });
    await rep.client.logOpportunityActivity({ id: opportunity.id, ...callInput("Terms") });
    await rep.client.logContactActivity({ id: contact.id, ...callInput("Lunch") });
    const timeline = async ({ client: as }: TestUser) =>
      listSubjects((await as.listPersonActivities({ id: contact.personal_key_id })).data);
    expect([await timeline(rep), await timeline(otherRep)]).toEqual([["Lunch", "Terms"], ["Lunch"]]);
  });
});

describe("activities of an individual customer", () => {
  it("are in the timeline and 360 view of the person, for users who can see the customer", async () => {
    const person = (await tenant.admin.createPerson({ first_name: "Ida", last_name: "Individual" })).data.id;
    const customer = await createCustomer({ customer_type: "individual", name: undefined, personal_key_id: person });
    const { data } = await rep.client.logCustomerActivity({ id: customer.id, ...callInput("Tea") });
    expect(data).toMatchObject({ personal_key_id: person, related_to_type: "customer" });
    const seen = async ({ client: as }: TestUser) => [
      listSubjects((await as.listPersonActivities({ id: person })).data),
      (await as.listPersonTimeline({ id: person, type: "activity" })).data.map(({ title }) => title),
      listSubjects((await as.getPerson360({ id: person })).data.open_activities),
    ];
    for (const user of [rep, otherRep]) await revealPerson(person, user);
    expect(await seen(rep)).toEqual([["Tea"], ["Tea"], ["Tea"]]);
    expect(await seen(otherRep)).toEqual([[], [], []]);
    await tenant.admin.updateCustomer({ id: customer.id, owner_id: otherRep.id });
    expect(await seen(rep)).toEqual([[], [], []]);
    expect(await seen(otherRep)).toEqual([["Tea"], ["Tea"], ["Tea"]]);
  });
});

describe("moved activities", () => {
  type Related = Activity.SubjectReference;

  /** Moves all activities in several steps; returns the number of items written in each, three for each activity. */
  async function moveAllHere(from: Related, to: Related, batchSize: number): Promise<number[]> {
    const turns: number[] = [];
    let after: string | undefined;
    do {
      after = await retryOnConflict(async () => {
        const tx = transaction();
        const next = await Activity.repoint(tx, from, to, { after, limit: batchSize });
        turns.push(tx.size);
        return tx.commit(next);
      });
    } while (after !== undefined);
    return turns;
  }
  const moveAll = (from: Related, to: Related, batchSize: number) => runInTenant(() => moveAllHere(from, to, batchSize));

  const leadWith = async (count: number) => {
    const { data: lead } = await tenant.admin.createLead({ ...newLead(), owner_id: rep.id });
    const ids: string[] = [];
    for (let n = 0; n < count; n++)
      ids.push((await rep.client.logLeadActivity({ id: lead.id, ...callInput(`Call ${n}`) })).data.id);
    return { lead, ids, from: { type: "lead", id: lead.id } as const };
  };

  it("belong to the other record afterwards, with their ids and in the timeline of its person", async () => {
    const { lead, ids, from } = await leadWith(5);
    const opportunity = await createOpportunity((await createCustomer()).id);
    const to = { type: "opportunity", id: opportunity.id } as const;
    expect(await moveAll(from, to, 2)).toEqual([6, 6, 3]);
    for (const id of ids) {
      const { data } = await rep.client.getActivity({ id });
      expect(data).toMatchObject({ related_to_type: "opportunity", related_to_id: opportunity.id, version: 2 });
      expect(data.personal_key_id).toBe(lead.personal_key_id);
    }
    await app.settle();
    const [before, after] = [
      await rep.client.listLeadActivities({ id: lead.id }),
      await rep.client.listOpportunityActivities({ id: opportunity.id }),
    ];
    expect([before.data.length, before.meta.total, after.data.length, after.meta.total]).toEqual([0, 0, 5, 5]);
    expect((await rep.client.listPersonActivities({ id: String(lead.personal_key_id) })).data.length).toBe(5);
    await tenant.admin.updateOpportunity({ id: opportunity.id, owner_id: otherRep.id });
    expect((await rep.client.listPersonActivities({ id: String(lead.personal_key_id) })).data).toEqual([]);
  });

  it("stay unchanged if the move is repeated", async () => {
    const { ids, from } = await leadWith(2);
    const opportunity = await createOpportunity((await createCustomer()).id);
    const to = { type: "opportunity", id: opportunity.id } as const;
    await moveAll(from, to, 50);
    expect(await moveAll(from, to, 50)).toEqual([0]);
    expect((await rep.client.getActivity({ id: String(ids[0]) })).data.version).toBe(2);
  });

  it("stay unchanged if another request moved them after the query", async () => {
    const { ids, from } = await leadWith(2);
    const customer = await createCustomer();
    const [first, second] = [await createOpportunity(customer.id), await createOpportunity(customer.id)];
    const to = (id: string) => ({ type: "opportunity", id }) as const;
    await runWithInterference(
      app,
      tenant,
      "BatchGetCommand",
      () => moveAll(from, to(first.id), 50),
      async () => {
        const tx = transaction();
        await Activity.repoint(tx, from, to(second.id));
        return tx.commit(undefined);
      },
    );
    for (const id of ids)
      expect((await rep.client.getActivity({ id })).data).toMatchObject({ related_to_id: first.id, version: 2 });
  });

  it("keep a concurrent change", async () => {
    const { ids, from } = await leadWith(1);
    const customer = await createCustomer();
    const [first, second] = [await createOpportunity(customer.id), await createOpportunity(customer.id)];
    const to = (id: string) => ({ type: "opportunity", id }) as const;
    const moveToFirst = () => moveAll(from, to(first.id), 50);
    await runWithInterference(app, tenant, "commit", moveToFirst, () => moveAllHere(from, to(second.id), 50));
    expect((await rep.client.getActivity({ id: String(ids[0]) })).data).toMatchObject({ related_to_id: first.id, version: 2 });
  });

  it("move once in concurrent moves", async () => {
    const { ids, from } = await leadWith(6);
    const opportunity = await createOpportunity((await createCustomer()).id);
    const to = { type: "opportunity", id: opportunity.id } as const;
    await Promise.all([moveAll(from, to, 2), moveAll(from, to, 3)]);
    for (const id of ids) expect((await rep.client.getActivity({ id })).data.version).toBe(2);
  });
});

describe("the opportunity functions for other modules", () => {
  it("return the newest open opportunities of a customer that the caller can see", async () => {
    const { id } = await createCustomer({ owner_id: null });
    for (const name of ["One", "Two", "Three"]) await createOpportunity(id, { name });
    await createOpportunity(id, { name: "Won", stage_id: "closed_won" });
    await createOpportunity(id, { name: "Theirs", owner_id: otherRep.id });
    await app.settle();
    const open = async (limit: number, visible: "all" | ReadonlySet<string> = "all") =>
      runIn({ ...systemContext(app.ports, tenant.id, "test"), visibleOwners: async () => visible }, async () =>
        (await Opportunity.listOpenByCustomer(id, limit)).map(({ name }) => name),
      );
    expect(await open(10)).toEqual(["Theirs", "Three", "Two", "One"]);
    expect(await open(2)).toEqual(["Theirs", "Three"]);
    expect(await open(2, new Set([rep.id]))).toEqual(["Three", "Two"]);
  });

  it("count the opportunities of a person up to a limit, including those that got the contact later", async () => {
    const { id } = await createCustomer();
    const names = { ...newLead({ company: undefined }), customer_id: id };
    const { data: contact } = await tenant.admin.createContact(names);
    await createOpportunity(id, { contact_id: contact.id });
    await createOpportunity(id, { contact_id: contact.id, stage_id: "closed_lost" });
    const late = await createOpportunity(id);
    await tenant.admin.updateOpportunity({ id: late.id, contact_id: contact.id });
    const deletedOpportunity = await createOpportunity(id, { contact_id: contact.id });
    await tenant.admin.deleteOpportunity({ id: deletedOpportunity.id });
    const countOpportunities = (persons: string[], limit: number) => runInTenant(() => Opportunity.countByPerson(persons, limit));
    expect(await countOpportunities([contact.personal_key_id], 100)).toBe(3);
    expect(await countOpportunities([contact.personal_key_id], 2)).toBe(2);
    expect(await countOpportunities(["per_000000000000000000", contact.personal_key_id], 100)).toBe(3);
  });

  it("prepare an opportunity for a transaction that also writes its related records", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const leadFields = { lead_id: lead.id, owner_id: otherRep.id };
    const prepared = await runInTenant(() =>
      Opportunity.prepare({ name: "Converted", customer_id: "cus_000000000000000000", amount: "10" }, leadFields),
    );
    expect(prepared).toMatchObject({ lead_id: lead.id, owner_id: otherRep.id, expected_revenue: "1.00", version: 1 });
    await runInTenant(() => Opportunity.add(transaction(), prepared).commit(undefined));
    expect((await otherRep.client.getOpportunity({ id: prepared.id })).data.links).toMatchObject({
      lead: `/api/v1/leads/${lead.id}`,
    });
  });
});
