import { SETTLE_SECONDS } from "../../lib/provider-http/fault.ts";

/** When a provider is asked for something again. Pure. */

/** Seconds, as all that is said here of time. */
const HOUR_SECONDS = 60 * 60;

/**
 * For which a request is in the hands of whoever asks its provider: longer than all calls of one try take, and than a
 * provider's lists may take to show what it was sent.
 */
export const LEASE_SECONDS = SETTLE_SECONDS + 60;

/** What never came by a webhook is found so long after the last look. */
export const RECHECK_SECONDS = HOUR_SECONDS;

/** So often is one thing tried in vain; by then more than a day has gone. */
export const MAX_TRIES = 12;

/** Until what had no answer is tried again, where its provider does not say longer. */
export const computeBackoff = (tries: number, seconds = 0): number =>
  Math.max(Math.min(SETTLE_SECONDS * 2 ** Math.max(tries - 1, 0), 6 * HOUR_SECONDS), seconds);
