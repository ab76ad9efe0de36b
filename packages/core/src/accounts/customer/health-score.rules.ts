import * as z from "zod";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { DynamicScore, Engagement, scoreEngagement as engagementParts } from "../../sales/scoring/dynamic-model.rules.ts";
import { type Day, type Part, type ScoreResult, sumParts } from "../../sales/scoring/facts.ts";

/**
 * The engagement and the health of a customer. Engagement is the share of the points that the engagement part of the dynamic lead score can
 * give. Health is a base plus the points of named signals.
 */

export const EngagementScore = ruleKind({
  name: "engagement_score",
  label: "Engagement score",
  description: "How much a customer responds: the share of all signals that occurred in the window, from 0 to 100",
  schema: Engagement,
  defaults: [DynamicScore.defaults[0].engagement],
});

/** Scales the points of the parts to a total of 100. Each part keeps its share. */
export function scoreCustomerEngagement(
  facts: { days: readonly Day[]; today: string },
  rule: z.output<typeof Engagement>,
): ScoreResult {
  const parts = engagementParts(facts, { engagement: rule });
  const maxPoints = parts.reduce((sum, { max }) => sum + max, 0);
  const share = (points: number): number => (maxPoints === 0 ? 0 : Math.round((100 * points) / maxPoints));
  let pointSum = 0;
  const scaledParts = parts.map((part): Part => {
    const before = share(pointSum);
    pointSum += part.points;
    return { ...part, points: share(pointSum) - before, max: share(part.max) };
  });
  return sumParts(scaledParts);
}

const points = () => z.number().int().min(-100).max(100);
const days = () => z.number().int().min(1).max(90);

const HealthDefinition = z.strictObject({
  base: z.number().int().min(0).max(100),
  in_touch: z.strictObject({ within_days: days(), points: points() }).describe("There was recent activity with the customer"),
  silent: z
    .strictObject({ after_days: days(), points: points() })
    .describe("There was no activity for this long, counted from the creation at the earliest"),
  engaged: z
    .strictObject({ from: z.number().int().min(0).max(100), points: points() })
    .describe("The engagement score has reached `from`"),
  selling: z.strictObject({ points: points() }).describe("The customer has an open opportunity"),
  buying: z
    .strictObject({ within_days: z.number().int().min(1).max(730), points: points() })
    .default({ within_days: 180, points: 0 })
    .describe("The customer has bought of late: `last_order_at`. Rules of earlier releases give no points for it"),
  unhappy: z
    .strictObject({ at_least: z.number().int().min(1).max(10), points: points() })
    .describe("At least this many of the recent interactions were negative or complaints"),
  leaving: z.strictObject({ points: points() }).describe("The customer is INACTIVE, SUSPENDED or CHURNED"),
  risk: z
    .strictObject({ high_below: z.number().int().min(0).max(100), medium_below: z.number().int().min(0).max(100) })
    .refine(({ high_below, medium_below }) => high_below <= medium_below, "high_below must be at most medium_below"),
});

type HealthDefinition = z.output<typeof HealthDefinition>;

export const HealthScore = ruleKind({
  name: "health_score",
  label: "Customer health",
  description: "Health of a customer: a base, and points for and against by named signals, from 0 to 100",
  schema: HealthDefinition,
  defaults: [
    {
      base: 50,
      in_touch: { within_days: 30, points: 20 },
      silent: { after_days: 90, points: -20 },
      engaged: { from: 50, points: 15 },
      selling: { points: 15 },
      buying: { within_days: 180, points: 10 },
      unhappy: { at_least: 2, points: -20 },
      leaving: { points: -40 },
      risk: { high_below: 40, medium_below: 60 },
    },
  ],
});

interface Signals {
  /** Whole days since the last interaction; null if there was none in the time that is searched. */
  days_since_interaction: number | null;
  /** Whole days since the last interaction or the creation of the customer, so that a new customer is not silent. */
  silent_days: number;
  engagement: number;
  open_opportunities: number;
  /** Whole days since the last sale; null if there was none. */
  days_since_purchase: number | null;
  negative_interactions: number;
  status: string;
}

const LEAVING_STATUSES = ["INACTIVE", "SUSPENDED", "CHURNED"];

/** Scores the health of a customer, signal by signal. */
export function scoreHealth(signals: Signals, rule: HealthDefinition): ScoreResult {
  const { days_since_interaction, days_since_purchase, status } = signals;
  const signal = (key: string, label: string, weight: number, holds: boolean, because: string): Part => ({
    key,
    label,
    group: "health",
    points: holds ? weight : 0,
    max: Math.max(0, weight),
    because,
  });
  const last = days_since_interaction === null ? "No recent activity" : `Last activity ${days_since_interaction} days ago`;
  return sumParts([
    signal("base", "Base", rule.base, true, "Starting value of every customer"),
    signal(
      "in_touch",
      "In touch",
      rule.in_touch.points,
      days_since_interaction !== null && days_since_interaction <= rule.in_touch.within_days,
      last,
    ),
    signal("silent", "Silent", rule.silent.points, signals.silent_days > rule.silent.after_days, last),
    signal(
      "engaged",
      "Engaged",
      rule.engaged.points,
      signals.engagement >= rule.engaged.from,
      `Engagement is ${signals.engagement}`,
    ),
    signal(
      "selling",
      "Open opportunities",
      rule.selling.points,
      signals.open_opportunities > 0,
      `${signals.open_opportunities} open`,
    ),
    signal(
      "buying",
      "Bought of late",
      rule.buying.points,
      days_since_purchase !== null && days_since_purchase <= rule.buying.within_days,
      days_since_purchase === null ? "Nothing bought yet" : `Last purchase ${days_since_purchase} days ago`,
    ),
    signal(
      "unhappy",
      "Unhappy",
      rule.unhappy.points,
      signals.negative_interactions >= rule.unhappy.at_least,
      `${signals.negative_interactions} of the recent interactions are negative`,
    ),
    signal("leaving", "Leaving", rule.leaving.points, LEAVING_STATUSES.includes(status), `Status ${status}`),
  ]);
}

/** Scores the health of a new customer without interactions. */
export function scoreNewCustomer(status: string, rule: HealthDefinition): ScoreResult {
  const emptySignals = {
    days_since_interaction: null,
    silent_days: 0,
    engagement: 0,
    open_opportunities: 0,
    days_since_purchase: null,
    negative_interactions: 0,
  };
  return scoreHealth({ ...emptySignals, status }, rule);
}

/** Returns the health of a new customer without interactions. `silent_after` is the number of days after which silence alone changes it. */
export function initialHealthScore(status: string, rule: HealthDefinition) {
  const { total } = scoreNewCustomer(status, rule);
  return { health_score: total, risk_level: toRiskLevel(total, rule), silent_after: rule.silent.after_days + 1 };
}

export const toRiskLevel = (score: number, { risk }: Pick<HealthDefinition, "risk">): "LOW" | "MEDIUM" | "HIGH" =>
  score < risk.high_below ? "HIGH" : score < risk.medium_below ? "MEDIUM" : "LOW";
