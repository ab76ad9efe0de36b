import { Money } from "@crm/core/kernel/money.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../../platform/custom-field/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { countOutcomes } from "./support.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const createCustomer = async (name: string, parent?: string | null, client = tenant.admin) =>
  (await client.createCustomer({ name, parent_customer_id: parent ?? null })).data.id;
const moveCustomer = (id: string, to: string | null) => tenant.admin.updateCustomer({ id, parent_customer_id: to });
const readHierarchy = async (id: string, client = tenant.admin) => (await client.getCustomerHierarchy({ id })).data;
const createOpportunity = (customer_id: string, amount: string, more: object = {}) =>
  tenant.admin.createOpportunity({ name: "Fleet", customer_id, amount, ...more });
const readCustomer = async (id: string) => (await tenant.admin.getCustomer({ id })).data;

describe("a circle", () => {
  it("is rejected at any length", async () => {
    const [a, b, c] = await Promise.all(["A", "B", "C"].map((name) => createCustomer(name)));
    await moveCustomer(b as string, a as string);
    await moveCustomer(c as string, b as string);
    for (const to of [a, b, c])
      expect(await expectRejection(moveCustomer(a as string, to as string))).toEqual([400, ["parent_customer_id"]]);
  });

  it.each([2, 3])("is not created by %i concurrent moves", async (count) => {
    for (let turn = 0; turn < 5; turn++) {
      const ring = await Promise.all(Array.from({ length: count }, (_, index) => createCustomer(`Ring ${index}`)));
      const { done, refused: errorStatuses } = await countOutcomes(
        ring.map((id, index) => moveCustomer(id, ring[(index + 1) % count] as string)),
      );
      expect([done, errorStatuses]).toEqual([count - 1, [400]]);
    }
  });
});

describe("the hierarchy of a customer", () => {
  it("shows ancestors and children, and takes a customer below it with its whole subtree", async () => {
    const [top, middle, low] = [await createCustomer("Top"), await createCustomer("Middle"), await createCustomer("Low")];
    await tenant.admin.addChildCustomer({ id: middle, child_customer_id: low, account_type: "branch" });
    await tenant.admin.addChildCustomer({ id: top, child_customer_id: middle });
    await app.settle();
    const { customer, ancestors, children } = await readHierarchy(low);
    expect(customer).toMatchObject({ id: low, account_type: "BRANCH", hierarchy_level: 2 });
    expect([ancestors.map(({ name }) => name), children]).toEqual([["Top", "Middle"], []]);
    expect((await readHierarchy(top)).children).toMatchObject([{ id: middle, hierarchy_level: 1 }]);
    const request = tenant.admin.addChildCustomer({ id: top, child_customer_id: "cus_01kjp8w20000000046" });
    expect(await expectRejection(request)).toEqual([400, ["child_customer_id"]]);
    await expect(tenant.admin.deleteCustomer({ id: middle })).rejects.toMatchObject({ status: 409 });
  });

  it("shows the levels below a customer in one request, as far as the caller sees them", async () => {
    const [first, second] = [await addUser(app, tenant, "SALES_REP"), tenant.admin];
    const top = await createCustomer("Top", null, first.client);
    const left = await createCustomer("Left", top, first.client);
    const low = await createCustomer("Low", left, first.client);
    const lowest = await createCustomer("Lowest", low, first.client);
    const hidden = await createCustomer("Hidden", top);
    const below = await createCustomer("Below hidden", hidden);
    await second.updateCustomer({ id: below, owner_id: first.id });
    await app.settle();
    const readBelow = async (depth: number, client = second) => {
      const { descendants, descendants_complete, children } = (await client.getCustomerHierarchy({ id: top, depth })).data;
      expect([descendants_complete, children.length]).toEqual([true, client === second ? 2 : 1]);
      return descendants?.map(({ id, parent_customer_id }) => [id, parent_customer_id]);
    };
    const [onLeft, onLow] = [
      [left, top],
      [low, left],
    ];
    expect(await readBelow(1)).toEqual([onLeft, [hidden, top]]);
    expect(await readBelow(2)).toEqual([onLeft, [hidden, top], onLow, [below, hidden]]);
    expect(await readBelow(10)).toEqual([onLeft, [hidden, top], onLow, [below, hidden], [lowest, low]]);
    expect(await readBelow(10, first.client)).toEqual([onLeft, onLow, [lowest, low]]);
    expect((await readHierarchy(top)).descendants).toBeUndefined();
    expect(await expectRejection(second.getCustomerHierarchy({ id: top, depth: 11 }))).toEqual([400, ["depth"]]);
  });

  it("shows at most 200 customers below one, and says so", async () => {
    const { admin } = await signUp(app);
    const { data: top } = await admin.createCustomer({ name: "Wide" });
    const items = Array.from({ length: 205 }, (_, index) => ({ name: `Branch ${index}`, parent_customer_id: top.id }));
    const { data } = await admin.batchCustomers({ operation: "create", items });
    expect(data.results.every(({ status }) => status === 201)).toBe(true);
    const { data: hierarchy } = await admin.getCustomerHierarchy({ id: top.id, depth: 2 });
    expect([hierarchy.descendants?.length, hierarchy.descendants_complete, hierarchy.children.length]).toEqual([200, false, 20]);
  });

  it("restores a customer below its parent, or at the top if the parent is deleted", async () => {
    const top = await createCustomer("Top");
    const low = await createCustomer("Low", top);
    await tenant.admin.deleteCustomer({ id: low });
    expect((await tenant.admin.restoreCustomer({ id: low })).data).toMatchObject({ parent_customer_id: top, hierarchy_level: 1 });
    await tenant.admin.deleteCustomer({ id: low });
    await app.settle();
    await tenant.admin.deleteCustomer({ id: top });
    const { data } = await tenant.admin.restoreCustomer({ id: low });
    expect(data).toMatchObject({ parent_customer_id: null, hierarchy_level: 0 });
  });

  it("shows a caller only the customers that they can see", async () => {
    const top = await createCustomer("Theirs", null, rep.client);
    const hidden = await createCustomer("Hidden", top);
    const low = await createCustomer("Low too", hidden);
    await tenant.admin.updateCustomer({ id: low, owner_id: rep.id });
    await Promise.all([
      createOpportunity(top, "1.00"),
      createOpportunity(hidden, "20.00"),
      createOpportunity(low, "300.00", { currency: "EUR" }),
    ]);
    await app.settle();
    const seen = await readHierarchy(top, rep.client);
    expect([seen.children, seen.roll_up]).toMatchObject([
      [],
      {
        customers: 2,
        open_opportunities: 2,
        amounts: [
          { currency: "EUR", pipeline_value: "300.00" },
          { currency: "USD", pipeline_value: "1.00" },
        ],
        is_lower_bound: false,
      },
    ]);
    const { ancestors } = await readHierarchy(low, rep.client);
    expect(ancestors.map(({ id, name, hierarchy_level }) => [id, name, hierarchy_level])).toEqual([
      [top, "Theirs", 0],
      [null, null, null],
    ]);
    expect((await readHierarchy(top)).roll_up).toMatchObject({ customers: 3, amounts: [{}, { pipeline_value: "21.00" }] });
  });
});

describe("a tree deeper than the roll-up limit", () => {
  const chain = async (name: string, length: number) => {
    const ids: string[] = [];
    for (let index = 0; index < length; index++) ids.push(await createCustomer(`${name} ${index}`, ids.at(-1)));
    return ids;
  };
  const summed = async (id: string, client = tenant.admin) => {
    const { customers, amounts, is_lower_bound } = (await readHierarchy(id, client)).roll_up;
    return [customers, amounts[0]?.pipeline_value ?? "0.00", is_lower_bound];
  };

  it("marks a sum as a lower bound where the tree is deeper, and is exact elsewhere", async () => {
    const ids = await chain("Deep", 20);
    await createOpportunity(ids[19] as string, "1.00");
    await createOpportunity(ids[16] as string, "20.00");
    await app.settle();
    const tops = await Promise.all([0, 2, 3, 19].map((index) => summed(ids[index] as string)));
    expect(tops).toEqual([
      [17, "20.00", true],
      [17, "20.00", true],
      [17, "21.00", false],
      [1, "1.00", false],
    ]);
  });

  it("moves with its sums below another customer, also when the owner changes", async () => {
    const [from, to] = [await chain("From", 18), await chain("To", 17)];
    await tenant.admin.updateCustomer({ id: to[1] as string, owner_id: rep.id });
    await createOpportunity(from[17] as string, "1000000000000.01");
    await app.settle();
    await tenant.admin.updateCustomer({ id: from[17] as string, parent_customer_id: to[16], owner_id: rep.id });
    await moveCustomer(from[15] as string, to[1] as string);
    await app.settle();
    expect(await Promise.all([from[14], to[0], to[1], to[16]].map((id) => summed(id as string)))).toEqual([
      [1, "0.00", false],
      [19, "0.00", true],
      [19, "1000000000000.01", false],
      [2, "1000000000000.01", false],
    ]);
    expect(await summed(to[1] as string, rep.client)).toEqual([2, "1000000000000.01", false]);
  });
});

type RollUp = Awaited<ReturnType<typeof readHierarchy>>["roll_up"];
type CustomerData = Awaited<ReturnType<typeof readCustomer>>;
const toRollUpSums = ({ customers, open_opportunities, amounts }: RollUp) => [
  ...[customers, open_opportunities],
  amounts[0]?.pipeline_value ?? "0.00",
];
const sumCustomers = (customers: readonly CustomerData[]) => [
  customers.length,
  customers.reduce((sum, { open_opportunities }) => sum + (open_opportunities ?? 0), 0),
  Money.sum(customers.map(({ pipeline_value }) => pipeline_value ?? "0.00")),
];

describe("many moves", () => {
  it("leave trees without circles, with correct levels and sums", async () => {
    const chance = createTestRandom("Trees of customers");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const ids: string[] = [];
    for (let index = 0; index < 10; index++) ids.push(await createCustomer(`N${index}`, chance() < 0.6 ? pick(ids) : null));
    const ownerIds = [null, rep.id];
    for (const id of ids) await createOpportunity(id, `${pick([1, 2, 3])}.10`);
    const act = async () => {
      const [id, turn] = [pick(ids), chance()];
      if (turn < 0.1) await tenant.admin.deleteCustomer({ id });
      else if (turn < 0.3) await tenant.admin.restoreCustomer({ id });
      else if (turn < 0.4) await createOpportunity(id, "5.00");
      else if (turn < 0.5) await tenant.admin.updateCustomer({ id, owner_id: pick(ownerIds) });
      else await moveCustomer(id, chance() < 0.8 ? pick(ids) : null);
    };
    for (let burst = 0; burst < 5; burst++) {
      await Promise.allSettled(Array.from({ length: 6 }, act));
      await app.settle();
      const { data: all } = await tenant.admin.listCustomers({ limit: 100, search: "N" });
      const live = all.filter(({ id }) => ids.includes(id));
      expect(live.length).toBeGreaterThan(3);
      const parents = new Map(live.map(({ id, parent_customer_id }) => [id, parent_customer_id]));
      const wayUp = (id: string): string[] => {
        const above = parents.get(id);
        return above ? [id, ...wayUp(above)] : [id];
      };
      for (const { id, hierarchy_level } of live) {
        expect([id, hierarchy_level]).toEqual([id, wayUp(id).length - 1]);
        const subtree = await Promise.all(
          live.filter((customer) => wayUp(customer.id).includes(id)).map((customer) => readCustomer(customer.id)),
        );
        const visibleCustomers = subtree.filter(({ owner_id }) => ownerIds.includes(owner_id ?? null));
        expect(toRollUpSums((await readHierarchy(id)).roll_up)).toEqual(sumCustomers(subtree));
        if (visibleCustomers.some((customer) => customer.id === id))
          expect(toRollUpSums((await readHierarchy(id, rep.client)).roll_up)).toEqual(sumCustomers(visibleCustomers));
      }
    }
  });
});
