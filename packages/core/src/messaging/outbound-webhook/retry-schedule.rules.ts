/** How long an endpoint that takes nothing is tried, and when. */

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

/** Seconds for which one is tried. */
export const MAX_RETRY_SECONDS = 72 * HOUR_SECONDS;
const MAX_BACKOFF_SECONDS = 6 * HOUR_SECONDS;

/** Seconds until the next try after so many in vain: twice as long each time, a fifth more or less by chance (0 to 1). */
export const computeBackoff = (tries: number, chance: number): number =>
  Math.round(Math.min(MAX_BACKOFF_SECONDS, MINUTE_SECONDS * 2 ** Math.max(0, tries - 1)) * (0.8 + 0.4 * chance));

/** When an endpoint is tried next, in milliseconds: `undefined` once it has been tried for long enough. The last try is at the very end. */
export function computeNextTry(failingSince: number, tries: number, now: number, chance: number): number | undefined {
  const ends = failingSince + MAX_RETRY_SECONDS * 1000;
  return now >= ends ? undefined : Math.min(ends, now + computeBackoff(tries, chance) * 1000);
}
