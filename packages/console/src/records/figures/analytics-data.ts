import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { crm, read } from "../../api/client.ts";
import { useScope } from "../../api/session.ts";
import type { AnalyticsQuery } from "./analytics-query.ts";
import type { FigureInfo, Tile } from "./analytics-types.ts";
import { renameTile, useFigureNames } from "./figure-names.ts";
import type { FigureValue } from "./figure-text.ts";
import type { Span } from "./period-rules.ts";
import type { RowRequest } from "./row-links.ts";

/** What the pages of analytics read. */

type DashboardRow = Schemas.DashboardRow;
type DashboardData = Schemas.DashboardData;
export type TileData = Omit<DashboardData["tiles"][number], "error" | "kpi" | "opens"> & {
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly kpi: DashboardData["tiles"][number]["kpi"] | null;
  readonly opens: readonly RowRequest[];
};

/** A dashboard that users made, or that of the caller's role. */
export interface Layout {
  /** Undefined: that of the role. */
  readonly id?: string;
  readonly name: string;
  readonly description?: string | null;
  readonly span: Schemas.DashboardRow["span"] & Span;
  readonly sharing?: DashboardRow["sharing"];
  readonly created_by?: string;
  readonly version?: number;
  readonly tiles: readonly Tile[];
}

/** Figures lag a write by moments, and change slowly. They are not read again for each change of a record. */
const STALE_MS = 60_000;
const RUN_POLL_MS = 3000;

/** Reads an answer with figures. Those of the former period stay while the next ones load. */
export function useFigures<T extends { readonly figures: FigureValue[] }>(
  path: string,
  query: AnalyticsQuery & { readonly interval?: string },
) {
  const scope = useScope();
  const rename = useFigureNames();
  return useQuery<T>({
    queryKey: [...scope, "analytics", path, query],
    queryFn: async () => (await read<T>(`/api/v1${path}`, { ...query })).data,
    select: useCallback((answer: T) => ({ ...answer, figures: answer.figures.map(rename) }), [rename]),
    placeholderData: (before) => before,
    staleTime: STALE_MS,
  });
}

const MAX_DASHBOARDS = 50;

/** Lists the dashboards that the caller sees, by name. */
export function useDashboards() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "dashboard", "choices"],
    queryFn: async () => {
      const { data } = await read<DashboardRow[]>("/api/v1/dashboards", { limit: MAX_DASHBOARDS });
      return [...data].sort((a, b) => a.name.localeCompare(b.name));
    },
  });
}

/** Reads the tiles of a dashboard. Without an id it is that of the caller's role. */
export function useLayout(id: string | undefined) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "record", "dashboard", id ?? "default"],
    queryFn: async () => (await read<Layout>(`/api/v1/dashboards/${id ?? "default"}`)).data,
  });
}

type TypedData = Omit<DashboardData, "tiles"> & { readonly tiles: readonly TileData[] };

/** Reads the data of a dashboard. A batch of reads takes that of the role, which runs no report. */
async function readDashboardData(id: string | undefined, query: AnalyticsQuery, signal: AbortSignal): Promise<TypedData> {
  if (id === undefined) return (await read<TypedData>("/api/v1/dashboards/default/data", { ...query })).data;
  const data = await crm.request<DashboardData>("GET", `/api/v1/dashboards/${id}/data`, { query: { ...query }, signal });
  return data as TypedData;
}

/** Reads the data of a dashboard, again and again while one of its reports runs. */
export function useDashboardData(id: string | undefined, query: AnalyticsQuery, isEnabled = true) {
  const scope = useScope();
  const rename = useFigureNames();
  return useQuery({
    queryKey: [...scope, "analytics", "dashboard", id ?? "default", query],
    queryFn: ({ signal }) => readDashboardData(id, query, signal),
    enabled: isEnabled,
    select: useCallback((data: TypedData) => ({ ...data, tiles: data.tiles.map((tile) => renameTile(tile, rename)) }), [rename]),
    placeholderData: (before) => before,
    staleTime: STALE_MS,
    refetchInterval: ({ state }) => (state.data?.tiles.some(({ is_running }) => is_running) ? RUN_POLL_MS : false),
  });
}

/** Reads the forecast of the coming months with the targets of bookings. */
export function useForecast(filters: Readonly<Record<string, string | undefined>>) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "analytics", "forecast", filters],
    queryFn: async () => (await read<Schemas.ForecastAnalytics>("/api/v1/analytics/forecast", filters)).data,
    placeholderData: (before) => before,
    staleTime: STALE_MS,
  });
}

/** Reads the definitions of the figures that the caller may read. */
export function useFigureList() {
  const scope = useScope();
  const rename = useFigureNames();
  return useQuery({
    queryKey: [...scope, "analytics", "figures"],
    queryFn: async () => (await read<Schemas.FigureList>("/api/v1/analytics/figures")).data.figures,
    select: useCallback((figures: FigureInfo[]) => figures.map(rename), [rename]),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
