import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { runBuildSlice } from "@crm/core/engagement/segment/build.ts";
import { refreshMemberships } from "@crm/core/engagement/segment/membership.ts";
import { customerSets, Segment } from "@crm/core/engagement/segment/segment.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type * as z from "zod";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
import { isRecordWrite, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { expectConsistentMemberships } from "./membership-recount.ts";

/** Concurrent evaluations of one record, and concurrent jobs over all records. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>, ports: Ports = app.ports): Promise<T> =>
  runIn(systemContext(ports, tenant.id, "test"), work);

const createDynamicSegment = async (filter: Record<string, z.core.util.JSONType>) =>
  (await runInTenant(() => Segment.create({ name: "Some", membership: "DYNAMIC", filter }))).id;
let customerCount = 0;
const createCustomer = async (more: object = {}) =>
  (await runInTenant(() => Customer.create({ name: `Any ${++customerCount}`, ...more }))).id;
const listMemberIds = async (id: string) => {
  const { data, meta } = await tenant.admin.listSegmentMembers({ id, limit: 100, order: "asc" });
  expect(meta.total).toBe(data.length);
  return data.map((member) => member.id);
};

/** Ports of another process: `meanwhile` runs just before or after its first record write. */
function interleavePorts(when: "before" | "behind", interrupt: () => Promise<unknown>): Ports {
  let isFirst = true;
  const send: Ports["database"]["send"] = async (command, scope) => {
    if (!isFirst || !isRecordWrite(command)) return app.ports.database.send(command, scope);
    isFirst = false;
    if (when === "before") await interrupt();
    const answer = await app.ports.database.send(command, scope);
    if (when === "behind") await interrupt();
    return answer;
  };
  return { ...app.ports, database: { ...app.ports.database, send } };
}

describe("the evaluation of a record", () => {
  it("is repeated after a concurrent write, with the new values", async () => {
    const set = await createDynamicSegment({ tags: { has: "in" } });
    const id = await createCustomer({ tags: ["in"] });
    const leave = () =>
      runInTenant(() => Customer.update({ id, tags: [] })).then(() => runInTenant(() => refreshMemberships(customerSets, [id])));
    await runInTenant(() => refreshMemberships(customerSets, [id]), interleavePorts("before", leave));
    expect(await listMemberIds(set)).toEqual([]);
    await expectConsistentMemberships(app, tenant);
  });

  it("counts once beside a concurrent evaluation", async () => {
    const set = await createDynamicSegment({ tags: { has: "in" } });
    const id = await createCustomer({ tags: ["in"] });
    await runInTenant(
      () => refreshMemberships(customerSets, [id]),
      interleavePorts("before", () => runInTenant(() => refreshMemberships(customerSets, [id]))),
    );
    expect(await listMemberIds(set)).toEqual([id]);
    await expectConsistentMemberships(app, tenant);
  });

  it("applies a manual addition once, and does not undo a later removal", async () => {
    const { id: set } = await runInTenant(() => Segment.create({ name: "By hand" }));
    const id = await createCustomer();
    const remove = () => runInTenant(() => Segment.changeMembers({ id: set, remove: [id] }));
    await runInTenant(() => Segment.changeMembers({ id: set, add: [id] }), interleavePorts("behind", remove));
    expect(await listMemberIds(set)).toEqual([]);
    await expectConsistentMemberships(app, tenant);
  });

  it("counts each of twenty records that enter a set at once", async () => {
    const set = await createDynamicSegment({ tags: { has: "in" } });
    const ids = await Promise.all(Array.from({ length: 20 }, () => createCustomer({ tags: ["in"] })));
    await Promise.all(ids.map((id) => runInTenant(() => refreshMemberships(customerSets, [id]))));
    expect(await listMemberIds(set)).toEqual(ids.sort());
    await expectConsistentMemberships(app, tenant);
  });

  it("proceeds in steps if a record enters more sets than one transaction holds", async () => {
    const sets = await Promise.all(Array.from({ length: 60 }, () => createDynamicSegment({ tier: "GOLD" })));
    const id = await createCustomer({ tier: "GOLD" });
    await runInTenant(() => refreshMemberships(customerSets, [id]));
    expect((await tenant.admin.listSegmentsOf({ id })).data.sets.map((set) => set.id).sort()).toEqual(sets.sort());
    await runInTenant(() => Customer.remove({ id }));
    await runInTenant(() => refreshMemberships(customerSets, [id]));
    await expectConsistentMemberships(app, tenant);
    expect((await tenant.admin.getSegment({ id: sets[0] as string })).data.member_count).toBe(0);
  });
});

describe("the build", () => {
  it("gives the same result if several workers go through all records at once", async () => {
    const ids = await Promise.all(Array.from({ length: 130 }, (_, n) => createCustomer({ tier: n % 2 ? "GOLD" : "SILVER" })));
    const set = await createDynamicSegment({ tier: "GOLD" });
    const turn = () => runInTenant(() => runBuildSlice(customerSets)).catch((error: Error) => expect(error.name).toBe("Fenced"));
    await Promise.all([turn(), turn(), turn()]);
    await turn();
    await app.settle();
    expect((await tenant.admin.getSegment({ id: set })).data).toMatchObject({ state: "ready", member_count: 65 });
    await expectConsistentMemberships(app, tenant);
    expect(ids).toHaveLength(130);
  });

  it("scores customers by quintiles of all buyers, and again after each day", async () => {
    const buy = (id: string, amount: number, day: string) =>
      runInTenant(() =>
        Records.change(Customer.listDefinition.collection, id, (customer) => ({
          ...customer,
          paid_orders_count: 1,
          lifetime_value: `${amount}.00`,
          last_order_at: `${day}T00:00:00.000Z`,
        })),
      );
    const bought = await Promise.all(
      [1, 2, 3, 4, 5].map(async (n) => (await buy(await createCustomer(), n * 100, `2026-01-0${n}`)).id),
    );
    await createCustomer();
    const best = await createDynamicSegment({ monetary_score: { gte: 5 }, recency_score: 5 });
    const lapsedSegment = await createDynamicSegment({ recency_score: 1 });
    await app.settle();
    expect([await listMemberIds(best), await listMemberIds(lapsedSegment)]).toEqual([[bought[4]], [bought[0]]]);
    const larger = [
      (await buy(await createCustomer(), 900, "2026-02-01")).id,
      (await buy(await createCustomer(), 901, "2026-02-02")).id,
    ];
    await app.settle();
    expect(await listMemberIds(best)).toEqual([bought[4], ...larger]);
    app.setClock({ advance: 25 * 60 * 60 * 1000 });
    await sweepAndAct(app);
    app.setClock({ advance: -25 * 60 * 60 * 1000 });
    expect(await listMemberIds(best)).toEqual(larger);
    const [best_of] = (await tenant.admin.listSegmentsOf({ id: larger[0] as string })).data.sets;
    expect(best_of?.reasons).toContainEqual({ field: "recency_score", operator: "eq", asked: "5", value: 5 });
  });
});
