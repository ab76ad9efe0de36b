import { expect } from "vitest";
import { defineScenario, type Fixture } from "../harness.ts";

/** Two customers, and the records that refer to the second one. */
interface MergePair {
  survivor: string;
  merged: string;
  contact: string;
  double: string;
  deals: string[];
}

let recordCount = 0;

async function createPair({ crm }: Fixture): Promise<MergePair> {
  const n = ++recordCount;
  const customer = async () => (await crm.createCustomer({ name: `Struck ${n}` })).data.id;
  const [survivor, merged] = [await customer(), await customer()];
  const contact = async (customer_id: string, email: string, more = {}) =>
    (await crm.createContact({ customer_id, email, last_name: "Struck", ...more })).data.id;
  const sharedEmail = `both${n}@struck.example`;
  await contact(survivor, sharedEmail);
  const [primaryContactId, double] = [
    await contact(merged, `own${n}@struck.example`, { is_primary: true }),
    await contact(merged, sharedEmail),
  ];
  const deals = [];
  for (const contact_id of [primaryContactId, double])
    deals.push((await crm.createOpportunity({ name: "Struck", customer_id: merged, contact_id })).data.id);
  return { survivor, merged, contact: primaryContactId, double, deals };
}

const mergePair = ({ crm }: Fixture, { survivor, merged }: MergePair, options?: { idempotencyKey: string }) =>
  crm.mergeCustomers({ id: survivor, merged_id: merged }, options);

async function expectMerged({ crm }: Fixture, { survivor, merged, contact, deals }: MergePair, isOne: boolean): Promise<void> {
  const customerId = isOne ? survivor : merged;
  expect((await crm.getCustomer({ id: merged })).data.id).toBe(customerId);
  for (const id of deals) expect((await crm.getOpportunity({ id })).data.customer_id).toBe(customerId);
  expect((await crm.getContact({ id: contact })).data).toMatchObject({ customer_id: customerId, is_primary: true });
  expect((await crm.listCustomerContacts({ id: survivor })).data).toHaveLength(isOne ? 2 : 1);
  expect((await crm.listCustomerContacts({ id: customerId })).data).toHaveLength(2);
}

const mergeCustomers = defineScenario<MergePair>({
  name: "mergeCustomers",
  covers: { operations: ["mergeCustomers"], subscribers: ["merging"], due: ["record_merge"] },
  prepare: createPair,
  ask: mergePair,
  check: (scene, subject) => expectMerged(scene, subject, true),
});

const unmergeCustomers = defineScenario<MergePair>({
  name: "unmergeCustomers",
  covers: { operations: ["unmergeCustomers"] },
  async prepare(scene) {
    const subject = await createPair(scene);
    await mergePair(scene, subject);
    await scene.system.drain();
    return subject;
  },
  ask: ({ crm }, { survivor, merged }, options) => crm.unmergeCustomers({ id: survivor, merged_id: merged }, options),
  check: (scene, subject) => expectMerged(scene, subject, false),
});

/** The contacts belong to two persons, who are merged by an earlier write. */
const mergeContacts = defineScenario<{ one: string; other: string }>({
  name: "mergeContacts",
  covers: { operations: ["mergeContacts", "unmergeContacts"] },
  async prepare({ crm }) {
    const customer_id = (await crm.createCustomer({ name: `Struck ${++recordCount}` })).data.id;
    const contact = async (email: string) => (await crm.createContact({ customer_id, email, last_name: "Struck" })).data.id;
    return { one: await contact(`one${recordCount}@struck.example`), other: await contact(`other${recordCount}@struck.example`) };
  },
  ask: ({ crm }, { one: survivorId, other: mergedId }, options) =>
    crm.mergeContacts({ id: survivorId, merged_id: mergedId }, options),
  async check({ crm }, { one: survivorId, other: mergedId }) {
    const [survivorContact, mergedContact] = [
      (await crm.getContact({ id: survivorId })).data,
      (await crm.getContact({ id: mergedId })).data,
    ];
    expect([mergedContact.id, survivorContact.merged_ids]).toEqual([survivorId, [mergedId]]);
    expect((await crm.getPerson({ id: survivorContact.personal_key_id })).data.emails).toHaveLength(2);
  },
});

const readHealth = async ({ crm }: Fixture, id: string) => (await crm.getCustomer({ id })).data.health_score;

const countHealthChanges = async ({ crm }: Fixture, id: string) =>
  (await crm.listCustomerHealthScores({ id })).data.filter(({ cause }) => cause !== "CREATED").length;

const scoreCustomerHealth = defineScenario<string>({
  name: "scoreCustomerHealth",
  covers: { operations: ["scoreCustomerHealth"] },
  async prepare({ crm }) {
    const { id } = (await crm.createCustomer({ name: "Struck" })).data;
    await crm.createInteraction({ customer_id: id, interaction_type_id: "phone" });
    return id;
  },
  ask: ({ crm }, id, options) => crm.scoreCustomerHealth({ id }, options),
  async check(scene, id) {
    expect(await readHealth(scene, id)).toBe(70);
    expect(await countHealthChanges(scene, id)).toBe(1);
  },
});

const followHealth = defineScenario<string>({
  name: "health that follows an interaction",
  covers: { subscribers: ["customer-health"], due: ["customer"] },
  prepare: async ({ crm }) => (await crm.createCustomer({ name: "Struck" })).data.id,
  ask: ({ crm }, customer_id, options) => crm.createInteraction({ customer_id, interaction_type_id: "phone" }, options),
  async check(scene, id) {
    expect(await readHealth(scene, id)).toBe(70);
    expect(await countHealthChanges(scene, id)).toBe(1);
  },
});

export const scenarios = [mergeCustomers, unmergeCustomers, mergeContacts, scoreCustomerHealth, followHealth];
