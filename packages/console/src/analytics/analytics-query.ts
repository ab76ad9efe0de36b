import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTenant } from "../data/tenant.ts";
import { readDay } from "../i18n/time.ts";
import { CUSTOM, type Days, resolveSpan, type Span, spans } from "./period-rules.ts";

/** What a page of analytics shows, as its address says it: period, comparison, and whose records. */

export const comparisons = ["previous_period", "previous_year"] as const;
export type ComparisonName = (typeof comparisons)[number];
export const NO_COMPARISON = "none";

export const ownerFilters = ["owner", "team", "territory"] as const;
export type OwnerFilter = (typeof ownerFilters)[number];

type Parameters = Readonly<Record<string, string | undefined>>;

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

/** Reads and changes the address of a page of analytics. */
export function useAnalyticsAddress(fallback: Span = "this_month") {
  const navigate = useNavigate();
  const { organizationZone } = useTenant();
  const parameters = useSearch({ strict: false }) as Parameters;
  const today = readDay(new Date().toISOString(), organizationZone);
  const { span, days } = readPeriod(parameters, fallback, today);
  const comparison = readComparison(parameters);
  const filters = Object.fromEntries(
    ownerFilters.flatMap((name) => (parameters[name] ? [[name, parameters[name]]] : [])),
  ) as Partial<Record<OwnerFilter, string>>;
  const query: AnalyticsQuery = { ...days, ...(comparison ? { compare_to: comparison } : {}), ...filters };
  const change = (next: Parameters): void =>
    void navigate({
      to: "." as never,
      search: Object.fromEntries(Object.entries({ ...parameters, ...next }).filter(([, value]) => value !== undefined)) as never,
      replace: true,
    });
  return { parameters, today, span, query, filters, comparison, change };
}

export type AnalyticsAddress = ReturnType<typeof useAnalyticsAddress>;
