import { SETTLE_SECONDS } from "../../lib/provider-http/fault.ts";

/** Pure rules: when a provider is called again. */

/** All times in this file are in seconds. */
const HOUR_SECONDS = 60 * 60;

/** Duration of the lease on a request. It is longer than all calls of one try, and longer than a provider's lists take to show a new envelope. */
export const LEASE_SECONDS = SETTLE_SECONDS + 60;

/** Interval of the status checks that find what no webhook has reported. */
export const RECHECK_SECONDS = HOUR_SECONDS;

/** Maximum tries for one step; the last one is more than a day after the first. */
export const MAX_TRIES = 12;

/** Pause before a file is requested again that the provider is still making. Such files usually take seconds. */
const PREPARATION_SECONDS = 10;

/** Returns the pause before a file that is not ready is requested again: four times as long after each try. The last one is more than a day later. */
export const computePreparationBackoff = (tries: number, seconds = 0): number =>
  Math.max(Math.min(PREPARATION_SECONDS * 4 ** Math.max(tries - 1, 0), 6 * HOUR_SECONDS), seconds);

/** Returns the pause before the next try: exponential, but at least what the provider demands. */
export const computeBackoff = (tries: number, seconds = 0): number =>
  Math.max(Math.min(SETTLE_SECONDS * 2 ** Math.max(tries - 1, 0), 6 * HOUR_SECONDS), seconds);
