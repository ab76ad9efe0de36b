/** How long a delivery waits, and for how long it is tried. */

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Seconds after which one that nobody has worked off is looked at, although its event is lost. */
export const RECOVERY_SECONDS = 10 * MINUTE_SECONDS;
/** Seconds for which one waits for its record. */
export const MAX_WAIT_SECONDS = 7 * DAY_SECONDS;
/** Seconds for which one is kept. */
export const RETENTION_SECONDS = 90 * DAY_SECONDS;
/** Tries that may fail. */
export const MAX_ATTEMPTS = 6;

const backoffSeconds = [
  MINUTE_SECONDS,
  5 * MINUTE_SECONDS,
  30 * MINUTE_SECONDS,
  2 * HOUR_SECONDS,
  6 * HOUR_SECONDS,
  DAY_SECONDS,
] as const;

/** Seconds until the next try, after so many in vain. */
export const computeBackoff = (tries: number): number =>
  backoffSeconds[Math.min(Math.max(1, tries), backoffSeconds.length) - 1] ?? DAY_SECONDS;

/** When one that waits for its record is looked at next: `undefined` once it has waited long enough. */
export function computeNextCheck(cameAt: number, tries: number, now: number): number | undefined {
  const ends = cameAt + MAX_WAIT_SECONDS * 1000;
  if (now >= ends) return undefined;
  return Math.min(ends, now + computeBackoff(tries) * 1000);
}
