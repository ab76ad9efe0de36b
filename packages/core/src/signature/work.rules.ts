import { SETTLES } from "../provider/fault.ts";

/** When a provider is asked for something again. Pure. */

/** Seconds, as all that is said here of time. */
const HOUR = 60 * 60;

/**
 * For which a request is in the hands of whoever asks its provider: longer than all calls of one try take, and than a
 * provider's lists may take to show what it was sent.
 */
export const LEASE = SETTLES + 60;

/** What never came by a webhook is found so long after the last look. */
export const LOOK_AFTER = HOUR;

/** So often is one thing tried in vain; by then more than a day has gone. */
export const MOST_TRIES = 12;

/** Until what had no answer is tried again, where its provider does not say longer. */
export const pauseAfter = (tries: number, seconds = 0): number =>
  Math.max(Math.min(SETTLES * 2 ** Math.max(tries - 1, 0), 6 * HOUR), seconds);
