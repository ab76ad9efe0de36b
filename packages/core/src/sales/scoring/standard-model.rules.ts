import * as z from "zod";
import { Money } from "../../kernel/money.ts";
import { fold } from "../../kernel/text.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { countEvents, type Facts, MAX_DAYS_BACK, type Part, type ScoreResult, sumParts } from "./facts.ts";

/** The standard scoring model: at most 40 points for company and title, and 60 for behaviour. */

const points = () => z.number().int().min(0).max(100);
const words = () => z.array(z.string().min(1).max(60)).max(100);

const Bracket = z.strictObject({
  up_to: z.number().int().min(0).nullable().describe("Up to and including this number; null: no limit"),
  points: points(),
});
const RevenueBracket = z.strictObject({
  below: z.number().int().min(1).nullable().describe("Less than this amount a year, in units of currency; null: no limit"),
  points: points(),
});
const Title = z.strictObject({
  name: z.string().min(1).max(60),
  words: words().describe("Whole words or phrases of a title, in any letter case"),
  points: points(),
});
const Behaviour = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "Must be a key: lower case letters, digits and _"),
  label: z.string().min(1).max(60),
  max: points(),
  counts: z
    .array(
      z.strictObject({
        type: z.string().min(1).max(64).describe("Type of the interaction").meta({ "x-master": INTERACTION_TYPES.name }),
        points: points(),
      }),
    )
    .min(1)
    .max(20),
});

const isOpenEnded = (brackets: readonly { up_to?: number | null; below?: number | null }[]): boolean => {
  const bounds = brackets.map(({ up_to, below }) => up_to ?? below ?? null);
  const closed = bounds.slice(0, -1);
  return (
    bounds.length === 0 ||
    (bounds.at(-1) === null && closed.every((bound, index) => bound !== null && bound > (closed[index - 1] ?? -1)))
  );
};
const OPEN_ENDED_MESSAGE = "Bounds must increase, and the last must be null";

export const Ratings = z
  .strictObject({ hot: points(), warm: points(), cold: points() })
  .refine(({ hot, warm, cold }) => hot > warm && warm > cold, "hot must be above warm, and warm above cold")
  .describe("Minimum scores; a lead below cold is rated DISQUALIFIED, which does not change its status");

const Definition = z.strictObject({
  company_size: z.array(Bracket).min(1).max(20).refine(isOpenEnded, OPEN_ENDED_MESSAGE),
  industry: z.strictObject({
    targets: z
      .array(z.string().min(1).max(64))
      .max(200)
      .describe("Target industries of the tenant, by code or id; includes those below them"),
    target_points: points(),
    known_points: points(),
  }),
  revenue: z.array(RevenueBracket).min(1).max(20).refine(isOpenEnded, OPEN_ENDED_MESSAGE),
  job_title: z.strictObject({
    ranks: z.array(Title).max(20).describe("The first match counts"),
    ignored: words().describe("Phrases that do not indicate a rank, such as `product owner`"),
    other_points: points(),
  }),
  behaviour: z.strictObject({
    window_days: z.number().int().min(1).max(MAX_DAYS_BACK),
    groups: z.array(Behaviour).max(20),
  }),
  ratings: Ratings,
});

type Definition = z.output<typeof Definition>;

/** The rule with which tenants begin. */
const defaultDefinition: Definition = {
  company_size: [
    { up_to: 10, points: 2 },
    { up_to: 50, points: 4 },
    { up_to: 200, points: 6 },
    { up_to: 1000, points: 8 },
    { up_to: null, points: 10 },
  ],
  industry: { targets: [], target_points: 10, known_points: 5 },
  revenue: [
    { below: 1_000_000, points: 2 },
    { below: 10_000_000, points: 5 },
    { below: 50_000_000, points: 8 },
    { below: null, points: 10 },
  ],
  job_title: {
    ranks: [
      {
        name: "Owner, founder or C-level",
        words: [
          "owner",
          "co-owner",
          "founder",
          "co-founder",
          "cofounder",
          "chief",
          "c-level",
          "c-suite",
          "ceo",
          "cfo",
          "cto",
          "coo",
          "cio",
          "cmo",
          "cro",
          "cso",
          "cpo",
          "ciso",
          "chro",
          "cdo",
          "cco",
        ],
        points: 10,
      },
      { name: "VP or director", words: ["vp", "svp", "evp", "avp", "vice president", "director"], points: 8 },
      { name: "Head or manager", words: ["head", "manager"], points: 6 },
    ],
    ignored: ["product owner", "process owner"],
    other_points: 3,
  },
  behaviour: {
    window_days: 90,
    groups: [
      { key: "website_visits", label: "Website visits", max: 15, counts: [{ type: "website_visit", points: 3 }] },
      {
        key: "email_engagement",
        label: "Email engagement",
        max: 15,
        counts: [
          { type: "email_opened", points: 3 },
          { type: "email_clicked", points: 5 },
        ],
      },
      { key: "content_downloads", label: "Content downloads", max: 15, counts: [{ type: "download", points: 5 }] },
      { key: "form_submissions", label: "Form submissions", max: 15, counts: [{ type: "form_submission", points: 5 }] },
    ],
  },
  ratings: { hot: 80, warm: 60, cold: 40 },
};

export const StandardScore = ruleKind({
  name: "score_standard",
  label: "Lead score",
  description:
    "Points for company size, industry, revenue, title and recent actions of the person; minimum scores for hot, warm and cold leads",
  schema: Definition,
  defaults: [defaultDefinition],
});

/** Returns the standard score with its parts and their reasons. */
export function scoreStandard(facts: Facts, rule: Definition): ScoreResult {
  return sumParts([
    scoreCompanySize(facts, rule),
    scoreIndustry(facts, rule),
    scoreRevenue(facts, rule),
    scoreTitle(facts, rule),
    ...scoreBehaviour(facts, rule),
  ]);
}

const demographicPart = (key: string, label: string, max: number, points: number, because: string): Part => ({
  key,
  label,
  group: "demographic",
  points,
  max,
  because,
});

const maxPoints = (all: readonly { points: number }[]): number => Math.max(0, ...all.map(({ points }) => points));

function scoreCompanySize({ employees }: Facts, { company_size }: Definition): Part {
  const part = (points: number, because: string) =>
    demographicPart("company_size", "Company size", maxPoints(company_size), points, because);
  if (employees === null) return part(0, "The company size is unknown");
  const bracket = company_size.find(({ up_to }) => up_to === null || employees <= up_to);
  const bound = bracket?.up_to ?? null;
  return part(bracket?.points ?? 0, bound === null ? `${employees} employees or more` : `Up to ${bound} employees`);
}

function scoreIndustry({ industries }: Facts, { industry: rule }: Definition): Part {
  const part = (points: number, because: string) =>
    demographicPart("industry_fit", "Industry fit", Math.max(rule.target_points, rule.known_points), points, because);
  if (industries.length === 0) return part(0, "The industry is unknown");
  return industries.some((industry) => rule.targets.includes(industry))
    ? part(rule.target_points, "A target industry")
    : part(rule.known_points, "A known industry that is not a target");
}

function scoreRevenue({ revenue }: Facts, { revenue: brackets }: Definition): Part {
  const part = (points: number, because: string) =>
    demographicPart("revenue_range", "Revenue range", maxPoints(brackets), points, because);
  if (revenue === null) return part(0, "The revenue is unknown");
  const bracket = brackets.find(({ below }) => below === null || Money.compare(revenue.from, below) < 0);
  const bound = bracket?.below ?? null;
  return part(
    bracket?.points ?? 0,
    bound === null ? `${Money.normalizeDecimal(revenue.from)} a year or more` : `Less than ${bound} a year`,
  );
}

/** Normalises a text to words separated by single spaces, with a space at both ends. */
const padWords = (text: string): string =>
  ` ${fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()} `;

function scoreTitle({ job_title }: Facts, { job_title: rule }: Definition): Part {
  const max = Math.max(maxPoints(rule.ranks), rule.other_points);
  const part = (points: number, because: string) => demographicPart("job_title", "Job title", max, points, because);
  const typed = padWords(job_title ?? "");
  if (typed.trim() === "") return part(0, "The title is unknown");
  const title = rule.ignored.reduce((text, phrase) => text.replaceAll(padWords(phrase), " "), typed);
  const rank = rule.ranks.find((each) => each.words.some((word) => title.includes(padWords(word))));
  return rank ? part(rank.points, rank.name) : part(rule.other_points, "Another title");
}

function scoreBehaviour({ days, today }: Facts, { behaviour }: Definition): Part[] {
  const from = addDays(today, -behaviour.window_days);
  return behaviour.groups.map(({ key, label, max, counts }) => {
    const eventCounts = counts.map(({ type, points: pointsEach }) => ({
      type,
      pointsEach,
      times: countEvents(days, from, [type]),
    }));
    const sum = eventCounts.reduce((total, { pointsEach, times }) => total + pointsEach * times, 0);
    const explanations = eventCounts
      .filter(({ times }) => times > 0)
      .map(({ type, pointsEach, times }) => `${times} × ${type} at ${pointsEach}`);
    const because =
      explanations.length === 0
        ? `None in ${behaviour.window_days} days`
        : `${explanations.join(", ")} in ${behaviour.window_days} days`;
    return { key, label, group: "behavioral", points: Math.min(max, sum), max, because };
  });
}
