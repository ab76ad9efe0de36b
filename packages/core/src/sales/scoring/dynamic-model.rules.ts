import * as z from "zod";
import { Money } from "../../kernel/money.ts";
import { oneOf } from "../../kernel/schema.ts";
import { addDays, yearsBetween } from "../../kernel/time-zone.ts";
import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { countEvents, type Facts, MAX_DAYS_BACK, type Part, type ScoreResult, sumParts } from "./facts.ts";
import { Ratings } from "./standard-model.rules.ts";

/** The dynamic scoring model: fixed formulas, with the numbers of a rule. */

const points = () => z.number().int().min(0).max(100);
const count = () => z.number().int().min(0).max(1_000_000_000_000);
const days = () => z.number().int().min(1).max(MAX_DAYS_BACK);
const type = () => z.string().min(1).max(64).describe("Type of the interaction").meta({ "x-master": INTERACTION_TYPES.name });

/** Steps of more than a count. The first step that is passed gives its points. */
const MoreThan = z.array(z.strictObject({ more_than: count(), points: points() })).max(10);
const isDescending = (steps: readonly { more_than: number }[]): boolean =>
  steps.every(({ more_than }, index) => more_than < (steps[index - 1]?.more_than ?? Number.POSITIVE_INFINITY));
const DESCENDING_MESSAGE = "The largest must come first";

export const Engagement = z.strictObject({
  window_days: days(),
  signals: z
    .array(z.strictObject({ key: z.string().min(1).max(40), type: type(), more_than: count(), points: points() }))
    .max(20),
});

const Definition = z.strictObject({
  demographic: z.strictObject({
    age_from: z.number().int().min(0).max(150),
    age_to: z.number().int().min(0).max(150).describe("Inclusive"),
    age_points: points(),
    education_levels: z.array(z.string().min(1).max(40)).max(20),
    education_points: points(),
    job_title_patterns: z
      .array(z.string().min(1).max(60))
      .max(50)
      .describe("Parts of a title in any letter case; `_` stands for any one character, as in ILIKE"),
    job_title_points: points(),
    otherwise: points(),
  }),
  behavioral: z.strictObject({
    interactions: MoreThan.refine(isDescending, DESCENDING_MESSAGE),
    interactions_otherwise: points(),
    recency: z
      .array(z.strictObject({ within_days: days(), points: points() }))
      .max(10)
      .refine(
        (steps) => steps.every(({ within_days }, index) => within_days > (steps[index - 1]?.within_days ?? 0)),
        "The shortest must come first",
      ),
  }),
  engagement: Engagement,
  firmographic: z.strictObject({
    revenue: MoreThan.refine(isDescending, DESCENDING_MESSAGE),
    business_points: points(),
  }),
  actions: z
    .array(
      z.strictObject({
        from: points(),
        action: z.string().min(1).max(60),
        priority: oneOf(["high", "medium", "low"]),
        reason: z.string().min(1).max(200),
      }),
    )
    .max(10)
    .describe("The first action whose score is reached is recommended"),
  trend: z.strictObject({ increasing: points(), stable: points() }),
  ratings: Ratings,
});

type Definition = z.output<typeof Definition>;

const defaultDefinition: Definition = {
  demographic: {
    age_from: 25,
    age_to: 55,
    age_points: 20,
    education_levels: ["bachelors", "masters", "phd"],
    education_points: 15,
    job_title_patterns: ["director", "vp", "c_suite"],
    job_title_points: 15,
    otherwise: 5,
  },
  behavioral: {
    interactions: [
      { more_than: 10, points: 25 },
      { more_than: 5, points: 15 },
      { more_than: 2, points: 10 },
    ],
    interactions_otherwise: 5,
    recency: [
      { within_days: 7, points: 15 },
      { within_days: 30, points: 10 },
    ],
  },
  engagement: {
    window_days: 30,
    signals: [
      { key: "email_opened", type: "email_opened", more_than: 5, points: 15 },
      { key: "website_visit", type: "website_visit", more_than: 3, points: 10 },
      { key: "form_submission", type: "form_submission", more_than: 0, points: 10 },
    ],
  },
  firmographic: {
    revenue: [
      { more_than: 10_000_000, points: 20 },
      { more_than: 1_000_000, points: 15 },
      { more_than: 100_000, points: 10 },
    ],
    business_points: 5,
  },
  actions: [
    { from: 80, action: "immediate_sales_contact", priority: "high", reason: "High-quality lead ready for conversion" },
    { from: 60, action: "nurture_campaign", priority: "medium", reason: "Qualified lead requiring nurturing" },
    { from: 30, action: "education_content", priority: "low", reason: "Early stage lead needs education" },
  ],
  trend: { increasing: 70, stable: 40 },
  ratings: { hot: 80, warm: 60, cold: 40 },
};

export const DynamicScore = ruleKind({
  name: "score_dynamic",
  label: "Dynamic lead score",
  description: "Points for data about the person, frequency and recency of contact, engagement, and the company",
  schema: Definition,
  defaults: [defaultDefinition],
});

/** Returns the dynamic score: the sum of four parts, limited to 100. */
export const scoreDynamic = (facts: Facts, rule: Definition): ScoreResult =>
  sumParts([
    scoreDemographic(facts, rule),
    ...scoreBehavioral(facts, rule),
    ...scoreEngagement(facts, rule),
    scoreFirmographic(facts, rule),
  ]);

function scoreDemographic({ date_of_birth, education_level, job_title, today }: Facts, { demographic }: Definition): Part {
  const max = Math.max(demographic.age_points, demographic.education_points, demographic.job_title_points, demographic.otherwise);
  const part = (points: number, because: string): Part => ({
    key: "demographic",
    label: "Person",
    group: "demographic",
    points,
    max,
    because,
  });
  const age = date_of_birth === null ? null : yearsBetween(date_of_birth, today);
  if (age !== null && age >= demographic.age_from && age <= demographic.age_to)
    return part(demographic.age_points, `Aged ${demographic.age_from} to ${demographic.age_to}`);
  if (education_level !== null && demographic.education_levels.includes(education_level))
    return part(demographic.education_points, `Education: ${education_level}`);
  const pattern = demographic.job_title_patterns.find((candidate) => isLike(job_title ?? "", candidate));
  return pattern
    ? part(demographic.job_title_points, `Title like ${pattern}`)
    : part(demographic.otherwise, "Neither age, education nor title matches");
}

/** Tests for `ILIKE '%pattern%'`. The pattern contains no `%`. */
const isLike = (text: string, pattern: string): boolean =>
  new RegExp([...pattern].map((char) => (char === "_" ? "." : char.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&"))).join(""), "isu").test(
    text,
  );

function scoreBehavioral({ interactions, days: all, today }: Facts, { behavioral }: Definition): Part[] {
  const step = behavioral.interactions.find(({ more_than }) => interactions > more_than);
  const last = all.reduce<string | null>(
    (latest, { day, all: eventCount }) => (eventCount > 0 && day > (latest ?? "") ? day : latest),
    null,
  );
  const recent = behavioral.recency.find(({ within_days }) => last !== null && last >= addDays(today, -within_days));
  const group = "behavioral";
  return [
    {
      key: "interactions",
      label: "Interactions",
      group,
      points: step?.points ?? behavioral.interactions_otherwise,
      max: Math.max(behavioral.interactions_otherwise, ...behavioral.interactions.map(({ points }) => points)),
      because: step ? `${interactions} interactions, more than ${step.more_than}` : `${interactions} interactions`,
    },
    {
      key: "recency",
      label: "Last interaction",
      group,
      points: recent?.points ?? 0,
      max: Math.max(0, ...behavioral.recency.map(({ points }) => points)),
      because: recent ? `Interaction within ${recent.within_days} days` : "No recent interaction",
    },
  ];
}

/** Returns the engagement part, which the engagement score of customers uses as well. */
export function scoreEngagement(
  { days: all, today }: Pick<Facts, "days" | "today">,
  { engagement }: Pick<Definition, "engagement">,
): Part[] {
  const from = addDays(today, -engagement.window_days);
  return engagement.signals.map(({ key, type: signalType, more_than, points: signalPoints }) => {
    const times = countEvents(all, from, [signalType]);
    return {
      key,
      label: key,
      group: "engagement",
      points: times > more_than ? signalPoints : 0,
      max: signalPoints,
      because: `${times} × ${signalType} in ${engagement.window_days} days, more than ${more_than} required`,
    };
  });
}

function scoreFirmographic({ revenue, is_business }: Facts, { firmographic }: Definition): Part {
  const part = (points: number, because: string): Part => ({
    key: "firmographic",
    label: "Company",
    group: "firmographic",
    points,
    max: Math.max(firmographic.business_points, ...firmographic.revenue.map(({ points: bracketPoints }) => bracketPoints)),
    because,
  });
  const step = firmographic.revenue.find(({ more_than }) => {
    if (revenue === null) return false;
    const order = Money.compare(revenue.from, more_than);
    return order > 0 || (order === 0 && revenue.isLowerBound);
  });
  if (step) return part(step.points, `More than ${step.more_than} a year`);
  return is_business ? part(firmographic.business_points, "A business") : part(0, "Not a business, or unknown");
}

interface RecommendedAction {
  action: string;
  priority: string;
  reason: string;
}

export const recommendActions = (total: number, { actions }: Pick<Definition, "actions">): RecommendedAction[] =>
  actions
    .filter(({ from }) => total >= from)
    .slice(0, 1)
    .map(({ action, priority, reason }) => ({ action, priority, reason }));

/** Classifies the trend by the level of the score. */
export const classifyTrend = (total: number, { trend }: Pick<Definition, "trend">): "increasing" | "stable" | "declining" =>
  total >= trend.increasing ? "increasing" : total >= trend.stable ? "stable" : "declining";
