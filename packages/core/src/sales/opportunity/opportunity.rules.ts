import { Money } from "../../kernel/money.ts";
import type { Stage } from "../../platform/master-data/stage.rules.ts";

/** Pure rules of opportunities. */

export const opportunityTypes = ["NEW_BUSINESS", "UPSELL", "RENEWAL", "CROSS_SELL"] as const;

/** Returns amount × probability / 100, rounded half up; the probability is in percent. */
export const computeExpectedRevenue = (amount: string | null, probability: number): string | null =>
  amount === null ? null : Money.computePercent(amount, probability, "half_up");

interface Probability {
  /** In percent. */
  probability: number;
  probability_is_manual: boolean;
}

/**
 * Returns the probability: that of the stage, unless it was set by hand. `requestedProbability` is the value of the input: a number other than the current
 * one sets it by hand, null makes it follow the stage again, and undefined or the current number changes nothing. A closed stage always has
 * its own probability.
 */
export function resolveProbability(
  stage: Stage,
  requestedProbability: number | null | undefined,
  current?: Probability,
): Probability {
  const followed = { probability: stage.probability, probability_is_manual: false };
  if (stage.is_closed || requestedProbability === null) return followed;
  if (requestedProbability !== undefined && requestedProbability !== current?.probability)
    return { probability: requestedProbability, probability_is_manual: true };
  return current?.probability_is_manual ? { probability: current.probability, probability_is_manual: true } : followed;
}

/** Whether the input names another probability than the closed stage has. Repeating the current probability is allowed. */
export const contradictsStage = (
  stage: Stage,
  requestedProbability: number | null | undefined,
  current?: { probability: number },
): boolean =>
  stage.is_closed &&
  typeof requestedProbability === "number" &&
  requestedProbability !== stage.probability &&
  requestedProbability !== current?.probability;

interface Outcome {
  is_closed: boolean;
  is_won: boolean | null;
  closed_date: string | null;
}

/** Returns the outcome in a stage: open, or closed on the day on which this outcome was first reached. */
export function resolveOutcome(stage: Stage, today: string, current?: Outcome): Outcome {
  if (!stage.is_closed) return { is_closed: false, is_won: null, closed_date: null };
  const isSameOutcome = current?.is_closed && current.is_won === stage.is_won;
  return { is_closed: true, is_won: stage.is_won, closed_date: isSameOutcome ? current.closed_date : today };
}
