import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import { parseMinorUnits, toAmountCounts } from "../opportunity/customer-totals.rules.ts";

/**
 * What orders add to the counters of days (docs/commerce/sales.md): to one for their owner, and to one for all owners. The day is in the name, so the
 * counters of a day are verified once it is over. Pure.
 */

/** The fields of an order that are counted. */
interface CountedOrder {
  owner_id: string | null;
  currency: string;
  total: string;
  net_payment: string;
  confirmed_day: string | null;
  sale_day: string | null;
}

export const saleDayScope = (owner: string, day: string): string => `day@${owner}@${day}`;
/** The days of each owner separately: ids begin with letters, and `*` sorts before them. */
export const saleDaysByOwner = (): [from: string, to: string] => ["day@A", "day@~"];
/** Returns the day of a counter of all owners; undefined for other counters. */
export const parseSaleDay = (scope: string): string | undefined =>
  scope.startsWith(saleDayScope(ALL_OWNERS, "")) ? scope.slice(-"YYYY-MM-DD".length) : undefined;

/** Returns what an order adds: to the day of its confirmation its number and total, and to the day of the sale its revenue. */
export function buildSaleDaySums({ owner_id, currency, total, net_payment, confirmed_day, sale_day }: CountedOrder): CounterSums {
  if (confirmed_day === null) return { scopes: [], counts: {} };
  const buildScopes = (day: string) => [owner_id ?? NONE, ALL_OWNERS].map((owner) => saleDayScope(owner, day));
  const confirmed = { confirmed: 1, ...toAmountCounts("ordered", currency, total) };
  const revenue = toAmountCounts("revenue", currency, net_payment);
  const day = sale_day ?? confirmed_day;
  if (day === confirmed_day) return { scopes: buildScopes(day), counts: { ...confirmed, ...revenue } };
  return {
    scopes: buildScopes(confirmed_day),
    counts: confirmed,
    beside: { scopes: buildScopes(day), counts: revenue },
  };
}

/** Returns what a refund adds to its day. */
export const buildRefundDaySums = (day: string, currency: string, amount: string): CounterSums => ({
  scopes: [saleDayScope(ALL_OWNERS, day)],
  counts: { refunds: 1, ...toAmountCounts("refunded", currency, amount) },
});

/** The sums of a day in one currency, in minor units. */
export interface DayAmount {
  /** `*` in counters of all owners. */
  owner: string;
  day: string;
  currency: string;
  minor: bigint;
}

/** Returns the amounts of counters of days, by day and currency. */
export const parseDayAmounts = (
  counters: readonly Readonly<Record<string, unknown>>[],
  name: "ordered" | "revenue" | "refunded",
): DayAmount[] =>
  counters.flatMap((counter) =>
    [...parseMinorUnits(counter, name)].map(([currency, minor]) => ({
      owner: String(counter.sk).split("@")[1] ?? ALL_OWNERS,
      day: String(counter.sk).slice(-"YYYY-MM-DD".length),
      currency,
      minor,
    })),
  );
