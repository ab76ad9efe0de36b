import { randomUUID } from "node:crypto";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, deliverToSubscriber, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { expectConsistentMemberships } from "./membership-recount.ts";

/** After random concurrent changes, segments contain the customers that a plain check of all customers finds. */

let app: App;
let tenant: Tenant;
let owners: string[];
let random: Random;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  owners = await Promise.all(["SALES_REP", "USER"].map(async (role) => (await addUser(app, tenant, role)).id));
  random = createTestRandom("segments");
});
afterAll(() => app.stop());

const pickRandom = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

type CustomerFields = { tier: string | null; vip_status: boolean; employee_count: number | null; tags: string[] };

/** Filters, each with an equivalent function. */
const filters: readonly (readonly [object, (customer: CustomerFields) => boolean])[] = [
  [{ tier: ["GOLD", "SILVER"] }, ({ tier }) => tier === "GOLD" || tier === "SILVER"],
  [{ vip_status: true, employee_count: { gte: 50 } }, (fields) => fields.vip_status && (fields.employee_count ?? 0) >= 50],
  [{ or: [{ tags: { has: "a" } }, { tier: null }] }, ({ tags, tier }) => tags.includes("a") || tier === null],
  [{ tags: { has: "b" }, tier: { ne: "GOLD" } }, ({ tags, tier }) => tags.includes("b") && tier !== "GOLD"],
];

const randomFields = () => ({
  tier: pickRandom(["GOLD", "SILVER", "BRONZE", null]),
  vip_status: random() < 0.5,
  employee_count: pickRandom([null, 10, 50, 700]),
  tags: ["a", "b"].filter(() => random() < 0.5),
});

const customers = new Map<string, { fields: CustomerFields; isDeleted: boolean }>();
const sets = new Map<string, { isIn: ((customer: CustomerFields) => boolean) | undefined; byHand: Set<string> }>();

async function createCustomer(): Promise<void> {
  const fields = randomFields();
  const { data } = await tenant.admin.createCustomer({ name: "Any", owner_id: pickRandom(owners), ...fields });
  customers.set(data.id, { fields, isDeleted: false });
}

async function createSegment(): Promise<void> {
  const [filter, isIn] = random() < 0.7 ? pickRandom(filters) : [undefined, undefined];
  const dynamic = filter && { membership: "DYNAMIC", filter };
  const { data } = await allowAnyInput(tenant.admin).createSegment({ name: "Some", ...dynamic });
  sets.set(data.id, { isIn, byHand: new Set() });
}

/** Changes, deletes or restores a customer at random. */
async function changeCustomer(id: string): Promise<void> {
  const customer = customers.get(id);
  if (!customer) return;
  if (random() < 0.2) {
    await (customer.isDeleted ? tenant.admin.restoreCustomer({ id }) : tenant.admin.deleteCustomer({ id }));
    customer.isDeleted = !customer.isDeleted;
  } else if (!customer.isDeleted) {
    customer.fields = randomFields();
    await tenant.admin.updateCustomer({ id, owner_id: pickRandom([...owners, null]), ...customer.fields });
  }
}

/** Changes or deletes a segment at random. */
async function changeSegment(id: string): Promise<void> {
  const set = sets.get(id);
  if (!set) return;
  if (random() < 0.1) {
    sets.delete(id);
    await tenant.admin.deleteSegment({ id });
  } else if (set.isIn && random() < 0.3) {
    const [filter, isIn] = pickRandom(filters);
    set.isIn = isIn;
    await allowAnyInput(tenant.admin).updateSegment({ id, filter });
  } else {
    const customerIds = [...customers].flatMap(([customerId, { isDeleted }]) =>
      isDeleted || random() < 0.7 ? [] : [customerId],
    );
    if (customerIds.length === 0) return;
    const isAdding = random() < 0.7;
    await tenant.admin.changeSegmentMembers(isAdding ? { id, add: customerIds } : { id, remove: customerIds });
    for (const customerId of customerIds) isAdding ? set.byHand.add(customerId) : set.byHand.delete(customerId);
  }
}

it("equals a recount after concurrent changes and repeated events", async () => {
  const events = recordPublishedEvents(app);
  for (let n = 0; n < 12; n++) await createCustomer();
  for (let n = 0; n < 3; n++) await createSegment();
  for (let burst = 0; burst < 5; burst++) {
    // Each record has one writer, so that its final state is known; segments and customers change concurrently.
    const [customerIds, segmentIds] = [[...customers.keys()].filter(() => random() < 0.6), [...sets.keys()]];
    await Promise.all([...customerIds.map(changeCustomer), createCustomer(), createSegment()]);
    await Promise.all([...segmentIds.map(changeSegment), app.settle()]);
    // Events are delivered again: late, in any order, and concurrently.
    const again = events.filter(({ type }) => type.startsWith("customer.") && random() < 0.3).sort(() => random() - 0.5);
    await Promise.all(again.map((event) => deliverToSubscriber(app, "segment-members", { ...event, id: randomUUID() })));
    await app.settle();
    for (const [id, { isIn, byHand }] of sets) {
      const expectedIds = [...customers].flatMap(([customerId, { fields, isDeleted }]) =>
        !isDeleted && (byHand.has(customerId) || isIn?.(fields)) ? [customerId] : [],
      );
      const { data, meta } = await tenant.admin.listSegmentMembers({ id, limit: 100, order: "asc" });
      expect(data.map((member) => member.id)).toEqual(expectedIds.sort());
      expect(meta.total).toBe(expectedIds.length);
      expect((await tenant.admin.getSegment({ id })).data.state).toBe("ready");
    }
    await expectConsistentMemberships(app, tenant);
  }
});
