import type { Retrier } from "./asl.ts";
import { matchesError } from "./flow-error.ts";

/** The retrier that handles an error, and the delay after which the state is tried again. */
interface Retry {
  readonly index: number;
  readonly milliseconds: number;
}

/** The defaults of Step Functions. */
const DEFAULTS = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

/**
 * Plans the retry of a failed state. The first retrier that names the error decides; if it has no attempts left, no other retrier is used. `tries`
 * counts the use of each retrier since the state was entered. Only retriers with full jitter draw a random number.
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

/** The maximum delay in seconds, for any backoff. */
const MAX_DELAY_SECONDS = 99_999_999;
