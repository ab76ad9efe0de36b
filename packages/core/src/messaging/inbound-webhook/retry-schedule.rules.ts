/** Waiting times and limits of deliveries. */

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Seconds until a delivery that was not processed is tried again, in case its event was lost. */
export const RECOVERY_SECONDS = 10 * MINUTE_SECONDS;
/** Maximum number of seconds that a delivery waits for its record. */
export const MAX_WAIT_SECONDS = 7 * DAY_SECONDS;
/** Seconds for which a delivery is stored. */
export const RETENTION_SECONDS = 90 * DAY_SECONDS;
/** Maximum number of failed tries. */
export const MAX_ATTEMPTS = 6;

const backoffSeconds = [
  MINUTE_SECONDS,
  5 * MINUTE_SECONDS,
  30 * MINUTE_SECONDS,
  2 * HOUR_SECONDS,
  6 * HOUR_SECONDS,
  DAY_SECONDS,
] as const;

/** Returns the seconds until the next try after this many failed ones. */
export const computeBackoff = (tries: number): number =>
  backoffSeconds[Math.min(Math.max(1, tries), backoffSeconds.length) - 1] ?? DAY_SECONDS;

/** Returns when a waiting delivery is checked next; undefined once it has waited long enough. */
export function computeNextCheck(cameAt: number, tries: number, now: number): number | undefined {
  const ends = cameAt + MAX_WAIT_SECONDS * 1000;
  if (now >= ends) return undefined;
  return Math.min(ends, now + computeBackoff(tries) * 1000);
}
