import { Clock } from "../../kernel/clock.ts";
import { canSeePrivate, type Owners, useContext, useTenant } from "../../kernel/context.ts";
import type { CursorPosition } from "../../kernel/cursor-body.ts";
import { describeSearch, Page } from "../../kernel/page.ts";
import { type BaseRecord, type Collection, privateScope } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import type { Row } from "../table/row.ts";
import type { ColumnRules } from "./column-page.ts";
import { Counter } from "./counter.ts";
import * as Cursor from "./cursor.ts";
import { needsWholeRecords } from "./custom-filters.ts";
import { recordSortKey } from "./list-order.ts";
import { queryFingerprint, readArchiveMark, resolveListOwners, slicePage, withIncludedFields } from "./list-page.ts";
import type { ListQuery } from "./list-query.ts";
import { isBefore, queryPartitions } from "./partition-query.ts";
import { buildConditions, findBestPlan, isInMemoryOrder, listExtraScopes, type QueryPlan, tooManyToSort } from "./query-plan.ts";
import { searchIds } from "./search.ts";
import { Visibility } from "./visibility.ts";

/**
 * Lists whose rows must be checked for visibility, because records are visible through their subject and the caller does not see all. Rows
 * are read in order, and each hundred rows are checked together. No counter has the total: it is the number of rows shown so far, plus one
 * as a lower bound until the last page.
 */

/** Maximum rows that one request checks; the list continues by its cursor. */
const MAX_CHECKED_ROWS = 1000;
/** Rows that are checked together. */
const CHUNK_SIZE = 100;

/** Returns whether the rows of a list must be checked. They need not if none is private and all have a subject that the caller sees. */
export async function needsPostFilter<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<boolean> {
  const { subject, visibleWith, visibleWithPrivate, filters: filterDefinitions = {} } = collection.definition;
  const { filters, parent } = query;
  const visible: Owners = await useContext().visibleOwners();
  if (await hasPrivateRecords(collection, query)) return true;
  if (visibleWithPrivate && parent === undefined && !canSeePrivate()) return true;
  if (!(subject || visibleWith) || parent !== undefined || visible === "all") return false;
  const [first] = subject?.groups ?? [];
  for (const [name, value] of Object.entries(subject?.every ? {} : filters)) {
    const kind = filterDefinitions[name] && first?.[filterDefinitions[name].field];
    if (kind && (await Visibility.filterVisibleIds(kind, [value])).has(value)) return false;
  }
  return true;
}

/**
 * Returns whether the list may contain records that are private to other users, according to a counter. Until the counter is up to date,
 * `buildPage` leaves such rows out of pages.
 */
async function hasPrivateRecords<R extends BaseRecord>(
  { name, definition }: Collection<R>,
  { parent }: ListQuery,
): Promise<boolean> {
  if (!definition.privacy || canSeePrivate()) return false;
  const scopes = [privateScope(parent)];
  const counters = await Counter.read(name, scopes);
  return [Counter.LIVE, Counter.DELETED].some((count) => Counter.sum(counters, scopes, count) > 0);
}

export async function listPostFiltered<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  terms: readonly string[] | undefined,
): Promise<Page<R>> {
  const position = query.cursor ? await Cursor.open(query.cursor, queryFingerprint(collection, query)) : undefined;
  const before = position?.total ?? 0;
  // For records with owners, the caller's visible owners limit the read first.
  const owners = await resolveListOwners(collection, query);
  const scopes = [
    ...new Set([
      Counter.ALL,
      ...Counter.ownerScopes(owners),
      ...(query.personIds ?? []),
      ...listExtraScopes(collection, query, owners),
    ]),
  ];
  const counters = await Counter.read(collection.name, scopes);
  const conditions = buildConditions(collection, query, owners, terms);
  const plan = findBestPlan(collection, query, conditions, counters);
  const skip = position ? 0 : (query.page - 1) * query.limit;
  const reading = { skip, need: skip + query.limit + 1, position };
  const searchRows = terms && !query.personIds ? await readSearchRows(collection, terms) : undefined;
  const matches = (record: R): boolean => conditions.every((condition) => condition.matches(record));
  const isLong = plan.rows > MAX_CHECKED_ROWS && !searchRows;
  const byColumns = isLong ? await readByColumns(collection, query, { owners, matches }, reading) : undefined;
  const part =
    byColumns ??
    (plan.isOrdered && !searchRows
      ? await readInOrder(collection, query, plan, reading)
      : await readSorted(collection, query, { ...plan, searchRows }, position));
  return buildPart(collection, query, part, {
    before,
    mark: searchRows ? {} : await readArchiveMark(collection, query, plan.partitions),
  });
}

/** Returns a page from columns alone; undefined if the kind has none. */
export async function listPostFilteredByColumns<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
): Promise<Page<R> | undefined> {
  const position = query.cursor ? await Cursor.open(query.cursor, queryFingerprint(collection, query)) : undefined;
  const owners = await resolveListOwners(collection, query);
  const conditions = buildConditions(collection, query, owners, undefined);
  const matches = (record: R): boolean => conditions.every((condition) => condition.matches(record));
  const skip = position ? 0 : (query.page - 1) * query.limit;
  const rules = { owners, matches, isWhole: needsWholeRecords(query) };
  const part = await readByColumns(collection, query, rules, { skip, need: skip + query.limit + 1, position });
  return part && buildPart(collection, query, part, { before: position?.total ?? 0, mark: {} });
}

async function buildPart<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  { rows, passedCount, next, searched, isCut = false }: PostFilteredPart<R>,
  { before, mark }: { before: number; mark: Awaited<ReturnType<typeof readArchiveMark>> },
): Promise<Page<R>> {
  const shownCount = before + passedCount + rows.length;
  const total = next === undefined ? shownCount : shownCount + 1;
  const meta = {
    page: query.page,
    limit: query.limit,
    total,
    totalPages: Math.ceil(total / query.limit),
    next_cursor:
      next === undefined
        ? null
        : await Cursor.seal(
            { after: next, total: shownCount, isLowerBound: true, searched },
            queryFingerprint(collection, query),
          ),
    as_of: Clock.now(),
    ...mark,
  };
  const isStopped = isCut || next !== undefined;
  return new Page(await withIncludedFields(collection, query, rows), {
    ...meta,
    ...(isStopped ? { total_is_lower_bound: true } : {}),
    ...describeSearch({ rowCount: rows.length, limit: query.limit, searched, isStopped }),
  });
}

interface PostFilteredPart<R> {
  rows: R[];
  /** Rows of earlier pages. */
  passedCount: number;
  /** The key after which the list continues. */
  next: string | undefined;
  /** The rows looked at so far, by all pages of the cursor. */
  searched: number;
  /** Whether rows are left that no further page looks at. */
  isCut?: boolean;
}

async function readInOrder<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  plan: QueryPlan<R>,
  { skip, need, position }: { skip: number; need: number; position: CursorPosition | undefined },
): Promise<PostFilteredPart<R>> {
  const { after, searched = 0 } = position ?? {};
  const seen: R[] = [];
  const keys = new Map<string, string>();
  let waiting: R[] = [];
  let read = 0;
  const chunk = Math.min(CHUNK_SIZE, need);
  for await (const { key, row } of queryPartitions(collection, plan.partitions, { order: query.order, after, chunk })) {
    const record = collection.fromRow({ key, row });
    read++;
    keys.set(record.id, key);
    if (!plan.rowFilter || plan.rowFilter(record)) waiting.push(record);
    if (waiting.length < chunk && read < MAX_CHECKED_ROWS) continue;
    seen.push(...(await Visibility.recheckVisible(collection, waiting)));
    waiting = [];
    if (seen.length >= need) break;
    if (read >= MAX_CHECKED_ROWS)
      return { rows: seen.slice(skip), passedCount: Math.min(skip, seen.length), next: key, searched: searched + read };
  }
  seen.push(...(await Visibility.recheckVisible(collection, waiting)));
  const rows = seen.slice(skip, need - 1);
  const passedCount = Math.min(skip, seen.length);
  const next = seen.length >= need ? keys.get(rows.at(-1)?.id ?? "") : undefined;
  // Hidden rows of a full page are not counted: the number would tell the caller how many there are.
  return { rows, passedCount, next, searched: searched + passedCount + rows.length };
}

/** Reads the rows that match in the columns of the kind, as far as the page needs; undefined if it has none. */
async function readByColumns<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  rules: ColumnRules<R>,
  { skip, need, position }: { skip: number; need: number; position: CursorPosition | undefined },
): Promise<PostFilteredPart<R> | undefined> {
  const { findColumnRows, readFoundRows } = await import("./column-page.ts");
  const { after, searched = 0 } = position ?? {};
  const seen: R[] = [];
  const keys = new Map<string, string>();
  let last = after;
  let isEnd = false;
  let read = 0;
  for (; read < MAX_CHECKED_ROWS && seen.length < need && !isEnd; read += CHUNK_SIZE) {
    const search = await findColumnRows(collection, query, rules, { after: last, limit: CHUNK_SIZE });
    if (!search) return undefined;
    for (const { id, key } of search.found) keys.set(id, key);
    seen.push(...(await Visibility.recheckVisible(collection, await readFoundRows(collection, search.found, rules))));
    isEnd = search.found.length < CHUNK_SIZE;
    last = search.found.at(-1)?.key;
  }
  const passedCount = Math.min(skip, seen.length);
  if (seen.length < need)
    return { rows: seen.slice(skip), passedCount, next: isEnd ? undefined : last, searched: searched + read };
  const rows = seen.slice(skip, need - 1);
  return { rows, passedCount, next: keys.get(rows.at(-1)?.id ?? ""), searched: searched + passedCount + rows.length };
}

interface SearchRows {
  rows: readonly Row[];
  /** Whether more words matched than one search reads. */
  truncated: boolean;
}

/** Reads the rows that match a search. */
async function readSearchRows<R extends BaseRecord>(collection: Collection<R>, terms: readonly string[]): Promise<SearchRows> {
  const { ids, truncated } = await searchIds(collection.name, terms, "all");
  const tenant = useTenant();
  const items = await readItems(
    ids.map((id) => recordKey(tenant, id)),
    { consistent: false, only: "row" },
  );
  return { rows: items.flatMap((item, index) => (item ? [{ key: ids[index] as string, row: item.row }] : [])), truncated };
}

/** Reads rows that no index has in the order of the list, and sorts them in memory. */
async function readSorted<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  { searchRows, ...plan }: QueryPlan<R> & { searchRows: SearchRows | undefined },
  position: CursorPosition | undefined,
): Promise<PostFilteredPart<R>> {
  const records: R[] = [];
  let [read, isCut] = [0, searchRows?.truncated ?? false];
  const source =
    searchRows?.rows ?? queryPartitions(collection, plan.partitions, { order: "desc", after: undefined, chunk: CHUNK_SIZE });
  for await (const row of source) {
    if (records.length === MAX_CHECKED_ROWS) {
      if (isInMemoryOrder(collection, query)) throw tooManyToSort(collection, query);
      isCut = true;
      break;
    }
    read++;
    const record = collection.fromRow(row);
    if (!plan.rowFilter || plan.rowFilter(record)) records.push(record);
  }
  const keyed = (await Visibility.recheckVisible(collection, records)).flatMap((record) => {
    const key = recordSortKey(collection, query, record);
    return key === undefined ? [] : [{ key, record }];
  });
  keyed.sort((a, b) => (isBefore(a.key, b.key, query.order) ? -1 : 1));
  const page = slicePage(query, keyed, ({ key }) => key, position?.after);
  const rows = page.rows.map(({ record }) => record);
  const skippedCount = position ? 0 : Math.min(keyed.length, (query.page - 1) * query.limit);
  return { rows, passedCount: skippedCount, next: page.hasMore ? page.rows.at(-1)?.key : undefined, searched: read, isCut };
}
