import { randomUUID } from "node:crypto";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceOf, type Random } from "../chance.ts";
import { addUser, deliverTo, publishedBy, signUp, startTestApp, type Tenant } from "../support.ts";
import { expectWhole } from "./support.ts";

/** Segments after random work of several at once are what a plain look at all customers finds. */

let app: App;
let tenant: Tenant;
let owners: string[];
let chance: Random;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  owners = await Promise.all(["SALES_REP", "USER"].map(async (role) => (await addUser(app, tenant, role)).id));
  chance = chanceOf("segments");
});
afterAll(() => app.stop());

const one = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T;

type Fields = { tier: string | null; vip_status: boolean; employee_count: number | null; tags: string[] };

/** Filters, and whom they find, said another way. */
const filters: readonly (readonly [object, (customer: Fields) => boolean])[] = [
  [{ tier: ["GOLD", "SILVER"] }, ({ tier }) => tier === "GOLD" || tier === "SILVER"],
  [{ vip_status: true, employee_count: { gte: 50 } }, (one) => one.vip_status && (one.employee_count ?? 0) >= 50],
  [{ or: [{ tags: { has: "a" } }, { tier: null }] }, ({ tags, tier }) => tags.includes("a") || tier === null],
  [{ tags: { has: "b" }, tier: { ne: "GOLD" } }, ({ tags, tier }) => tags.includes("b") && tier !== "GOLD"],
];

const drawn = () => ({
  tier: one(["GOLD", "SILVER", "BRONZE", null]),
  vip_status: chance() < 0.5,
  employee_count: one([null, 10, 50, 700]),
  tags: ["a", "b"].filter(() => chance() < 0.5),
});

const customers = new Map<string, { fields: Fields; isDeleted: boolean }>();
const sets = new Map<string, { isIn: ((customer: Fields) => boolean) | undefined; byHand: Set<string> }>();

async function create(): Promise<void> {
  const fields = drawn();
  const { data } = await tenant.admin.createCustomer({ name: "Any", owner_id: one(owners), ...fields } as never);
  customers.set(data.id, { fields, isDeleted: false });
}

async function addSet(): Promise<void> {
  const [filter, isIn] = chance() < 0.7 ? one(filters) : [undefined, undefined];
  const dynamic = filter && { membership: "DYNAMIC", filter };
  const { data } = await tenant.admin.createSegment({ name: "Some", ...dynamic } as never);
  sets.set(data.id, { isIn, byHand: new Set() });
}

/** Something is done with a customer. */
async function touch(id: string): Promise<void> {
  const customer = customers.get(id);
  if (!customer) return;
  if (chance() < 0.2) {
    await (customer.isDeleted ? tenant.admin.restoreCustomer({ id }) : tenant.admin.deleteCustomer({ id }));
    customer.isDeleted = !customer.isDeleted;
  } else if (!customer.isDeleted) {
    customer.fields = drawn();
    await tenant.admin.updateCustomer({ id, owner_id: one([...owners, null]), ...customer.fields } as never);
  }
}

/** Something is done with a set. */
async function arrange(id: string): Promise<void> {
  const set = sets.get(id);
  if (!set) return;
  if (chance() < 0.1) {
    sets.delete(id);
    await tenant.admin.deleteSegment({ id });
  } else if (set.isIn && chance() < 0.3) {
    const [filter, isIn] = one(filters);
    set.isIn = isIn;
    await tenant.admin.updateSegment({ id, filter } as never);
  } else {
    const some = [...customers].flatMap(([each, { isDeleted }]) => (isDeleted || chance() < 0.7 ? [] : [each]));
    if (some.length === 0) return;
    const isAdding = chance() < 0.7;
    await tenant.admin.changeSegmentMembers(isAdding ? { id, add: some } : { id, remove: some });
    for (const each of some) isAdding ? set.byHand.add(each) : set.byHand.delete(each);
  }
}

it("equals a recount, whatever is done at the same time, and whatever events come again", async () => {
  const events = publishedBy(app);
  for (let n = 0; n < 12; n++) await create();
  for (let n = 0; n < 3; n++) await addSet();
  for (let burst = 0; burst < 5; burst++) {
    // Each record by one writer, so that it is known what comes last; sets and customers side by side.
    const [some, named] = [[...customers.keys()].filter(() => chance() < 0.6), [...sets.keys()]];
    await Promise.all([...some.map(touch), create(), addSet()]);
    await Promise.all([...named.map(arrange), app.settle()]);
    // Twice, late, in any order, and side by side.
    const again = events.filter(({ type }) => type.startsWith("customer.") && chance() < 0.3).sort(() => chance() - 0.5);
    await Promise.all(again.map((event) => deliverTo(app, "segment-members", { ...event, id: randomUUID() })));
    await app.settle();
    for (const [id, { isIn, byHand }] of sets) {
      const wanted = [...customers].flatMap(([each, { fields, isDeleted }]) =>
        !isDeleted && (byHand.has(each) || isIn?.(fields)) ? [each] : [],
      );
      const { data, meta } = await tenant.admin.listSegmentMembers({ id, limit: 100, order: "asc" });
      expect(data.map((member) => member.id)).toEqual(wanted.sort());
      expect(meta.total).toBe(wanted.length);
      expect((await tenant.admin.getSegment({ id })).data.state).toBe("ready");
    }
    await expectWhole(app, tenant);
  }
});
