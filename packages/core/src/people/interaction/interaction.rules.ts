/** Pure rules of interactions. */

export const directions = ["INBOUND", "OUTBOUND"] as const;
export const sentiments = ["POSITIVE", "NEUTRAL", "NEGATIVE"] as const;
export const feedbackTypes = ["POSITIVE", "NEUTRAL", "NEGATIVE", "COMPLAINT"] as const;
export const judgementSources = ["MANUAL", "MODEL", "SURVEY"] as const;

/** The recorded mood of an interaction. */
interface Sentiment {
  sentiment: (typeof sentiments)[number] | null;
  sentiment_score: number | null;
}

export interface Judgement extends Sentiment {
  at: string;
  by: string;
  source: (typeof judgementSources)[number];
}

const MAX_JUDGEMENTS = 100;

/** Appends a judgement to the history if it differs from the last one, and drops the oldest. */
export function appendJudgement(history: readonly Judgement[], now: Judgement): Judgement[] {
  const last = history.at(-1) ?? { sentiment: null, sentiment_score: null };
  const isUnchanged = last.sentiment === now.sentiment && last.sentiment_score === now.sentiment_score;
  return isUnchanged ? [...history] : [...history, now].slice(-MAX_JUDGEMENTS);
}
