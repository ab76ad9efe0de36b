import { Money } from "../../kernel/money.ts";
import type { Stage } from "../../platform/master-data/stage.rules.ts";

/** Pure rules of opportunities. */

/** What is expected of an amount at a probability in percent: amount × probability / 100, half up to the cent (seed 001). */
export const computeExpectedRevenue = (amount: string | null, probability: number): string | null =>
  amount === null ? null : Money.computePercent(amount, probability, "half_up");

interface Probability {
  /** Percent. */
  probability: number;
  probability_is_manual: boolean;
}

/**
 * The probability in a stage: that of the stage, unless it was set by hand (decisions, Sales). `given` is what the input says:
 * a number other than `current` sets it by hand, null lets it follow the stage again, and what stays away or says nothing new
 * leaves it as it is. A closed stage has its own, whatever was set before.
 */
export function resolveProbability(stage: Stage, given: number | null | undefined, current?: Probability): Probability {
  const followed = { probability: stage.probability, probability_is_manual: false };
  if (stage.is_closed || given === null) return followed;
  if (given !== undefined && given !== current?.probability) return { probability: given, probability_is_manual: true };
  return current?.probability_is_manual ? { probability: current.probability, probability_is_manual: true } : followed;
}

/** Whether an input says of a closed stage another probability than it has, and means it: what stands there already is no word. */
export const contradictsStage = (stage: Stage, given: number | null | undefined, current?: { probability: number }): boolean =>
  stage.is_closed && typeof given === "number" && given !== stage.probability && given !== current?.probability;

interface Outcome {
  is_closed: boolean;
  is_won: boolean | null;
  closed_date: string | null;
}

/** How an opportunity stands in a stage: open, or ended on the day on which it came to be closed so. */
export function resolveOutcome(stage: Stage, today: string, current?: Outcome): Outcome {
  if (!stage.is_closed) return { is_closed: false, is_won: null, closed_date: null };
  const stays = current?.is_closed && current.is_won === stage.is_won;
  return { is_closed: true, is_won: stage.is_won, closed_date: stays ? current.closed_date : today };
}
