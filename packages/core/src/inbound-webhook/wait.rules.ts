/** How long a delivery waits, and for how long it is tried. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds after which one that nobody has worked off is looked at, although its event is lost. */
export const UNHEARD = 10 * MINUTE;
/** Seconds for which one waits for its record. */
export const HELD = 7 * DAY;
/** Seconds for which one is kept. */
export const KEPT = 90 * DAY;
/** Tries that may fail. */
export const TRIES = 6;

const pauses = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, DAY] as const;

/** Seconds until the next try, after so many in vain. */
export const pauseAfter = (tries: number): number => pauses[Math.min(Math.max(1, tries), pauses.length) - 1] ?? DAY;

/** When one that waits for its record is looked at next: `undefined` once it has waited long enough. */
export function lookAgain(cameAt: number, tries: number, now: number): number | undefined {
  const ends = cameAt + HELD * 1000;
  if (now >= ends) return undefined;
  return Math.min(ends, now + pauseAfter(tries) * 1000);
}
