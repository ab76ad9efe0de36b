/** The times at which an endpoint that does not accept events is tried again. */

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

/** Seconds after the first failure in which it is tried. */
export const MAX_RETRY_SECONDS = 72 * HOUR_SECONDS;
const MAX_BACKOFF_SECONDS = 6 * HOUR_SECONDS;

/** Returns the seconds until the next try: doubled each time, plus or minus a fifth by `chance` (0 to 1). */
export const computeBackoff = (tries: number, chance: number): number =>
  Math.round(Math.min(MAX_BACKOFF_SECONDS, MINUTE_SECONDS * 2 ** Math.max(0, tries - 1)) * (0.8 + 0.4 * chance));

/** Returns the next try in milliseconds; undefined once MAX_RETRY_SECONDS are over. The last try is at their end. */
export function computeNextTry(failingSince: number, tries: number, now: number, chance: number): number | undefined {
  const ends = failingSince + MAX_RETRY_SECONDS * 1000;
  return now >= ends ? undefined : Math.min(ends, now + computeBackoff(tries, chance) * 1000);
}
