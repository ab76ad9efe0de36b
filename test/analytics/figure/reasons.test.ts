import { buildChurnedSums, parseChurnedCells } from "@crm/core/accounts/customer/churned-days.rules.ts";
import { CHURN_REASONS } from "@crm/core/accounts/customer/customer.masters.ts";
import { tallyProducts } from "@crm/core/analytics/figure/product-rows.rules.ts";
import { StageTime } from "@crm/core/analytics/figure/stage-times.rules.ts";
import { sortReasons, tallyReasons } from "@crm/core/analytics/figure/win-loss.rules.ts";
import type { Cell } from "@crm/core/platform/daily-figures/counter-cells.rules.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

const cell = (more: Partial<Cell>): Cell => ({
  ...{ owner: "*", value: "all", currency: "EUR", day: "2026-03-02", state: "lost", count: 1, minor: 100n, cycle: 0 },
  ...more,
});

describe("reasons of closed opportunities", () => {
  it.each([
    ["none without closed opportunities", [], [], {}],
    ["`none` for those without a reason", [], [cell({ count: 2 })], { none: [0, 2] }],
    ["the rest of the totals under `none`", [cell({ value: "a" })], [cell({ count: 3 })], { a: [0, 1], none: [0, 2] }],
    ["no `none` if all have a reason", [cell({ value: "a" })], [cell({})], { a: [0, 1] }],
    [
      "won and lost ones of one reason",
      [cell({ value: "a" }), cell({ value: "a", state: "won", count: 4 })],
      [cell({}), cell({ state: "won", count: 4 })],
      { a: [4, 1] },
    ],
  ] as const)("are %s", (_, reasons, totals, expected) => {
    const tallies = tallyReasons(reasons, totals, "EUR");
    expect(Object.fromEntries([...tallies].map(([key, { count }]) => [key, [count.won, count.lost]]))).toEqual(expected);
  });

  it("are in order of their number, then of their key", () => {
    const reasons = ["b", "a", "c"].map((value) => cell({ value, count: value === "c" ? 2 : 1 }));
    const totals = [cell({ count: 4 })];
    expect(sortReasons(tallyReasons(reasons, totals, "EUR")).map(([key]) => key)).toEqual(["c", "a", "b"]);
  });
});

describe("opportunities by a property of their products", () => {
  const lines = new Map<string, string | null>([
    ["prd_1", "Rig"],
    ["prd_2", "Rig"],
    ["prd_3", null],
  ]);
  it.each([
    ["nothing", [], [], {}],
    ["one without lines", [], [cell({})], { none: [1, 100n] }],
    [
      "two products of one line",
      [cell({ value: "prd_1", minor: 60n }), cell({ value: "prd_2", minor: 40n }), cell({ value: "any" })],
      [cell({})],
      { Rig: [2, 100n] },
    ],
    [
      "a product without a line, a text, and further products",
      [
        cell({ value: "prd_3", minor: 10n }),
        cell({ value: "t.0123456789abcdef.Um9wZQ", minor: 20n }),
        cell({ value: "other", minor: 70n }),
        cell({ value: "any" }),
      ],
      [cell({})],
      { none: [2, 30n], other: [1, 70n] },
    ],
  ])("are, for %s", (_, cells, totals, expected) => {
    const tallies = tallyProducts(cells, totals, (product) => lines.get(product), "EUR");
    expect(
      Object.fromEntries(
        [...tallies].map(([key, { count, sums }]) => [
          key,
          [count.lost, sums.lost.parts().reduce((sum, { minor }) => sum + minor, 0n)],
        ]),
      ),
    ).toEqual(expected);
  });
});

describe("the time in a stage", () => {
  it.each([
    ["nothing", [], { left: 0, average_days: null, advance_rate: null }],
    ["half a day", [["FORWARD", 1, 43_200n]], { left: 1, moved_forward: 1, average_days: 0.5, advance_rate: 100 }],
    [
      "moves of several kinds",
      [
        ["FORWARD", 1, 86_400n],
        ["WON", 1, 0n],
        ["LOST", 2, 172_800n],
        ["BACK", 2, 1n],
      ],
      { left: 6, moved_forward: 1, won: 1, lost: 2, moved_back: 2, average_days: 0.5, advance_rate: 33.33 },
    ],
    [
      "more seconds than a double holds",
      [["LOST", 1, 9_007_199_254_740_993n]],
      { average_days: 104_249_991_374.317, advance_rate: 0 },
    ],
  ] as const)("of %s", (_, cells, expected) => {
    const time = new StageTime();
    for (const [move, count, seconds] of cells) time.add({ stage: "s", move, count, seconds });
    expect(time.present()).toMatchObject(expected);
  });
});

const REASON = defaultId(CHURN_REASONS, "competitor");
const customer = (more: object = {}) => ({
  ...{ owner_id: "usr_1", status: "CHURNED", churned_at: "2026-03-31T23:30:00.000Z", churned_day: "2026-04-01" },
  ...{ churn_reason_id: REASON, amounts: [{ currency: "EUR", lifetime_value: "1200.50" }] },
  ...more,
});

describe("counters of churned customers", () => {
  const cellOf = { day: "2026-04-01", reason: REASON, count: 1, minor: new Map([["EUR", 120_050n]]) };
  it.each([
    ["on the day in the tenant's time zone", {}, cellOf],
    ["on the day in UTC if the record has no other", { churned_day: null }, { ...cellOf, day: "2026-03-31" }],
    ["without a reason", { churn_reason_id: null }, { ...cellOf, reason: "none" }],
    ["without sales", { amounts: [] }, { ...cellOf, minor: new Map() }],
    [
      "with amounts beyond nine digits, and below 0",
      {
        amounts: [
          { currency: "EUR", lifetime_value: "9999999999999.99" },
          { currency: "JPY", lifetime_value: "-12" },
        ],
      },
      {
        ...cellOf,
        minor: new Map([
          ["EUR", 999_999_999_999_999n],
          ["JPY", -12n],
        ]),
      },
    ],
  ])("count a customer %s", (_, more, expected) => {
    const { scopes, counts } = buildChurnedSums(customer(more));
    expect(scopes.flatMap((sk) => parseChurnedCells({ sk, ...counts }))).toEqual(
      ["usr_1", "*"].map((owner) => ({ owner, ...expected })),
    );
  });

  it("do not count a customer that is back", () => {
    expect(buildChurnedSums(customer({ status: "ACTIVE" })).scopes).toEqual([]);
  });
});

describe("churn", () => {
  let app: App;
  let ms = Date.parse("2027-03-10T20:00:00.000Z");
  beforeAll(async () => {
    app = await startTestApp({ time: () => ms++ });
  });
  afterAll(() => app.stop());

  it("equals a plain count of the customers that each caller sees", async () => {
    const chance = createTestRandom("Churn by reason");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const tenant = await signUp(app, { timezone: "Pacific/Auckland", currency: "USD", visibility: "own" });
    const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const ids: string[] = [];
    const act = async (): Promise<void> => {
      const [id, turn] = [pick(ids), chance()];
      if (turn < 0.4 || !id)
        ids.push(
          (
            await crm.createCustomer({
              ...{ name: "Harbour", status: "ACTIVE", owner_id: pick([null, rep.id, otherRep.id]) },
            })
          ).data.id,
        );
      else if (turn < 0.5)
        await crm
          .createOpportunity({ name: "Fleet", customer_id: id, amount: "100.25", currency: pick(["USD", "JPY"]) })
          .then(({ data }) => crm.winOpportunity({ id: data.id }));
      else if (turn < 0.8) await crm.updateCustomer({ id, status: "CHURNED", churn_reason_id: pick(["competitor", "price"]) });
      else if (turn < 0.9) await crm.updateCustomer({ id, status: "ACTIVE" });
      else await crm.updateCustomer({ id, owner_id: pick([null, rep.id, otherRep.id]) });
    };
    for (let burst = 0; burst < 6; burst++) {
      await Promise.allSettled(Array.from({ length: 10 }, act));
      ms += Math.floor(chance() * 30) * 60 * 60_000;
    }
    await app.settle();
    const { data: customers } = await crm.listCustomers({ limit: 100 });
    const records = (await Promise.all(customers.map(async ({ id }) => (await crm.getCustomer({ id })).data))).filter(
      ({ status }) => status === "CHURNED",
    );
    expect(records.length).toBeGreaterThan(3);
    const range = { from: "2027-03-01", to: "2027-04-30" };
    for (const [as, isVisible] of [
      [crm, () => true],
      [await signInUser(app, tenant, rep), (owner: string | null) => owner === null || owner === rep.id],
    ] as const) {
      const visible = records.filter(({ owner_id }) => isVisible(owner_id));
      const { data } = await as.getChurnAnalytics({ ...range, interval: "month", compare_to: "previous_year" });
      const sumDollars = (group: typeof visible): string =>
        (
          group
            .flatMap(({ amounts }) => amounts)
            .filter(({ currency }) => currency === "USD")
            .reduce((sum, { lifetime_value }) => sum + Math.round(Number(lifetime_value) * 100), 0) / 100
        ).toFixed(2);
      const byReason = Map.groupBy(visible, ({ churn_reason_id }) => churn_reason_id ?? "none");
      expect(new Map(data.by_reason.map(({ key, count, lost_value }) => [key, [count, lost_value]]))).toEqual(
        new Map([...byReason].map(([key, group]) => [key, [group.length, sumDollars(group)]])),
      );
      expect(data.by_reason.map(({ previous }) => previous?.count)).toEqual(data.by_reason.map(() => 0));
      expect(data.figures.find(({ name }) => name === "customers_churned")?.value).toBe(visible.length);
      expect(data.figures.find(({ name }) => name === "churned_value")?.value).toBe(sumDollars(visible));
      const countRows = (rows: typeof data.by_owner): number =>
        rows.reduce((sum, { values }) => sum + Number(values.customers_churned), 0);
      expect([countRows(data.by_owner), countRows(data.by_period)]).toEqual([visible.length, visible.length]);
    }
  });

  it("needs a period of at most 366 days", async () => {
    const { admin } = await signUp(app);
    const range = { from: "2027-03-02", to: "2027-03-01" };
    for (const read of [admin.getWinLossAnalytics, admin.getCycleTimes, admin.getChurnAnalytics]) {
      await expect(read(range)).rejects.toMatchObject({
        details: [{ field: "from", message: "Must not be later than `to`" }],
      });
      await expect(read({ from: "2020-01-01", to: "9999-12-31" })).rejects.toMatchObject({
        details: [{ field: "from", message: "The period must be at most 366 days" }],
      });
    }
  });
});
