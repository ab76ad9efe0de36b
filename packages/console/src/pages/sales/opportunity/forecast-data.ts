import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { read } from "../../../api/client.ts";
import type { ListQuery } from "../../../api/kind.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { useScope } from "../../../api/session.ts";
import type { Days } from "../../../records/figures/period-rules.ts";
import { concernsMonth, type HistoryEntry } from "./deal-changes.ts";
import type { Stage } from "./forecast-rules.ts";

const STALE_MS = 5 * 60_000;

/** Reads the stages of opportunities with their categories, in their order. */
export function useStages() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "master", "opportunity-stages", "forecast"],
    queryFn: async () => (await read<Stage[]>("/api/v1/opportunities/stages", { limit: 100 })).data,
    staleTime: STALE_MS,
  });
}

/** Figures follow a change within moments. */
const REFRESH_MS = [1500, 5000];

/** Returns the function that reads the figures again after a change, once they can contain it. */
export function useFigureRefresh(): () => void {
  const queries = useQueryClient();
  const scope = useScope();
  const timers = useRef<ReturnType<typeof setTimeout>[]>([]);
  useEffect(() => () => timers.current.forEach(clearTimeout), []);
  return useCallback(() => {
    const refresh = (): void => void queries.invalidateQueries({ queryKey: [...scope, "analytics"] });
    timers.current.forEach(clearTimeout);
    timers.current = REFRESH_MS.map((pause) => setTimeout(refresh, pause));
  }, [queries, scope]);
}

/** Opportunities whose histories are one request. */
const MAX_CHANGED = 20;
const MAX_ENTRIES = 20;

interface ChangedDeal {
  readonly record: ApiRow<Schemas.OpportunityRow>;
  readonly history: readonly HistoryEntry[];
}

/**
 * Reads the opportunities that changed since a day and should close in a month, or should have before the change, the latest first, each with its history.
 * Those that left the month are looked for among the latest changes of all.
 */
export function useChangedDeals(since: string, month: Days, owners: ListQuery | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "opportunity", "changed", since, month, owners],
    enabled: owners !== undefined,
    queryFn: async () => {
      const list = (days: ListQuery) =>
        read<ApiRow<Schemas.OpportunityRow>[]>("/api/v1/opportunities", {
          ...owners,
          ...days,
          "updated_at[gte]": since,
          sort: "updated_at",
          order: "desc",
          limit: MAX_CHANGED,
          expand: "labels,customer",
        });
      const pages = await Promise.all([list({ "close_date[gte]": month.from, "close_date[lte]": month.to }), list({})]);
      const records = new Map(pages.flatMap(({ data }) => data.map((record) => [record.id, record] as const)));
      const changed = await Promise.all(
        [...records.values()].map(async (record): Promise<ChangedDeal> => {
          const path = `/api/v1/opportunities/${record.id}/history`;
          return { record, history: (await read<HistoryEntry[]>(path, { limit: MAX_ENTRIES })).data };
        }),
      );
      const deals = changed.filter(({ history }) => concernsMonth(history, since, month.from.slice(0, 7)));
      return { deals, isComplete: pages.every(({ meta }) => !meta.next_cursor) };
    },
  });
}

/** Sales and targets of each member of the team in a month. */
export function useTeamMonth(days: { readonly from: string; readonly to: string }, filters: ListQuery) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "analytics", "/analytics/team-performance", { ...days, ...filters }],
    queryFn: async () =>
      (await read<Schemas.TeamPerformance>("/api/v1/analytics/team-performance", { ...days, ...filters })).data,
    placeholderData: (before) => before,
  });
}
