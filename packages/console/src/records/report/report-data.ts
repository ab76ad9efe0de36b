import { ApiError, type Schemas } from "@crm/sdk/index.ts";
import { type InfiniteData, useInfiniteQuery, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { crm, read } from "../../api/client.ts";
import { TRANSLATED } from "../../api/master-query.ts";
import { masterPath } from "../../api/master-values.ts";
import { formatTitle, type Kind, kindQuery, useKind, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { toFieldNoun, toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import type { Definition, ResultRow } from "./definition.ts";
import { listResultColumns, type ResultColumn } from "./report-columns.ts";
import { joinRelated, listRelatedSources } from "./report-source.ts";
import type { ValueNames } from "./result-text.ts";

/** What the pages of reports read. */

export const REPORTS_PATH = "/api/v1/analytics/reports";

export type Report = Schemas.ReportWithRows;
type Run = Schemas.Data13;
/** A run with its file, if it is one of an export or of a delivery. */
export type ReportRun = Omit<Run, "file"> & { readonly file: Run["file"] | null };
type ReportFile = Run["file"];
type Preview = Omit<Run, "file" | "run_id" | "rows_read" | "next_cursor"> & { readonly is_partial: boolean };

/** A page of rows of a report, or of a run. */
export type ResultPage = Omit<ReportRun, "file"> & { readonly file?: ReportFile | null };

const MIN_POLL_MS = 1000;
const MAX_POLL_MS = 10_000;

/** A run takes seconds or minutes: the longer it takes, the less often it is read. */
export const pollPause = (reads: number): number => Math.min(MIN_POLL_MS * 1.4 ** Math.max(0, reads - 1), MAX_POLL_MS);

/** A refusal stays one; other failures are tried again. */
const retry = (count: number, error: unknown): boolean => count < 2 && !(error instanceof ApiError && error.status < 500);

const readPage = <T>(path: string, cursor: string, signal: AbortSignal): Promise<T> =>
  crm.request<T & object>("GET", path, { query: cursor === "" ? {} : { cursor }, signal }).then((page) => page);

const pollRunning = ({
  state,
}: {
  readonly state: { readonly data: InfiniteData<ResultPage> | undefined; readonly dataUpdateCount: number };
}): number | false => {
  const page = state.data?.pages[0];
  // The file of a run exists shortly after its rows.
  const isRunning = page?.status === "running" || (page?.file !== undefined && page.file !== null && page.file.size === null);
  return isRunning ? pollPause(state.dataUpdateCount) : false;
};

/** Reads a report with its rows, again and again while it runs. */
export function useReport(id: string) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "record", "report", id],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => readPage<Report>(`${REPORTS_PATH}/${id}`, pageParam, signal),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    refetchInterval: pollRunning,
    structuralSharing: false,
    retry,
  });
}

/** Reads a run of a report with its rows and its file. */
export function useReportRun(id: string, run: string | undefined) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "record", "report", id, "run", run],
    enabled: run !== undefined,
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => readPage<ReportRun>(`${REPORTS_PATH}/${id}/runs/${run}`, pageParam, signal),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    refetchInterval: pollRunning,
    structuralSharing: false,
    retry,
  });
}

/** The names of related records that a definition uses: `customer` of `customer.industry_id`. */
const listUsedNames = (definition: Definition): string[] => [
  ...new Set(
    [
      ...JSON.stringify(definition).matchAll(/"([a-z]\w*)\.\w+/g),
      ...JSON.stringify(definition).matchAll(/ ([a-z]\w*)\.\w+/g),
    ].map(([, name = ""]) => name),
  ),
];

/** Loads the kind of a report, joined with its related kinds: all of them, or those that a definition uses. */
export function useReportSource(kindName: string | undefined, definition?: Definition): Kind | undefined {
  const scope = useScope();
  const { data: kind } = useKind(kindName);
  const { data: kinds } = useKindIndex();
  const used = useMemo(() => definition && listUsedNames(definition), [definition]);
  const sources = useMemo(() => {
    const all = kind && kinds ? listRelatedSources(kind, kinds) : [];
    return used ? all.filter(({ name }) => used.includes(name)) : all;
  }, [kind, kinds, used]);
  const related = useQueries({
    queries: sources.map((source) => ({ ...kindQuery(scope, source.kind), retry })),
    combine: (results) => results.map(({ data, isError }) => (isError ? null : data)),
  });
  return useMemo(() => {
    if (!kind || !kinds || related.includes(undefined)) return undefined;
    return joinRelated(
      kind,
      sources.flatMap((source, index) => {
        const other = related[index];
        return other ? [{ source, kind: other }] : [];
      }),
    );
  }, [kind, kinds, sources, related]);
}

/** The columns of a result. */
export function useResultColumns(definition: Definition, source: Kind): ResultColumn[] {
  const t = useText();
  return useMemo(() => {
    const fields = new Map(source.fields.map((field) => [field.name, field]));
    return listResultColumns(definition, { fields, records: toPluralNoun(source.labels), t, toNoun: toFieldNoun });
  }, [definition, source, t]);
}

const STALE_MS = 5 * 60_000;

/** Reads the names of the records and of the master data that rows name by id. */
export function useValueNames(columns: readonly ResultColumn[], rows: readonly ResultRow[]): ValueNames {
  const t = useText();
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const wanted = useMemo(() => {
    const found = new Map<string, { path: string; record?: string }>();
    for (const { key, value } of columns) {
      if (value.type !== "field") continue;
      const { record, master, choices = [], type } = value.field;
      const kind = kinds.find((candidate) => candidate.kind === record);
      const path = type === "master" && master !== undefined ? masterPath(master) : kind?.path;
      if (path === undefined || (type !== "reference" && type !== "master")) continue;
      for (const id of rows.flatMap((row) => [row[key] ?? []].flat()))
        if (typeof id === "string" && !choices.some((choice) => choice.id === id || choice.code === id))
          found.set(id, { path, ...(type === "reference" && record !== undefined ? { record } : {}) });
    }
    return [...found];
  }, [columns, rows, kinds]);
  const unknown = t("not visible to you");
  const names = useQueries({
    queries: wanted.map(([id, { path, record }]) => ({
      queryKey: [...scope, "name", path, id],
      queryFn: async () => {
        const { data } = await read<Record<string, unknown>>(
          `${path}/${encodeURIComponent(id)}`,
          record === undefined ? TRANSLATED : {},
        );
        const kind = kinds.find((candidate) => candidate.kind === record);
        return kind ? formatTitle(kind, data) : String(data.name ?? "");
      },
      staleTime: STALE_MS,
      retry: false,
    })),
    combine: (results) => results.map(({ data, isError }) => data ?? (isError ? unknown : "…")),
  });
  return useMemo(() => new Map(wanted.map(([id], index) => [id, names[index] ?? "…"])), [wanted, names]);
}

/** Evaluates a definition without saving it. The answer of the latest one counts. */
export function usePreview(kind: string, definition: Definition, isEnabled: boolean) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", kind, "report-preview", definition],
    queryFn: ({ signal }) =>
      crm
        .request<Preview>("POST", `${REPORTS_PATH}/preview`, { body: { definition: { kind, ...definition } }, signal })
        .then((preview) => preview),
    enabled: isEnabled,
    placeholderData: (before, query) => (query?.queryKey.includes(kind) ? before : undefined),
    staleTime: 60_000,
    retry,
  });
}

export type ReportSchedule = Schemas.ReportSchedule;

const MAX_SCHEDULES = 50;

/** Reads the caller's schedules of a report, with their recipients. */
export function useSchedules(report: string) {
  const scope = useScope();
  const queries = useQueryClient();
  const path = `${REPORTS_PATH}/${report}/schedules`;
  const queryKey = [...scope, "list", "report_schedule", report];
  const query = useQuery({
    queryKey,
    queryFn: async () => {
      const { data } = await read<Schemas.ReportScheduleRow[]>(path, { limit: MAX_SCHEDULES });
      const schedules = await Promise.all(data.map(({ id }) => read<ReportSchedule>(`${path}/${id}`)));
      return schedules.map((schedule) => schedule.data);
    },
    retry,
  });
  // A list of the API has a change shortly after it was made, so the answer of the change is shown.
  const change = (edit: (schedules: readonly ReportSchedule[]) => ReportSchedule[]): void =>
    void queries.setQueryData<ReportSchedule[]>(queryKey, (known = []) => edit(known));
  return {
    query,
    put: (schedule: ReportSchedule): void =>
      change((known) =>
        known.some(({ id }) => id === schedule.id)
          ? known.map((other) => (other.id === schedule.id ? schedule : other))
          : [schedule, ...known],
      ),
    drop: (id: string): void => change((known) => known.filter((other) => other.id !== id)),
  };
}

/** Reads the names of users. */
export function useUserNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const kind = kinds.find((candidate) => candidate.kind === "user");
  const unique = [...new Set(ids)];
  return useQueries({
    queries: unique.map((id) => ({
      queryKey: [...scope, "name", id],
      queryFn: async () => (kind ? formatTitle(kind, (await read<Record<string, unknown>>(`${kind.path}/${id}`)).data) : ""),
      enabled: kind !== undefined,
      retry: false,
    })),
    combine: (results) => new Map(unique.map((id, index) => [id, results[index]?.data ?? "…"])),
  });
}
