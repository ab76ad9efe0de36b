import { ORDER } from "../../commerce/order/order.kind.ts";
import type { Owners } from "../../kernel/context.ts";
import {
  ALL_OWNERS,
  type Cell,
  cellRange,
  cellRangeByOwner,
  orderedRange,
  orderedRangeByOwner,
  parseCells,
} from "../../platform/daily-figures/counter-cells.rules.ts";
import type { Item } from "../../storage/table/item.ts";
import { readCounters } from "./owner-counters.ts";
import { type DayAmount, parseDayAmounts, saleDayScope, saleDaysByOwner } from "./sale-days.rules.ts";

/** The revenue of sales by day (docs/commerce/sales.md): what was paid for orders, and won amounts of opportunities without an order. */

interface RevenueOptions {
  /** Reads the counters of each owner instead of those of all owners together. */
  isByOwner?: boolean;
}

/** Reads the counters of days with orders, from the first to the last day. */
export async function readOrderDays(
  from: string,
  to: string,
  owners: Owners,
  { isByOwner = false }: RevenueOptions = {},
): Promise<Item[]> {
  const range = (owner: string): [string, string] => [saleDayScope(owner, from), saleDayScope(owner, to)];
  const counters = await readCounters(
    { ofOwner: range, ofAll: isByOwner ? undefined : range(ALL_OWNERS), ofEach: saleDaysByOwner() },
    owners,
    ORDER.name,
  );
  return counters.filter(({ sk }) => isBetween(String(sk).slice(-"YYYY-MM-DD".length), from, to));
}

/** Reads what was won, and what of it has orders, in a range of months. */
export async function readClosedCells(
  from: string,
  to: string,
  owners: Owners,
  { isByOwner = false }: RevenueOptions = {},
): Promise<{ closed: Item[]; ordered: Item[] }> {
  const [closed, ordered] = await Promise.all([
    readCounters(
      {
        ofOwner: (owner) => cellRange("total", owner, from, to),
        ofAll: isByOwner ? undefined : cellRange("total", ALL_OWNERS, from, to),
        ofEach: cellRangeByOwner("total"),
      },
      owners,
    ),
    readCounters(
      {
        ofOwner: (owner) => orderedRange(owner, from, to),
        ofAll: isByOwner ? undefined : orderedRange(ALL_OWNERS, from, to),
        ofEach: orderedRangeByOwner(),
      },
      owners,
    ),
  ]);
  return { closed, ordered };
}

/** Returns the revenue of sales by owner, day and currency. An entry below 0 takes back what another one has. */
export function listRevenue(counters: {
  closed: readonly Item[];
  ordered: readonly Item[];
  orders: readonly Item[];
}): DayAmount[] {
  const toAmounts = (items: readonly Item[], sign: 1n | -1n): DayAmount[] =>
    items
      .flatMap(parseCells)
      .filter(({ state }: Cell) => state === "won")
      .map(({ owner, day, currency, minor }) => ({ owner, day, currency, minor: sign * minor }));
  return [...toAmounts(counters.closed, 1n), ...toAmounts(counters.ordered, -1n), ...parseDayAmounts(counters.orders, "revenue")];
}

const isBetween = (day: string, from: string, to: string): boolean => day >= from && day <= to;
