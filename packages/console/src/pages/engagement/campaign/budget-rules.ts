import { endOfMonth, parseDate, startOfMonth, startOfWeek } from "@internationalized/date";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import { addDecimals, type Decimal, isDecimal } from "../../../ui/kit/decimal.ts";

/** How much of the budget of a campaign is used (docs/engagement/campaigns.md, "Budget alerts"). */

interface Days {
  readonly from: string;
  readonly to: string;
}

/** Weeks begin on Monday. */
const WEEK_LOCALE = "en-GB";

/** Returns the days of the cycle in which a day is. Undefined if the budget is for the whole campaign. */
export function findCycle(cycle: unknown, today: string): Days | undefined {
  const day = parseDate(today);
  switch (cycle) {
    case "DAILY":
      return { from: today, to: today };
    case "WEEKLY": {
      const monday = startOfWeek(day, WEEK_LOCALE);
      return { from: monday.toString(), to: monday.add({ days: 6 }).toString() };
    }
    case "MONTHLY":
      return { from: startOfMonth(day).toString(), to: endOfMonth(day).toString() };
    default:
      return undefined;
  }
}

/** Returns how many percent of an amount another one is, without decimals: 100 only if all of it is used. Undefined if there is nothing to use. */
export function computePercent(used: Decimal, budget: Decimal): number | undefined {
  const percent = (Number(used) / Number(budget)) * 100;
  return Number.isFinite(percent) ? Math.floor(percent + 1e-9) : undefined;
}

/** Returns the cost that counts against a budget. Costs besides metrics have no day, so they count only for the whole campaign. */
export function addCost(metrics: string | null, other: unknown, isWhole: boolean): Decimal {
  const parts = [metrics, isWhole ? other : null].filter((part): part is Decimal => typeof part === "string" && isDecimal(part));
  return addDecimals(parts);
}

interface BudgetUse {
  readonly used: string;
  readonly budget: string;
  readonly share: string;
}

/** Says how much of the budget of the present cycle is used: `3,120 of 5,000 EUR this month, 62 %`. */
export function describeUse(cycle: unknown, use: BudgetUse, t: Translate): string {
  const values = { ...use };
  switch (cycle) {
    case "DAILY":
      return t("{used} of {budget} today, {share}", values);
    case "WEEKLY":
      return t("{used} of {budget} this week, {share}", values);
    case "MONTHLY":
      return t("{used} of {budget} this month, {share}", values);
    default:
      return t("{used} of {budget}, {share}", values);
  }
}

export interface Allocation {
  readonly id: string;
  readonly allocated: Decimal | null;
  readonly cost: Decimal;
  /** What is left of the part; negative if more was spent. Null if the channel has no part. */
  readonly left: Decimal | null;
  readonly percent: number | undefined;
}

/** Returns what each channel has of the budget and what it cost: first the channels with a part, then the others that cost something. */
export function listAllocations(
  allocations: readonly { readonly channel_id: string; readonly amount: string }[],
  costs: ReadonlyMap<string, string | null>,
): Allocation[] {
  const allocated = new Map(allocations.map(({ channel_id, amount }) => [channel_id, amount]));
  const ids = [...allocated.keys(), ...[...costs.keys()].filter((id) => !allocated.has(id))];
  return ids.map((id) => {
    const cost = addCost(costs.get(id) ?? null, null, false);
    const part = allocated.get(id);
    if (part === undefined || !isDecimal(part)) return { id, allocated: null, cost, left: null, percent: undefined };
    const spent = (cost.startsWith("-") ? cost.slice(1) : `-${cost}`) as Decimal;
    return { id, allocated: part, cost, left: addDecimals([part, spent]), percent: computePercent(cost, part) };
  });
}
