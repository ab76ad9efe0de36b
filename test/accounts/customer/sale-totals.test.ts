import { rankDefinition, resolveRank } from "@crm/core/accounts/customer/rank.rules.ts";
import { buildSaleSums, type CountedOrder, computeSales, orderedScope } from "@crm/core/accounts/customer/sale-totals.rules.ts";
import { CustomerTotals } from "@crm/core/sales/opportunity/customer-totals.rules.ts";
import { describe, expect, it } from "vitest";

const order: CountedOrder = {
  customer_id: "cus_1",
  sale_id: "opp_1",
  currency: "EUR",
  confirmed_day: "2030-02-28",
  status: "CONFIRMED",
  payment_state: "PAID",
  first_paid_at: "2030-03-01T00:00:00.000Z",
  net_payment: "12345678901.23",
  balance: "0.00",
};

/** Adds what orders contribute, as the stream consumer does. */
function sumCounters(orders: readonly CountedOrder[]): Record<string, Record<string, number>> {
  const counters: Record<string, Record<string, number>> = {};
  for (const each of orders)
    for (let sums: ReturnType<typeof buildSaleSums> | undefined = buildSaleSums(each); sums; sums = sums.beside)
      for (const scope of sums.scopes)
        for (const [name, count] of Object.entries(sums.counts)) {
          counters[scope] ??= {};
          (counters[scope] as Record<string, number>)[name] = (counters[scope]?.[name] ?? 0) + count;
        }
  return counters;
}

function sell(...orders: Partial<CountedOrder>[]) {
  const counters = sumCounters(orders.map((more) => ({ ...order, ...more })));
  const orderedYears = Object.entries(counters).flatMap(([sk, counter]) =>
    sk.startsWith("ordered@") ? [{ ...counter, sk }] : [],
  );
  return computeSales({
    opportunities: {},
    orders: counters[CustomerTotals.customerScope("cus_1")] ?? {},
    wonYears: [],
    orderedYears,
  });
}

describe("the rank of a customer", () => {
  const [rule] = rankDefinition.defaults;
  it.each<[string | null, string, number, string | null]>([
    [null, "0.00", 0, null],
    [null, "-5.00", 1, "C"],
    ["C", "10000.00", 2, "B"],
    ["A", "9999.99", 2, "C"],
    ["B", "0.00", 0, null],
    [null, "100000.00", 9, "A"],
    ["Partner", "100000.00", 9, "Partner"],
  ])("%s, with %s of %i sales, is %s", (customer_rank, lifetime_value, paid_orders_count, expected) => {
    expect(resolveRank(rule, { customer_rank, lifetime_value, paid_orders_count })).toBe(expected);
  });
});

describe("the sums of a customer's orders", () => {
  it.each<[string, Partial<CountedOrder>, string, string, number]>([
    ["what was paid", {}, "12345678901.23", "0.00", 1],
    ["less than nothing", { net_payment: "-5000000000.07", payment_state: "PARTLY_REFUNDED" }, "-5000000000.07", "0.00", 1],
    ["what is owed", { net_payment: "0.00", balance: "0.30", first_paid_at: null, payment_state: "UNPAID" }, "0.00", "0.30", 0],
    ["what was paid too much", { net_payment: "7.00", balance: "-2.00", payment_state: "OVERPAID" }, "7.00", "0.00", 1],
    ["a fee", { net_payment: "1.00", status: "CANCELLED" }, "1.00", "0.00", 0],
    ["yen", { currency: "JPY", net_payment: "2000000000", balance: "1" }, "2000000000", "1", 1],
  ])("have %s", (_, more, lifetime_value, open_balance, paid_orders_count) => {
    const { amounts, ...rest } = sell(more);
    expect(amounts).toEqual([{ currency: more.currency ?? "EUR", lifetime_value, open_balance }]);
    expect(rest.paid_orders_count).toBe(paid_orders_count);
  });

  it("add up exactly across signs", () => {
    const { amounts } = sell({ net_payment: "-0.01" }, { net_payment: "9999999999999.99" }, { net_payment: "-9999999999999.97" });
    expect(amounts).toEqual([{ currency: "EUR", lifetime_value: "0.01", open_balance: "0.00" }]);
  });

  it("have the days of orders that are not cancelled, and nothing of drafts and wholly refunded ones", () => {
    expect(sell({ confirmed_day: null })).toEqual({ paid_orders_count: 0, amounts: [], days: [] });
    expect(sell({}, { status: "CANCELLED", confirmed_day: "2031-01-01" }).days).toEqual(["2030-02-28"]);
    expect(sell({ payment_state: "REFUNDED", net_payment: "0.00" })).toMatchObject({ paid_orders_count: 0, amounts: [] });
    expect(orderedScope("cus_1", "2030")).toBe("ordered@cus_1@2030");
  });
});
