import { Clock } from "../../kernel/clock.ts";
import { invalid } from "../../kernel/error.ts";

const YEAR_SECONDS = 366 * 24 * 60 * 60;

/** Refuses an instant that is more than a year ahead. */
export function requireWithinYear(field: string, instant: string): void {
  if (Date.parse(instant) > Clock.ms() + YEAR_SECONDS * 1000) throw invalid(field, "Must be at most one year ahead");
}
