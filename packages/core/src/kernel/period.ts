import { today } from "./day.ts";
import { invalid } from "./error.ts";
import { date } from "./schema.ts";
import { dayAfter, daysBetween } from "./zone.ts";

/** Days that figures are of, in the tenant's time zone. */

const MOST_DAYS = 366;
const USUAL_DAYS = 30;

export const period = {
  from: date().optional().describe(`The first day; ${USUAL_DAYS} days unless told otherwise, ${MOST_DAYS} at most`),
  to: date().optional().describe("The last day: today unless told otherwise"),
};

export interface Days {
  from: string;
  to: string;
}

export function daysAsked({ from, to }: { from?: string | undefined; to?: string | undefined }, last = today()): Days {
  const end = to ?? last;
  const begin = from ?? dayAfter(end, 1 - USUAL_DAYS);
  if (begin > end) throw invalid("from", "Later than `to`");
  if (daysBetween(begin, end) >= MOST_DAYS) throw invalid("from", `${MOST_DAYS} days at most`);
  return { from: begin, to: end };
}
