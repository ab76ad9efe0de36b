import { Money } from "../../kernel/money.ts";
import { addDays, listDays } from "../../kernel/time-zone.ts";
import type { budgetCycles } from "./campaign.rules.ts";
import { startOfWeek } from "./metric.rules.ts";

/** Which part of a budget is used, and whether its owner is told (docs/engagement/campaigns.md, "Budget alerts"). Pure. */

type BudgetCycle = (typeof budgetCycles)[number];
type AlertLevel = 80 | 100;

interface Alert {
  budget_cycle: BudgetCycle;
  /** The first day of the cycle; null for ONE_TIME. */
  cycle_start: string | null;
  level: AlertLevel;
}

/** Returns the first day of the cycle to which a day belongs; null if the budget is for the whole campaign. Weeks begin on Monday. */
export function findCycleStart(cycle: BudgetCycle, day: string): string | null {
  if (cycle === "ONE_TIME") return null;
  if (cycle === "DAILY") return day;
  return cycle === "WEEKLY" ? startOfWeek(day) : `${day.slice(0, 7)}-01`;
}

/** Returns the days of the cycle that begins on a day. */
export function listCycleDays(cycle: Exclude<BudgetCycle, "ONE_TIME">, start: string): string[] {
  if (cycle === "DAILY") return [start];
  if (cycle === "WEEKLY") return listDays(start, addDays(start, 6));
  return listDays(start, addDays(start, 30)).filter((day) => day.startsWith(start.slice(0, 7)));
}

/** Returns the start of the cycle of a day if it is the present cycle or the one before; undefined for older and later days, which alert no user. */
export function findAlertCycle(cycle: BudgetCycle, day: string, today: string): { start: string | null } | undefined {
  const start = findCycleStart(cycle, day);
  if (start === null) return { start };
  const present = findCycleStart(cycle, today) as string;
  const previous = findCycleStart(cycle, addDays(present, -1)) as string;
  return start === present || start === previous ? { start } : undefined;
}

/** Returns the highest level that the cost has reached. */
export function computeLevel(cost: string, budget: string): AlertLevel | null {
  if (Money.isZero(cost)) return null;
  if (Money.compare(cost, budget) >= 0) return 100;
  return Money.compare(Money.multiply(cost, 100), Money.multiply(budget, 80)) >= 0 ? 80 : null;
}

/** Returns whether the owner is told of an alert after the last one: each level once in a cycle, and nothing of cycles before that of the last alert. */
export function isNewAlert(next: Alert, last: Alert | null): boolean {
  if (!last || last.budget_cycle !== next.budget_cycle) return true;
  if (last.cycle_start === next.cycle_start) return next.level > last.level;
  return (next.cycle_start ?? "") > (last.cycle_start ?? "");
}
