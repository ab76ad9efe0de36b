import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Interactions } from "@crm/core/people/interaction/interaction.entity.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Persons and the customers that they are or represent. */

let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  crm = tenant.admin;
});
afterAll(() => app.stop());

let nameCount = 0;
const createCompany = async (client = crm) => (await client.createCustomer({ name: `Firm ${++nameCount}` })).data;
const createPerson = async () => (await crm.createPerson({ first_name: "Some", last_name: `Body ${++nameCount}` })).data;
const createContact = (personal_key_id: string, customer_id: string) =>
  crm.createContact({ personal_key_id, customer_id, first_name: "Some", last_name: "Body" });
const logMeeting = async (more: object) => (await crm.createInteraction({ interaction_type_id: "meeting", ...more })).data;
const logSubmission = (more: object) => logMeeting({ interaction_type_id: "form_submission", ...more });
const readCustomerPage = async (id: string) => {
  await app.settle();
  const { data } = await crm.getCustomer360({ id });
  return [data.recent_interactions.map(({ outcome }) => outcome), data.engagement_score];
};

describe("R3 the 360 of a customer", () => {
  it("has interactions with the customer, even if its contacts belong to other customers too", async () => {
    const [a, b, person] = [await createCompany(), await createCompany(), await createPerson()];
    await createContact(person.id, a.id);
    await logSubmission({ personal_key_id: person.id, outcome: "of the only one" });
    await createContact(person.id, b.id);
    await logSubmission({ personal_key_id: person.id, outcome: "of a", customer_id: a.id });
    await logSubmission({ personal_key_id: person.id, outcome: "of neither" });
    expect(await readCustomerPage(a.id)).toEqual([["of a", "of the only one"], 29]);
    expect(await readCustomerPage(b.id)).toEqual([[], 0]);
  });

  it("has interactions that name it without a contact, and those of all its contacts", async () => {
    const [firm, stranger] = [await createCompany(), await createPerson()];
    for (let n = 0; n < 2; n++) await logSubmission({ personal_key_id: stranger.id, outcome: `${n}`, customer_id: firm.id });
    expect(await readCustomerPage(firm.id)).toEqual([["1", "0"], 29]);
    const people = await Promise.all(Array.from({ length: 12 }, createPerson));
    for (const { id } of people) await createContact(id, firm.id);
    await logMeeting({ personal_key_id: String(people.at(-1)?.id), outcome: "of the twelfth" });
    expect((await readCustomerPage(firm.id))[0]).toHaveProperty([0], "of the twelfth");
  });

  it("of an individual has their own interactions, not those for a company", async () => {
    const person = await createPerson();
    await logSubmission({ personal_key_id: person.id, outcome: "before" });
    const { data: self } = await crm.createCustomer({ customer_type: "individual", personal_key_id: person.id });
    const firm = await createCompany();
    await logSubmission({ personal_key_id: person.id, outcome: "for the firm", customer_id: firm.id });
    expect(await readCustomerPage(self.id)).toEqual([["before"], 29]);
    expect(await readCustomerPage(firm.id)).toEqual([["for the firm"], 29]);
    // An updated interaction counts for its new customer from then on.
    const { data } = await crm.listInteractions({ customer: firm.id });
    await crm.updateInteraction({ id: String(data[0]?.id), customer_id: self.id });
    expect(await readCustomerPage(firm.id)).toEqual([[], 0]);
    expect((await runIn(systemContext(app.ports, tenant.id, "test"), () => recount({ repair: false }))).differences).toEqual([]);
  });

  it("is not changed by a caller who cannot see the customer", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const [firm, { data: lead }] = [await createCompany(), await rep.client.createLead(newLead())];
    await createContact(lead.personal_key_id, firm.id);
    const { data: interaction } = await rep.client.createInteraction({
      interaction_type_id: "form_submission",
      personal_key_id: lead.personal_key_id,
    });
    expect(interaction.customer_id).toBeNull();
    expect(await readCustomerPage(firm.id)).toEqual([[], 0]);
  });

  it("has interactions of earlier releases once the migration job has run", async () => {
    const [firm, person] = [await createCompany(), await createPerson()];
    const { id } = await logSubmission({ personal_key_id: person.id, outcome: "of old" });
    await createContact(person.id, firm.id);
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const { data } = await crm.getInteraction({ id });
      await transaction()
        .put({ ...Interactions.toItem(tenant.id, data, "{}"), shape: 1 })
        .commit(undefined);
    });
    expect(await readCustomerPage(firm.id)).toEqual([[], 0]);
    expect((await migrate(app.ports)).failed).toEqual([]);
    expect(await readCustomerPage(firm.id)).toEqual([["of old"], 29]);
  });
});

describe("R12 two persons with a customer each", () => {
  it("cannot be merged until one customer is deleted, and the rejection names both", async () => {
    const [survivor, mergedPerson] = [await createPerson(), await createPerson()];
    const customers = await Promise.all(
      [survivor, mergedPerson].map(({ id }) => crm.createCustomer({ customer_type: "individual", personal_key_id: id })),
    );
    const [first, second] = customers.map(({ data }) => data.id);
    const details = [
      { field: "id", message: first },
      { field: "merged_id", message: second },
    ];
    await expect(crm.mergePersons({ id: survivor.id, merged_id: mergedPerson.id })).rejects.toMatchObject({
      status: 409,
      details,
    });
    await crm.deleteCustomer({ id: String(second) });
    await crm.mergePersons({ id: survivor.id, merged_id: mergedPerson.id });
    expect((await crm.listCustomers({ person: mergedPerson.id })).data.map(({ id }) => id)).toEqual([first]);
  });
});

describe("R8 a company", () => {
  it("has preferences of its own: named ones are set, others stay, and the latest answer wins", async () => {
    const { data: firm } = await crm.createCustomer({
      name: "Asked Ltd",
      preferences: [{ channel: "email", consent: "refused", at: "2026-01-02T00:00:00Z" }],
    });
    const { data } = await crm.updateCustomer({
      id: firm.id,
      preferences: [
        { channel: "sms", consent: "allowed", at: "2026-01-03T00:00:00Z" },
        { channel: "email", consent: "allowed", at: "2026-01-01T00:00:00Z" },
      ],
    });
    expect(data.preferences?.map(({ channel, consent }) => `${channel} ${consent}`)).toEqual(["email REFUSED", "sms ALLOWED"]);
    expect((await crm.replaceCustomer({ id: firm.id, name: "Asked" })).data.preferences).toHaveLength(2);
    const { data: self } = await crm.createCustomer({
      customer_type: "individual",
      personal_key_id: (await createPerson()).id,
    });
    const preferences = [{ channel: "email", consent: "ALLOWED" }];
    await expect(crm.updateCustomer({ id: self.id, preferences })).rejects.toMatchObject({ status: 400 });
  });
});

describe("R10 an interaction", () => {
  it("accepts every communication type, and returns it", async () => {
    const { data: types } = await crm.listMasters({ kind: "communication-types" });
    expect(types.map(({ code }) => code)).toEqual(expect.arrayContaining(["call", "email", "sms", "meeting", "chat", "note"]));
    const { id: personal_key_id } = await createPerson();
    for (const { code, id } of types) {
      const interaction = await logMeeting({ personal_key_id, interaction_type_id: code });
      expect([code, interaction.communication_type_id]).toEqual([code, id]);
    }
    expect((await logMeeting({ personal_key_id, interaction_type_id: "demo" })).communication_type_id).toBeNull();
  });

  it("may be with a company without naming a person", async () => {
    const firm = await createCompany();
    const interaction = await logMeeting({
      customer_id: firm.id,
      outcome: "without persons",
      follow_up: { subject: "Call", activity_type_id: "call" },
    });
    expect(interaction).toMatchObject({ personal_key_id: null, customer_id: firm.id });
    expect((await crm.listInteractions({ customer: firm.id })).data.map(({ id }) => id)).toEqual([interaction.id]);
    expect((await crm.updateInteraction({ id: interaction.id, subject: "Later" })).data.subject).toBe("Later");
    expect((await readCustomerPage(firm.id))[0]).toEqual(["without persons"]);
    await crm.deleteInteraction({ id: interaction.id });
    await expect(logMeeting({ outcome: "without persons at all" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "personal_key_id" }],
    });
    expect(Date.parse(interaction.created_at)).toBeLessThanOrEqual(Clock.ms());
  });
});

describe("R4 a person", () => {
  it("lists the customers, contacts and opportunities related to them that the caller sees", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const [survivor, mergedPerson] = [await createPerson(), await createPerson()];
    const firm = await createCompany();
    const { data: individual } = await crm.createCustomer({
      customer_type: "individual",
      personal_key_id: mergedPerson.id,
    });
    const { data: contact } = await createContact(survivor.id, firm.id);
    const deals = await Promise.all(
      [{ customer_id: firm.id, contact_id: contact.id }, { customer_id: individual.id }, { customer_id: firm.id }].map(
        (parties) => crm.createOpportunity({ name: "Deal", ...parties }),
      ),
    );
    const [ofContact, ofOwn] = deals.map(({ data }) => data.id);
    await crm.mergePersons({ id: survivor.id, merged_id: mergedPerson.id });
    await app.settle();
    for (const person of [survivor.id, mergedPerson.id]) {
      const ids = (rows: { id: string }[]) => rows.map(({ id }) => id).sort();
      const { data: all } = await crm.getPerson360({ id: person });
      expect([ids(all.customers), ids(all.contacts), ids(all.opportunities)]).toEqual([
        [firm.id, individual.id].sort(),
        [contact.id],
        [ofContact, ofOwn].sort(),
      ]);
      expect(ids((await crm.listCustomers({ person })).data)).toEqual([firm.id, individual.id].sort());
      expect(ids((await crm.listPersonCustomers({ id: person })).data)).toEqual([firm.id, individual.id].sort());
      expect((await crm.listCustomers({ person, customer_type: "individual" })).data.map(({ id }) => id)).toEqual([
        individual.id,
      ]);
      expect(ids((await crm.listOpportunities({ person })).data)).toEqual([ofContact, ofOwn].sort());
      expect((await crm.listOpportunities({ person, customer: individual.id })).data.map(({ id }) => id)).toEqual([ofOwn]);
      expect((await rep.client.listCustomers({ person })).data).toEqual([]);
      expect((await rep.client.listOpportunities({ person })).data).toEqual([]);
    }
    const { data: unrelatedCustomers } = await crm.listCustomers({ person: (await createPerson()).id });
    expect(unrelatedCustomers).toEqual([]);
    expect((await crm.createLead(newLead())).data.id).toBeTruthy();
  });
});
