import { ApiError, type Page } from "@crm/sdk/index.ts";
import { keepPreviousData, skipToken, useInfiniteQuery, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { crm, type ReadQuery, read } from "./client.ts";
import { type Condition, listConditionFields } from "./condition.ts";
import type { ConsoleRecord } from "./console-record.ts";
import type { Kind, KindSummary, ListQuery } from "./kind.ts";
import { isPartAction } from "./part-actions.ts";
import type { ReadAnswer } from "./read-batcher.ts";
import { listOutcomeFields } from "./record-outcomes.ts";
import { useRecordSearch } from "./record-search.ts";
import { listPathFields } from "./record-template.ts";
import { isCustomField, type ListRow, type RowFields, selectRowFields } from "./row-fields.ts";
import type { RowCount } from "./search-rules.ts";
import { useScope } from "./session.ts";
import { listTitleFields, NAME_FIELDS } from "./title.ts";

export type { ConsoleRecord };

const PAGE_SIZE = 100;
/** The rows of a list of the API without `limit`. */
const DEFAULT_LIMIT = 20;
/** The rows of the first page of a list: more than a screen has. */
const FIRST_PAGE_SIZE = 60;
/** The API reads custom fields for at most so many rows of a list. */
const CUSTOM_FIELD_PAGE_SIZE = 50;

/** The names of `expand` that show names in place of ids: of master data and users, and of the records that these fields name. */
export function expandFor({ expand, fields }: Pick<Kind, "expand" | "fields">, shown: ReadonlySet<string>): string {
  const references = fields.filter(({ name, type, record }) => shown.has(name) && type === "reference" && record !== "user");
  const names = references.flatMap((field) => expand.find((entry) => entry.field === field.name)?.name ?? []);
  return ["labels", ...new Set(names)].join();
}

/** The fields that rows need which show these: with their currencies and kinds, what names the record, and what decides which actions apply. */
function listRowFields(kind: Kind, shown: readonly string[]): string[] {
  const { fields, title } = kind;
  const companions = fields.flatMap(({ name, currency_field, type_field }) =>
    shown.includes(name) ? [currency_field, type_field] : [],
  );
  const actions = kind.actions.filter((action) => !isPartAction(kind, action));
  const deciding = actions.flatMap(({ enabled_when, path }) => [
    ...listConditionFields(enabled_when as Condition | undefined),
    ...listPathFields(path),
  ]);
  const names = [...shown, ...companions, "is_converted", ...listTitleFields(title), ...NAME_FIELDS, ...deciding];
  const requested = names.flatMap((name) =>
    name === undefined ? [] : isCustomField(name) ? name : (name.split(".")[0] ?? name),
  );
  return [...new Set(selectRowFields(kind, requested))];
}

/** The name of `expand` for what is planned next for a record, of kinds that have activities. */
export const NEXT_ACTIVITY = "next_activity";

export interface ListOptions<Name extends string> {
  /** The fields that are shown. Without it rows have all fields. */
  readonly shown?: RowFields<Name>;
  readonly pageSize?: number;
  readonly isEnabled?: boolean;
  /** Whether rows have their next activity, if the kind has activities. */
  readonly hasNextActivity?: boolean;
}

/** Reads a page of a list. Only `POST /{kind}/query` takes conditions with alternatives. */
export const readRecords = (
  { path }: Pick<Kind, "path">,
  query: ListQuery,
  signal: AbortSignal,
): Promise<{ data: ConsoleRecord[]; meta: ReadAnswer["meta"] }> =>
  query.where === undefined
    ? read<ConsoleRecord[]>(path, query as ReadQuery)
    : crm.request<ConsoleRecord[]>("POST", `${path}/query`, { body: query, signal }).withResponse();

/** The rows of a list. They are loaded in their order, as far as the user scrolls. */
export function useRecordList<Name extends string = string>(kind: Kind, query: ListQuery, options: ListOptions<Name> = {}) {
  const { shown, isEnabled = true, hasNextActivity = false } = options;
  // Rows with all their fields have those of the layout.
  const names = shown ?? selectRowFields(kind, [...kind.layout.columns, ...kind.layout.card]);
  const hasCustomFields = names.some(isCustomField);
  const pageSize = Math.min(options.pageSize ?? PAGE_SIZE, hasCustomFields ? CUSTOM_FIELD_PAGE_SIZE : PAGE_SIZE);
  const scope = useScope();
  const isNextRead = hasNextActivity && kind.expand.some(({ name }) => name === NEXT_ACTIVITY);
  const labels = expandFor(kind, new Set(names));
  const expand = isNextRead ? `${labels},${NEXT_ACTIVITY}` : labels;
  const fields = shown === undefined ? undefined : listRowFields(kind, shown).join();
  const queryKey = [...scope, "list", kind.kind, query, pageSize, expand, fields, ...(isNextRead ? ["activity"] : [])];
  const list = useInfiniteQuery({
    queryKey,
    enabled: isEnabled,
    // Rows stay while those of another filter or order load.
    placeholderData: keepPreviousData,
    // Comparing all rows with those before would take longer with each page.
    structuralSharing: false,
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }): Promise<Page<ListRow<Name>>> => {
      const parameters = {
        ...query,
        limit: pageParam === "" ? Math.min(pageSize, FIRST_PAGE_SIZE) : pageSize,
        expand,
        ...(fields !== undefined ? { fields } : hasCustomFields ? { include: "custom_fields" } : {}),
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      };
      const { data, meta } = await readRecords(kind, parameters, signal);
      return { data, meta } as unknown as Page<ListRow<Name>>;
    },
    getNextPageParam: ({ meta }) => meta.next_cursor ?? undefined,
  });
  const search = useRecordSearch(list, queryKey, isEnabled);
  // Not a copy: reading each property of the query would draw the component again for each of them.
  return Object.assign(list, { search });
}

/** Pages that are read to fill one, where the page does not say how far the search has come. */
const MAX_UNSEEN_PAGES = 20;

/**
 * Reads the first rows of a list that takes no further pages, such as the choices of a picker. If the API stopped before it had looked at all records, it
 * goes on until there are enough rows. `isLowerBound`: there may be more rows, which were not found.
 */
export async function readFirstRows<Row = ConsoleRecord>(
  path: string,
  query: ReadQuery & { readonly limit?: number },
  signal?: AbortSignal,
): Promise<{ rows: Row[]; total: number; isLowerBound: boolean }> {
  const { limit = DEFAULT_LIMIT } = query;
  const rows: Row[] = [];
  let answer = await read<Row[]>(path, query);
  rows.push(...answer.data);
  const mustContinue = (): boolean => answer.meta.is_complete === false && rows.length < limit && !signal?.aborted;
  for (let page = 1; page < MAX_UNSEEN_PAGES && mustContinue() && answer.meta.next_cursor; page++) {
    answer = await read<Row[]>(path, { ...query, cursor: String(answer.meta.next_cursor) });
    rows.push(...answer.data);
  }
  const { total, is_complete, total_is_lower_bound, next_cursor } = answer.meta;
  const isLowerBound = is_complete === false || (total_is_lower_bound === true && Boolean(next_cursor));
  return { rows: rows.slice(0, limit), total: Math.max(Number(total ?? 0), rows.length), isLowerBound };
}

/** Counts the records of a list as far as one read tells. */
export async function countRecords(path: string, query: ListQuery): Promise<RowCount> {
  const { meta } = await read<readonly unknown[]>(path, { ...query, limit: 1, fields: "id" } as ReadQuery);
  return { total: Number(meta.total ?? 0), isLowerBound: meta.total_is_lower_bound === true };
}

export async function readRecord(kind: Kind, id: string): Promise<ConsoleRecord> {
  const shown = new Set([...kind.layout.sections.flatMap(({ fields }) => fields), "updated_by", ...listOutcomeFields(kind.kind)]);
  return (await read<ConsoleRecord>(`${kind.path}/${id}`, { expand: expandFor(kind, shown) })).data;
}

/** Reads fields that rows of lists lack, by the ids of the records. The reads of one page of rows are one request. */
export function useRecordDetails<Name extends string>(
  { kind, path }: Pick<Kind, "kind" | "path">,
  ids: readonly string[],
  names: RowFields<Name>,
  /** What else the API puts beside the fields: `labels`, or names of references. */
  expand?: string,
): ReadonlyMap<string, ListRow<Name>> {
  const scope = useScope();
  const fields = names.join();
  const answers = useQueries({
    queries: ids.map((id) => ({
      queryKey: [...scope, "record", kind, id, fields, expand],
      queryFn: async () =>
        (await read<ListRow<Name>>(`${path}/${id}`, { fields, ...(expand === undefined ? {} : { expand }) })).data,
    })),
  });
  return new Map(answers.flatMap(({ data }, index) => (data ? [[ids[index] ?? "", data] as const] : [])));
}

export function useRecord(kind: Kind | undefined, id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "record", kind?.kind, id],
    queryFn: kind ? () => readRecord(kind, id) : skipToken,
    // A record that does not exist, or that the user may not see, stays so.
    retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status < 500),
  });
}

/** Returns a function that drops what the console has cached about a kind, after a change. */
export function useInvalidation(): (kind: Pick<KindSummary, "kind">, id?: string) => Promise<void> {
  const queries = useQueryClient();
  const scope = useScope();
  return async (kind, id) => {
    await Promise.all([
      // Lists name all kinds that their rows come from.
      queries.invalidateQueries({ queryKey: [...scope, "list"], predicate: ({ queryKey }) => queryKey.includes(kind.kind) }),
      queries.invalidateQueries({ queryKey: [...scope, "related"] }),
      queries.invalidateQueries({ queryKey: [...scope, "timeline"] }),
      ...(id === undefined ? [] : [queries.invalidateQueries({ queryKey: [...scope, "record", kind.kind, id] })]),
    ]);
  };
}
