import type { Money } from "../../kernel/money.ts";

/** What scores are made of: plain data, so that both models are pure functions of it and of a rule. */
export interface Facts {
  /** The day on which the score is made, in the tenant's time zone: `YYYY-MM-DD`. */
  today: string;
  job_title: string | null;
  is_business: boolean;
  /** The fewest that the company has, by its size class or as counted; null when unknown. */
  employees: number | null;
  /** The industry and those above it, by id and by code; none when unknown. */
  industries: readonly string[];
  /** What the company turns over at least; null when unknown. */
  revenue: Revenue | null;
  date_of_birth: string | null;
  education_level: string | null;
  /** All interactions of the person there ever were. */
  interactions: number;
  /** What happened on days of the last 90, in any order: how often, in all and by the code of the interaction's type. */
  days: readonly Day[];
}

export interface Revenue {
  /** In units of currency. */
  from: Money.Decimal;
  /** Whether it is known to be more: the lower bound of a range. */
  isLowerBound: boolean;
}

export interface Day {
  /** In the tenant's time zone as it was then. */
  day: string;
  all: number;
  types: Readonly<Record<string, number>>;
}

/** One thing that a score is made of. */
export interface Part {
  key: string;
  label: string;
  group: string;
  points: number;
  /** The most that it can give. */
  max: number;
  /** Why it gives these points. */
  because: string;
}

export interface ScoreResult {
  /** From 0 to 100: the sum of the points of its parts. */
  total: number;
  parts: readonly Part[];
}

/** The farthest back that any model looks. */
export const MAX_DAYS_BACK = 90;

/** How often something of these types happened on a day from `from` on. */
export const countEvents = (days: readonly Day[], from: string, types?: readonly string[]): number =>
  days
    .filter(({ day }) => day >= from)
    .reduce((sum, day) => sum + (types ? types.reduce((of, type) => of + (day.types[type] ?? 0), 0) : day.all), 0);

/** The parts and their sum; where that would leave 0 to 100, a part says by how much it was cut. */
export function sumParts(parts: readonly Part[]): ScoreResult {
  const sum = parts.reduce((total, { points }) => total + points, 0);
  const total = Math.min(100, Math.max(0, sum));
  if (total === sum) return { total, parts };
  const limit = { key: "limit", label: "Limit", group: "limit", max: 0, because: "A score is from 0 to 100" };
  return { total, parts: [...parts, { ...limit, points: total - sum }] };
}

const groups = ["demographic", "behavioral", "engagement", "firmographic"] as const;

/** The points of each group and their total, as 002 returns them. */
export const computeBreakdown = ({ parts, total }: ScoreResult): Record<string, number> => ({
  ...Object.fromEntries(
    groups.flatMap((group) => {
      const ofGroup = parts.filter((part) => part.group === group);
      return ofGroup.length === 0 ? [] : [[`${group}_score`, ofGroup.reduce((sum, { points }) => sum + points, 0)]];
    }),
  ),
  total_score: total,
});
