import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { currency, date } from "../../kernel/schema.ts";
import { listDays } from "../../kernel/time-zone.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { ownerFilters, resolveOwners } from "../../sales/figures/owner-counters.ts";
import { listRevenue, readClosedCells, readOrderDays } from "../../sales/figures/revenue.ts";
import { type DayAmount, parseDayAmounts, saleDayScope } from "../../sales/figures/sale-days.rules.ts";
import { Counter } from "../../storage/read/counter.ts";
import { REFUND } from "../payment/payment.kind.ts";

/** Orders, revenue and refunds of each day, from counters. */

const signedMoney = () => z.string().meta({ "x-type": "money", examples: ["1200.00"] });

const DayAmounts = z
  .object({
    currency: currency(),
    ordered_amount: signedMoney().describe("Totals of the orders that were confirmed on the day, as they are now"),
    revenue: signedMoney().describe(
      "Revenue of the sales of the day: payments of orders less refunds, and won amounts of opportunities without an order",
    ),
    refunded_amount: signedMoney()
      .nullable()
      .describe("Given back on the day, for sales of any day; null for a caller who does not see all records, or with a filter"),
  })
  .meta({ id: "OrderDayAmounts" });

const Day = z
  .object({ day: date(), confirmed: z.number().int().describe("Orders that were confirmed"), amounts: z.array(DayAmounts) })
  .meta({ id: "OrderDay" });

export const Info = z.object({ days: z.array(Day).describe("All days of the period, in order") });

export const read = fn(z.strictObject({ ...period, ...ownerFilters }), async (query): Promise<z.output<typeof Info>> => {
  const { from, to } = resolveDayRange(query);
  const owners = await resolveOwners(query);
  const [orders, cells, refunds] = await Promise.all([
    readOrderDays(from, to, owners),
    readClosedCells(from.slice(0, 7), to.slice(0, 7), owners),
    owners === "all" ? readRefunds(from, to) : undefined,
  ]);
  const sums = {
    ordered: sumByDay(parseDayAmounts(orders, "ordered")),
    revenue: sumByDay(listRevenue({ ...cells, orders })),
    refunded: refunds && sumByDay(parseDayAmounts(refunds, "refunded")),
  };
  const confirmed = new Map<string, number>();
  for (const { sk, confirmed: count } of orders) {
    const day = String(sk).slice(-from.length);
    confirmed.set(day, (confirmed.get(day) ?? 0) + Number(count ?? 0));
  }
  return {
    days: listDays(from, to).map((day) => ({ day, confirmed: confirmed.get(day) ?? 0, amounts: presentDay(day, sums) })),
  };
});

const readRefunds = (from: string, to: string) =>
  Counter.readRange(REFUND.name, saleDayScope(ALL_OWNERS, from), saleDayScope(ALL_OWNERS, to));

type DaySums = ReadonlyMap<string, ReadonlyMap<string, bigint>>;

/** Sums amounts by day and currency. */
function sumByDay(amounts: readonly DayAmount[]): DaySums {
  const sums = new Map<string, Map<string, bigint>>();
  for (const { day, currency: code, minor } of amounts) {
    const sum = sums.get(day) ?? new Map<string, bigint>();
    sums.set(day, sum.set(code, (sum.get(code) ?? 0n) + minor));
  }
  return sums;
}

function presentDay(
  day: string,
  { ordered, revenue, refunded }: { ordered: DaySums; revenue: DaySums; refunded: DaySums | undefined },
) {
  const find = (sums: DaySums | undefined, code: string): bigint => sums?.get(day)?.get(code) ?? 0n;
  const codes = [ordered, revenue, refunded].flatMap((sums) => [...(sums?.get(day)?.keys() ?? [])]);
  return [...new Set(codes)]
    .filter((code) => [ordered, revenue, refunded].some((sums) => find(sums, code) !== 0n))
    .sort()
    .map((code) => {
      const toAmount = (minor: bigint) => Money.fromMinor(minor, Money.currencyDecimals(code));
      return {
        currency: code,
        ordered_amount: toAmount(find(ordered, code)),
        revenue: toAmount(find(revenue, code)),
        refunded_amount: refunded ? toAmount(find(refunded, code)) : null,
      };
    });
}

export * as OrderDays from "./daily-report.ts";
