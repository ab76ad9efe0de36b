import { today } from "./day.ts";
import { invalid } from "./error.ts";
import { date } from "./schema.ts";
import { addDays, daysBetween } from "./time-zone.ts";

/** The days that figures cover, in the tenant's time zone. */

const MAX_DAYS = 366;
const DEFAULT_DAYS = 30;

export const period = {
  from: date()
    .optional()
    .describe(`First day of the period. The period is ${DEFAULT_DAYS} days by default and ${MAX_DAYS} at most`),
  to: date().optional().describe("Last day of the period; defaults to today"),
};

export interface DayRange {
  from: string;
  to: string;
}

export function resolveDayRange({ from, to }: { from?: string | undefined; to?: string | undefined }, last = today()): DayRange {
  const end = to ?? last;
  const begin = from ?? addDays(end, 1 - DEFAULT_DAYS);
  if (begin > end) throw invalid("from", "Must not be later than `to`");
  if (daysBetween(begin, end) >= MAX_DAYS) throw invalid("from", `The period must be at most ${MAX_DAYS} days`);
  return { from: begin, to: end };
}
