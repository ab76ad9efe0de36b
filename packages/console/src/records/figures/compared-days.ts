import type { ComparisonName } from "./analytics-query.ts";
import { addDays, type Days } from "./period-rules.ts";

/** The days with which a dashboard's figures are compared: its answer does not name them (docs/analytics/figures.md, "Comparison"). */

const monthIndex = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

/** Moves a day by months. A day that the other month lacks becomes its last day. */
function moveMonths(day: string, months: number): string {
  const index = monthIndex(day) + months;
  const month = `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((index % 12) + 1).padStart(2, "0")}`;
  const moved = `${month}-${day.slice(8)}`;
  const last = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  return Number(day.slice(8)) > last ? `${month}-${last}` : moved;
}

export function findComparedDays({ from, to }: Days, comparison: ComparisonName): Days {
  if (comparison === "previous_year") return { from: moveMonths(from, -12), to: moveMonths(to, -12) };
  const isWhole = from.endsWith("-01") && addDays(to, 1).endsWith("-01");
  const before = addDays(from, -1);
  if (isWhole) return { from: moveMonths(from, monthIndex(from) - monthIndex(to) - 1), to: before };
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return { from: addDays(before, -days), to: before };
}
