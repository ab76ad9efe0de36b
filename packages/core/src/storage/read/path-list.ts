import * as z from "zod";
import { type Owners, useTenant } from "../../kernel/context.ts";
import type { CursorPosition } from "../../kernel/cursor-body.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import type { FieldType } from "../../kernel/field.ts";
import type { Page } from "../../kernel/page.ts";
import { parseSearchTerms } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { query as queryTable, readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import type { Row } from "../table/row.ts";
import { hasViewerNames } from "../table/viewer.ts";
import { listProgress } from "./backfill-progress.ts";
import { Counter, type Counters } from "./counter.ts";
import * as Cursor from "./cursor.ts";
import { recordSortKey } from "./list-order.ts";
import {
  buildEmptyPage,
  buildPage,
  type FoundRows,
  type ListTotal,
  MAX_READ_ROWS,
  queryFingerprint,
  resolveListOwners,
  slicePage,
} from "./list-page.ts";
import type { ListQuery, Partition } from "./list-query.ts";
import { isBefore, queryPartitions } from "./partition-query.ts";
import { normalizeValue } from "./path.rules.ts";
import { type PathDeclaration, readDeclarations, refreshDeclarations } from "./path-declarations.ts";
import {
  emptyPathCheckpoint,
  FILLED,
  findOrderValue,
  orderKey,
  orderPartition,
  type PathCheckpoint,
  pathCounter,
  readPathCheckpoints,
  valueEntryName,
  valuePartition,
} from "./path-entries.ts";
import {
  basePartitions,
  buildConditions,
  isInMemoryOrder,
  listExtraScopes,
  MAX_OWNER_PARTITIONS,
  MAX_SORTED_ROWS,
  queryOrder,
  tooManyToSort,
} from "./query-plan.ts";
import { searchIds } from "./search.ts";
import { Visibility } from "./visibility.ts";

/**
 * Lists by declared search paths. A list with one path and no other condition is one query of the path's entries, for all or for some
 * owners. Its total comes from a counter or, for some owners, from a count of up to 1,000 entries each. With further conditions, the list
 * reads the entries of the rarest value and checks the other conditions on the rows and on the records' checkpoints.
 */
export const pathParameters = () =>
  z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Parameters named after a path that the tenant declared for filtering (see search paths), such as " +
        "`custom_fields.region=north`; a declared path can be used in `sort` as well",
    );

export const isPathQuery = ({ paths, sort }: ListQuery): boolean => Object.keys(paths ?? {}).length > 0 || sort.includes(".");

/** The paths of a query: names of value entries, and an order. */
interface PathQuery {
  names: readonly string[];
  order: PathDeclaration | undefined;
}

export async function listByPath<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Page<R>> {
  const pathQuery = await resolvePathQuery(collection, query);
  const owners = await resolveListOwners(collection, query);
  const position = query.cursor ? await Cursor.open(query.cursor, queryFingerprint(collection, query)) : undefined;
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : parseSearchTerms(query.search);
  if ((owners !== "all" && owners.size === 0) || terms?.length === 0) return buildEmptyPage(collection, query);

  const conditions = buildConditions(collection, query, owners, terms);
  const list: PathListing<R> = { collection, query, pathQuery, owners, conditions, position };
  const scopes = pathQuery.order ? [...pathQuery.names, pathQuery.order.id] : pathQuery.names;
  const isDirect =
    scopes.length === 1 &&
    conditions.length === (owners === "all" ? 0 : 1) &&
    hasFewOwners(owners) &&
    hasOwnersInEntries(collection, owners) &&
    isInEntryOrder(query, pathQuery);
  const [counters, read] = await Promise.all([
    position && isDirect ? undefined : Counter.read(pathCounter(collection.name), scopes),
    isDirect ? readSinglePath(list, position === undefined) : undefined,
  ]);
  if (read) {
    const countedTotal = read.total ?? { total: counters ? Counter.sum(counters, scopes, FILLED) : 0, isLowerBound: false };
    return buildPage(collection, query, read.foundRows, position ?? countedTotal, counters?.as_of);
  }
  const { foundRows, total } = await readCombined(list, counters as Counters, terms);
  return buildPage(collection, query, foundRows, position ?? total, counters?.as_of);
}

interface PathListing<R extends BaseRecord> {
  collection: Collection<R>;
  query: ListQuery;
  pathQuery: PathQuery;
  owners: Owners;
  conditions: ReturnType<typeof buildConditions<R>>;
  position: CursorPosition | undefined;
}

/** Returns whether path entries can be selected by owner. They cannot for records that are shared or have derived visibility. */
const hasOwnersInEntries = <R extends BaseRecord>({ definition }: Collection<R>, owners: Owners): boolean =>
  owners === "all" || (definition.derivedVisibility === undefined && !hasViewerNames(owners));

const hasFewOwners = (owners: Owners): boolean => owners === "all" || owners.size <= MAX_OWNER_PARTITIONS;

/** Returns whether the entries of the only path come in the order of the list. */
const isInEntryOrder = ({ sort }: ListQuery, { order }: PathQuery): boolean => order !== undefined || sort === "created_at";

/** Says which call declares a path. Fields that do not exist or that the caller does not see get the same message. */
function unknownPathMessage(path: string, use: "filter" | "sort"): string {
  const [root] = path.split(".");
  if (root === "custom_fields")
    return use === "sort"
      ? 'Lists cannot sort by this path yet: PATCH /api/v1/custom-fields/{id} {"is_sortable": true} for this field, and wait until its index_status is READY'
      : 'Lists cannot filter by this path yet: PATCH /api/v1/custom-fields/{id} {"is_filterable": true} for this field, and wait until its index_status is READY';
  return use === "sort"
    ? 'Lists cannot sort by this path yet: declare it with POST /api/v1/search-paths and "sort": true, and wait until its status is READY'
    : "Lists cannot filter by this path yet: declare it with POST /api/v1/search-paths, and wait until its status is READY";
}

/** Resolves path parameters to declarations. Refuses unknown paths, paths whose backfill is not complete, and values of the wrong type. */
async function resolvePathQuery<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<PathQuery> {
  const pathFilters = Object.entries(query.paths ?? {});
  const [first = [query.sort]] = pathFilters;
  if (query.deleted) throw invalid(String(first[0]), "Deleted records cannot be found by paths");
  const find = async (path: string, use: "filter" | "sort"): Promise<PathDeclaration> => {
    const among = ({ all }: { all: readonly PathDeclaration[] }) =>
      all.find((declaration) => declaration.path === path && declaration[use] && declaration.status !== "DROPPING");
    // Another process may have declared the path within the last minute.
    const match = among(await readDeclarations(collection)) ?? among(await refreshDeclarations(collection));
    if (!match) throw invalid(use === "sort" ? "sort" : path, unknownPathMessage(path, use));
    if (match.status === "READY") return match;
    const [progress] = await listProgress(collection.name, [match]);
    const message = `${match.status}, ${progress?.records_done ?? 0} records done`;
    throw conflict(`${path} is not ready: ${message}`, [{ field: use === "sort" ? "sort" : path, message }]);
  };
  const names: string[] = [];
  for (const [path, value] of pathFilters) {
    const { id, type } = await find(path, "filter");
    const read = normalizeValue(type, value);
    if (read === undefined) throw invalid(path, invalidValueMessages[type] ?? "Must not be blank");
    names.push(valueEntryName(id, read));
  }
  return { names, order: query.sort.includes(".") ? await find(query.sort, "sort") : undefined };
}

const invalidValueMessages: Partial<Record<FieldType, string>> = {
  integer: "Must be a number",
  number: "Must be a number",
  money: "Must be an amount",
  date: "Must be a date, YYYY-MM-DD",
  instant: "Must be an RFC 3339 timestamp",
  boolean: "Must be true or false",
  phone: "Must be a telephone number",
};

/** Returns the partitions of a value or of an order, for all records or for each owner. */
function entryPartitions<R extends BaseRecord>(
  { collection, owners }: PathListing<R>,
  entry: string | PathDeclaration,
): Partition[] {
  const tenant = useTenant();
  const pk = (owner?: string): string =>
    typeof entry === "string"
      ? valuePartition(tenant, collection.name, entry, owner)
      : orderPartition(tenant, collection.name, entry.id, owner);
  if (owners === "all" || !hasFewOwners(owners) || !hasOwnersInEntries(collection, owners))
    return [{ index: "entry", facets: { pk: pk() } }];
  const on = typeof entry === "string" ? "by_owner" : "by_rank";
  return [...owners].map((owner) => ({ index: "entry", facets: { pk: pk(owner), on } }));
}

/** Returns the partition of the query's path, in order of ids; undefined if it has no path. For scans of the whole list. */
export async function findEntryPartition<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
): Promise<Partition | undefined> {
  const [, second] = Object.keys(query.paths ?? {});
  if (second !== undefined) throw invalid(second, "Only one path is allowed");
  if (query.paths === undefined || Object.keys(query.paths).length === 0) return undefined;
  const { names } = await resolvePathQuery(collection, query);
  return { index: "entry", facets: { pk: valuePartition(useTenant(), collection.name, String(names[0])) } };
}

/** Reads the entries of the only path in their order, with the total if no counter has it. */
async function readSinglePath<R extends BaseRecord>(
  list: PathListing<R>,
  isFirst: boolean,
): Promise<{ foundRows: FoundRows<R>; total: ListTotal | undefined }> {
  const { collection, query, pathQuery, position, owners } = list;
  const { after, searched = 0 } = position ?? {};
  const partitions = entryPartitions(list, pathQuery.names[0] ?? (pathQuery.order as PathDeclaration));
  const counting = isFirst && owners !== "all" ? countEntries(partitions) : undefined;
  const skip = after === undefined ? (query.page - 1) * query.limit : 0;
  const need = skip + query.limit + 1;
  const rows: R[] = [];
  let read = 0;
  let last: string | undefined;
  for await (const { key, row } of queryPartitions(collection, partitions, {
    order: query.order,
    after,
    chunk: Math.min(1000, need),
  })) {
    if (++read === need)
      return { foundRows: { rows, hasMore: true, stoppedAt: last, searched: searched + need - 1 }, total: await counting };
    if (read > skip) rows.push(collection.fromRow({ key, row }));
    last = key;
  }
  return { foundRows: { rows, hasMore: false, searched: searched + read }, total: await counting };
}

/** Counts the entries of owners, up to 1,000 for each. */
async function countEntries(partitions: readonly Partition[]): Promise<ListTotal> {
  const responses = await Promise.all(
    partitions.map(({ facets }) =>
      queryTable({
        IndexName: String(facets.on),
        KeyConditionExpression: "#pk = :pk",
        ExpressionAttributeNames: { "#pk": String(facets.on) },
        ExpressionAttributeValues: { ":pk": facets.pk },
        Select: "COUNT",
        Limit: MAX_SORTED_ROWS,
      }),
    ),
  );
  return {
    total: responses.reduce((total, { Count = 0 }) => total + Count, 0),
    isLowerBound: responses.some(({ LastEvaluatedKey }) => LastEvaluatedKey !== undefined),
  };
}

/** Reads a list by paths together with other conditions. */
async function readCombined<R extends BaseRecord>(
  list: PathListing<R>,
  counters: Counters,
  terms: readonly string[] | undefined,
): Promise<{ foundRows: FoundRows<R>; total: ListTotal }> {
  const { collection, query, pathQuery } = list;
  const rows = (scope: string): number => Counter.sum(counters, [scope], FILLED);
  const rarest = pathQuery.names.reduce<string | undefined>(
    (rarestName, name) => (rarestName === undefined || rows(name) < rows(rarestName) ? name : rarestName),
    undefined,
  );
  const isSmall = rarest !== undefined && rows(rarest) <= MAX_SORTED_ROWS;
  if (terms && !isSmall) {
    const { ids, truncated } = await searchIds(collection.name, terms, list.owners);
    return sortInMemory(list, readRowsByIds(ids), { truncated });
  }
  const byRarest = rarest === undefined ? undefined : entryPartitions(list, rarest);
  if (byRarest && !pathQuery.order && query.sort === "created_at") return readInOrder(list, byRarest, rarest);
  if (byRarest && isSmall) return sortInMemory(list, queryRows(list, byRarest), { sure: rarest });
  const smallPartitions = await findSmallestPartitions(list);
  if (smallPartitions) return sortInMemory(list, queryRows(list, smallPartitions));
  if (pathQuery.order) return readInOrder(list, entryPartitions(list, pathQuery.order));
  if (isInMemoryOrder(collection, query)) throw tooManyToSort(collection, query);
  return readInOrder(list, basePartitions(collection, query, queryOrder(collection, query)));
}

/** Returns the partitions of another filter if they have few enough rows to sort in memory. */
async function findSmallestPartitions<R extends BaseRecord>({ collection, query, conditions, owners }: PathListing<R>) {
  if (conditions.length === 0) return undefined;
  const scopes = [...new Set([Counter.ALL, ...Counter.ownerScopes(owners), ...listExtraScopes(collection, query, owners)])];
  const counters = await Counter.read(collection.name, scopes);
  const usable = conditions.flatMap(({ partitions, estimateRows }) =>
    partitions ? [{ partitions, rows: estimateRows(counters) }] : [],
  );
  const [best] = usable.sort((a, b) => a.rows - b.rows);
  return best && best.rows <= MAX_SORTED_ROWS ? best.partitions : undefined;
}

const queryRows = <R extends BaseRecord>({ collection }: PathListing<R>, partitions: readonly Partition[]): AsyncGenerator<Row> =>
  queryPartitions(collection, partitions, { order: "desc", after: undefined, chunk: 1000 });

async function* readRowsByIds(ids: readonly string[]): AsyncGenerator<Row> {
  const tenant = useTenant();
  const keys = ids.map((id) => recordKey(tenant, id));
  const items = await readItems(keys, { consistent: false, only: "row" });
  for (const [index, item] of items.entries()) if (item) yield { key: ids[index] as string, row: item.row };
}

interface PathMatch<R> {
  key: string;
  record: R;
  checkpoint: PathCheckpoint;
  /** The rows read up to this one. */
  read: number;
}

/**
 * Reads rows until `enough` match or `MAX_READ_ROWS` are read. `last` is the last row read, if there may be more. `sure` is the value that
 * all rows have.
 */
async function collectMatches<R extends BaseRecord>(
  { conditions, pathQuery, collection }: PathListing<R>,
  source: AsyncGenerator<Row>,
  enough: number,
  sure: string | undefined,
): Promise<{ matches: PathMatch<R>[]; last: string | undefined; read: number }> {
  const tenant = useTenant();
  const names = pathQuery.names.filter((name) => name !== sure);
  const isAsked = names.length > 0 || pathQuery.order !== undefined;
  // For records with owners, the conditions check visibility.
  const shownAmong = (records: readonly R[]): Promise<readonly R[]> | readonly R[] =>
    collection.definition.derivedVisibility ? Visibility.filterVisible(collection, records) : records;
  const matches: PathMatch<R>[] = [];
  let waiting: PathMatch<R>[] = [];
  const settle = async (): Promise<void> => {
    const ids = waiting.map(({ record }) => record.id);
    const checkpoints = isAsked ? await readPathCheckpoints(tenant, ids) : [];
    const visibleRecords = new Set(await shownAmong(waiting.map(({ record }) => record)));
    for (const [index, match] of waiting.entries()) {
      if (!visibleRecords.has(match.record)) continue;
      const checkpoint = checkpoints[index] ?? emptyPathCheckpoint;
      if (names.every((name) => name in checkpoint.entries)) matches.push({ ...match, checkpoint });
    }
    waiting = [];
  };
  let read = 0;
  for await (const { key, row } of source) {
    const record = collection.fromRow({ key, row });
    if (!record.deleted_at && conditions.every((condition) => condition.matches(record)))
      waiting.push({ key, record, checkpoint: emptyPathCheckpoint, read: read + 1 });
    read++;
    if (waiting.length === 100 || read === MAX_READ_ROWS) await settle();
    if (read === MAX_READ_ROWS || (waiting.length === 0 && matches.length >= enough)) return { matches, last: key, read };
  }
  await settle();
  return { matches, last: undefined, read };
}

/** Reads rows that come in the order of the list. */
async function readInOrder<R extends BaseRecord>(
  list: PathListing<R>,
  partitions: readonly Partition[],
  sure?: string,
): Promise<{ foundRows: FoundRows<R>; total: ListTotal }> {
  const { collection, query, position } = list;
  const { after, searched = 0 } = position ?? {};
  const skip = after === undefined ? (query.page - 1) * query.limit : 0;
  const source = queryPartitions(collection, partitions, { order: query.order, after, chunk: 1000 });
  // The first page counts all matches, as far as a request may read. Later pages take the total from the cursor.
  const enough = after === undefined ? Number.POSITIVE_INFINITY : query.limit + 1;
  const { matches, last, read } = await collectMatches(list, source, enough, sure);
  const pageMatches = matches.slice(skip, skip + query.limit);
  const isFull = matches.length > skip + query.limit;
  return {
    foundRows: {
      rows: pageMatches.map(({ record }) => record),
      hasMore: isFull || last !== undefined,
      stoppedAt: isFull ? pageMatches.at(-1)?.key : last,
      searched: searched + (isFull ? (pageMatches.at(-1)?.read ?? read) : read),
    },
    total: { total: matches.length, isLowerBound: last !== undefined },
  };
}

/** Reads few rows in any order and sorts them. */
async function sortInMemory<R extends BaseRecord>(
  list: PathListing<R>,
  source: AsyncGenerator<Row>,
  { sure, truncated = false }: { sure?: string | undefined; truncated?: boolean } = {},
): Promise<{ foundRows: FoundRows<R>; total: ListTotal }> {
  const { collection, query, pathQuery, position } = list;
  const { matches, last, read } = await collectMatches(list, source, Number.POSITIVE_INFINITY, sure);
  const isCut = truncated || last !== undefined;
  const keyed = matches.flatMap(({ record, checkpoint }) => {
    const value = pathQuery.order && findOrderValue(checkpoint, pathQuery.order.id);
    const key = pathQuery.order ? value && orderKey(value, record.id) : recordSortKey(collection, query, record);
    return key === undefined ? [] : [{ key, record }];
  });
  keyed.sort((a, b) => (isBefore(a.key, b.key, query.order) ? -1 : 1));
  const page = slicePage(query, keyed, ({ key }) => key, position?.after);
  return {
    foundRows: {
      ...{ rows: page.rows.map(({ record }) => record), hasMore: page.hasMore, stoppedAt: page.rows.at(-1)?.key },
      ...{ searched: read, isCut },
    },
    total: { total: keyed.length, isLowerBound: isCut },
  };
}
