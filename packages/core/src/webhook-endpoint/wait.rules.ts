/** How long an endpoint that takes nothing is tried, and when. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds for which one is tried. */
export const TRIED = 72 * HOUR;
const LONGEST = 6 * HOUR;

/** Seconds until the next try after so many in vain: twice as long each time, a fifth more or less by chance (0 to 1). */
export const pauseAfter = (tries: number, chance: number): number =>
  Math.round(Math.min(LONGEST, MINUTE * 2 ** Math.max(0, tries - 1)) * (0.8 + 0.4 * chance));

/** When an endpoint is tried next, in milliseconds: `undefined` once it has been tried for long enough. The last try is at the very end. */
export function nextTry(failingSince: number, tries: number, now: number, chance: number): number | undefined {
  const ends = failingSince + TRIED * 1000;
  return now >= ends ? undefined : Math.min(ends, now + pauseAfter(tries, chance) * 1000);
}
