import type { Retrier } from "./asl.ts";
import { matchesError } from "./flow-error.ts";

/** The retrier that takes an error, and after how many milliseconds it has the state tried again. */
export interface Retry {
  readonly index: number;
  readonly milliseconds: number;
}

/** As Step Functions has them where a retrier does not say. */
const DEFAULTS = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

/**
 * The first retrier that names the error decides, and where it has no attempt left nobody else does. `tries` are those that each
 * retrier has used since the state was entered; chance is asked by those with full jitter alone.
 */
export function planRetry(
  retriers: readonly Retrier[] = [],
  tries: readonly (number | undefined)[],
  error: string,
  chance: () => number,
): Retry | undefined {
  const index = retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error));
  const retrier = retriers[index];
  if (!retrier) return undefined;
  const used = tries[index] ?? 0;
  const {
    IntervalSeconds = DEFAULTS.IntervalSeconds,
    MaxAttempts = DEFAULTS.MaxAttempts,
    BackoffRate = DEFAULTS.BackoffRate,
  } = retrier;
  if (used >= MaxAttempts) return undefined;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** used, retrier.MaxDelaySeconds ?? MAX_DELAY_SECONDS);
  return { index, milliseconds: Math.round(seconds * 1000 * (retrier.JitterStrategy === "FULL" ? chance() : 1)) };
}

/** Seconds that nothing waits longer than, whatever it is multiplied with. */
const MAX_DELAY_SECONDS = 99_999_999;
