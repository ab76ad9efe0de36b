import type { Money } from "../../kernel/money.ts";

/** The inputs of scores as plain data, so that both models are pure functions of them and a rule. */
export interface Facts {
  /** The day of the scoring in the tenant's time zone: `YYYY-MM-DD`. */
  today: string;
  job_title: string | null;
  is_business: boolean;
  /** The minimum number of employees, by size class or as counted; null if unknown. */
  employees: number | null;
  /** The industry and its ancestors, by id and by code; empty if unknown. */
  industries: readonly string[];
  /** The yearly revenue of the company; null if unknown. */
  revenue: Revenue | null;
  date_of_birth: string | null;
  education_level: string | null;
  /** The number of all interactions of the person. */
  interactions: number;
  /** Numbers of interactions on each of the last 90 days, in any order: in all, and by the code of the interaction type. */
  days: readonly Day[];
}

export interface Revenue {
  /** In units of currency. */
  from: Money.Decimal;
  /** Whether `from` is the lower bound of a range, so that the revenue may be higher. */
  isLowerBound: boolean;
}

export interface Day {
  /** In the time zone that the tenant had at that time. */
  day: string;
  all: number;
  types: Readonly<Record<string, number>>;
}

/** One part of a score. */
export interface Part {
  key: string;
  label: string;
  group: string;
  points: number;
  /** The most points that it can give. */
  max: number;
  /** The reason for its points. */
  because: string;
}

export interface ScoreResult {
  /** From 0 to 100: the sum of the points of the parts. */
  total: number;
  parts: readonly Part[];
}

/** The longest period in days that a model looks back. */
export const MAX_DAYS_BACK = 90;

/** Counts the events of these types from the day `from` on. */
export const countEvents = (days: readonly Day[], from: string, types?: readonly string[]): number =>
  days
    .filter(({ day }) => day >= from)
    .reduce((sum, day) => sum + (types ? types.reduce((daySum, type) => daySum + (day.types[type] ?? 0), 0) : day.all), 0);

/** Sums the parts. If the sum is below 0 or above 100, an additional part contains the correction. */
export function sumParts(parts: readonly Part[]): ScoreResult {
  const sum = parts.reduce((total, { points }) => total + points, 0);
  const total = Math.min(100, Math.max(0, sum));
  if (total === sum) return { total, parts };
  const limit = { key: "limit", label: "Limit", group: "limit", max: 0, because: "A score is limited to 0 to 100" };
  return { total, parts: [...parts, { ...limit, points: total - sum }] };
}

const groups = ["demographic", "behavioral", "engagement", "firmographic"] as const;

/** Returns the points of each group and their total. */
export const computeBreakdown = ({ parts, total }: ScoreResult): Record<string, number> => ({
  ...Object.fromEntries(
    groups.flatMap((group) => {
      const ofGroup = parts.filter((part) => part.group === group);
      return ofGroup.length === 0 ? [] : [[`${group}_score`, ofGroup.reduce((sum, { points }) => sum + points, 0)]];
    }),
  ),
  total_score: total,
});
