import { CUSTOM, type Days, resolveSpan, type Span, spans } from "./period-rules.ts";

/** What a page of analytics shows, as its address says it: period, comparison, and whose records. */

const comparisons = ["previous_period", "previous_year"] as const;
export type ComparisonName = (typeof comparisons)[number];
export const NO_COMPARISON = "none";

export const ownerFilters = ["owner", "team", "territory"] as const;
export type OwnerFilter = (typeof ownerFilters)[number];

export type Parameters = Readonly<Record<string, string | undefined>>;

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Reads the period of an address. Without one it is `fallback`. */
export function readPeriod(
  { period, from, to }: Parameters,
  fallback: Span,
  today: string,
): { span: Span | typeof CUSTOM; days: Days } {
  if (from !== undefined && to !== undefined && DAY.test(from) && DAY.test(to) && from <= to)
    return { span: CUSTOM, days: { from, to } };
  const span = spans.find((name) => name === period) ?? fallback;
  return { span, days: resolveSpan(span, today) };
}

export const readComparison = ({ compare_to }: Parameters): ComparisonName | undefined =>
  compare_to === NO_COMPARISON ? undefined : (comparisons.find((name) => name === compare_to) ?? "previous_period");

export interface AnalyticsQuery extends Days {
  readonly compare_to?: ComparisonName;
  readonly owner?: string;
  readonly team?: string;
  readonly territory?: string;
}
