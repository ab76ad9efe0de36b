import { useSearch } from "@tanstack/react-router";
import { useTenant } from "../../api/tenant.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { readDay } from "../../ui/i18n/time.ts";
import {
  type AnalyticsQuery,
  type OwnerFilter,
  ownerFilters,
  type Parameters,
  readComparison,
  readPeriod,
} from "./analytics-query.ts";
import type { Span } from "./period-rules.ts";

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
      to: ".",
      search: Object.fromEntries(Object.entries({ ...parameters, ...next }).filter(([, value]) => value !== undefined)),
      replace: true,
    });
  return { parameters, today, span, query, filters, comparison, change };
}

export type AnalyticsAddress = ReturnType<typeof useAnalyticsAddress>;
