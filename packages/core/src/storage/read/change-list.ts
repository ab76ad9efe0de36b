import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { Page } from "../../kernel/page.ts";
import { parseSearchTerms } from "../../kernel/text.ts";
import { daysBetween, listDays } from "../../kernel/time-zone.ts";
import { MIN_UNCHANGED_DAYS } from "../table/archive-retention.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems, splitIntoChunks } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { dynamodbLimits } from "../table/table.ts";
import { changePartition } from "./change-index.ts";
import * as Cursor from "./cursor.ts";
import { FieldFilters } from "./filter.ts";
import { recordSortKey } from "./list-order.ts";
import {
  buildEmptyPage,
  buildPage,
  type FoundRows,
  type ListTotal,
  queryFingerprint,
  readArchiveMark,
  resolveListOwners,
} from "./list-page.ts";
import type { ListQuery, Partition } from "./list-query.ts";
import { isBefore, listKeysAfter, queryPartitions } from "./partition-query.ts";
import { buildConditions, queryOrder } from "./query-plan.ts";
import { Visibility } from "./visibility.ts";

/**
 * Lists records by the time of their last change. The index `by_change` holds only keys, by the day of the last change, so that further
 * changes on the same day write nothing to it. The index gives candidates; the records are then read by key, and their `updated_at`
 * decides.
 */

/** Maximum days of one list. */
const MAX_DAYS = 31;
/** Maximum records that one request reads and sorts. */
const MAX_RECORDS = 1000;
const CHUNK_SIZE = dynamodbLimits.batchGet;

const CHANGE_FIELD = "updated_at";

/** Returns whether a list filters or sorts by `updated_at`. */
export const isChangeQuery = ({ sort, fieldFilters = [] }: ListQuery): boolean =>
  sort === CHANGE_FIELD || fieldFilters.some(({ field }) => field === CHANGE_FIELD);

/** Refuses such a query for lists that are built from rows, because rows do not contain `updated_at`. */
export function requireRowQuery(query: ListQuery): void {
  if (isChangeQuery(query)) throw invalid(CHANGE_FIELD, "Only supported in a list of all records of a kind, and not in a file");
}

const tooManyChanges = (timePhrase: string) =>
  invalid("sort", `More than ${MAX_RECORDS} records were last changed ${timePhrase}: sort by created_at to list any number`);

export async function listByChange<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Page<R>> {
  const days = resolveDays(query);
  if (query.page * query.limit > MAX_RECORDS)
    throw invalid("page", `page × limit must be at most ${MAX_RECORDS}: continue by cursor`);
  if (Object.keys(query.paths ?? {}).length > 0) throw invalid(CHANGE_FIELD, "Cannot be combined with a declared path");
  const owners = await resolveListOwners(collection, query);
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : parseSearchTerms(query.search);
  const position = query.cursor ? await Cursor.open(query.cursor, queryFingerprint(collection, query)) : undefined;
  if (days.length === 0 || (owners !== "all" && owners.size === 0) || terms?.length === 0)
    return buildEmptyPage(collection, query);
  const conditions = buildConditions(collection, query, owners, terms);
  const inTime = queryOrder(collection, query) === "by_time" ? readInIdOrder : readInQueryOrder;
  const changes = query.sort === CHANGE_FIELD ? readInChangeOrder : inTime;
  const isMatch = (record: R): boolean => conditions.every((condition) => condition.matches(record));
  const { foundRows, total } = await readPage(
    collection,
    query,
    changes(collection, query, days, position?.after),
    isMatch,
    position?.searched,
  );
  // A record that was changed within this time is not archived.
  const isRecent = days.every((day) => day > new Date(Clock.ms() - MIN_UNCHANGED_DAYS * 24 * 60 * 60 * 1000).toISOString());
  const mark = isRecent ? {} : await readArchiveMark(collection, query, [dayPartition(query, days[0] ?? "")]);
  return buildPage(collection, query, foundRows, position ?? total, undefined, mark);
}

/** Returns the UTC days on which matching records may have changed, in the order of the list. */
function resolveDays({ fieldFilters = [], order }: ListQuery): string[] {
  const { from, to = Clock.now() } = FieldFilters.resolveTimeRange(fieldFilters, CHANGE_FIELD);
  if (from === undefined) throw invalid(`${CHANGE_FIELD}[gte]`, `Required: the search covers at most ${MAX_DAYS} days`);
  const last = [to, Clock.now()].sort()[0] as string;
  const [firstDay, lastDay] = [from.slice(0, 10), last.slice(0, 10)];
  if (daysBetween(firstDay, lastDay) >= MAX_DAYS)
    throw invalid(
      `${CHANGE_FIELD}[gte]`,
      `The search covers at most ${MAX_DAYS} days: choose a later start, or an earlier end by [lt]`,
    );
  const days = listDays(firstDay, lastDay);
  return order === "asc" ? days : days.reverse();
}

interface OrderedRecord<R> {
  /** The sort key in the order of the list. */
  key: string;
  record: R;
}

const dayPartition = ({ deleted }: ListQuery, day: string): Partition => changePartition(deleted ? "deleted" : "live", day);

/** Reads records by key, in their current state. Removed records are left out. */
export async function loadRecords<R extends BaseRecord>(collection: Collection<R>, ids: readonly string[]): Promise<R[]> {
  const items = await readItems(
    ids.map((id) => recordKey(useTenant(), id)),
    { consistent: false },
  );
  return items.flatMap((item) => (item ? [collection.fromItem(item)] : []));
}

/** Yields the records of all days in order of time, in any number. */
async function* readInIdOrder<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  days: readonly string[],
  after: string | undefined,
): AsyncGenerator<OrderedRecord<R>[]> {
  const partitions = days.map((day) => dayPartition(query, day));
  const changes = async (ids: readonly string[]): Promise<OrderedRecord<R>[]> =>
    (await loadRecords(collection, ids)).map((record) => ({ key: record.id, record }));
  let ids: string[] = [];
  for await (const { key } of queryPartitions(collection, partitions, { order: query.order, after, chunk: CHUNK_SIZE })) {
    if (ids.push(key) < CHUNK_SIZE) continue;
    yield await changes(ids);
    ids = [];
  }
  yield await changes(ids);
}

/** Yields the records of one day after the other, sorted within each day. */
async function* readInChangeOrder<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  days: readonly string[],
  after: string | undefined,
): AsyncGenerator<OrderedRecord<R>[]> {
  const from = after?.slice(0, 10);
  for (const day of days.filter((day) => from === undefined || day === from || isBefore(from, day, query.order))) {
    const ids = await listKeysAfter(collection, [dayPartition(query, day)], {
      order: "asc",
      after: undefined,
      limit: MAX_RECORDS + 1,
    });
    if (ids.length > MAX_RECORDS) throw tooManyChanges(`on ${day}`);
    const records = await loadRecords(collection, ids);
    // A record that changed after it was found belongs to another day.
    const ofDay = records.filter(({ updated_at }) => updated_at.startsWith(day));
    yield* sortIntoChunks(collection, query, ofDay, after);
  }
}

/** Yields the records of all days in another order, sorted in memory. */
async function* readInQueryOrder<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  days: readonly string[],
  after: string | undefined,
): AsyncGenerator<OrderedRecord<R>[]> {
  const records: R[] = [];
  for await (const changes of readInIdOrder(collection, query, days, undefined)) {
    records.push(...changes.map(({ record }) => record));
    if (records.length > MAX_RECORDS) throw tooManyChanges("then");
  }
  yield* sortIntoChunks(collection, query, records, after);
}

/** Sorts the records that have a sort key after `after`. */
function sortIntoChunks<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  records: readonly R[],
  after: string | undefined,
): OrderedRecord<R>[][] {
  const changes = records.flatMap((record) => {
    const key = recordSortKey(collection, query, record);
    return key === undefined || (after !== undefined && !isBefore(after, key, query.order)) ? [] : [{ key, record }];
  });
  changes.sort((a, b) => (isBefore(a.key, b.key, query.order) ? -1 : 1));
  return splitIntoChunks(changes, CHUNK_SIZE);
}

/**
 * Reads a page and, for the first page, the total as far as one request may read. A page may have fewer rows than its limit; the list then
 * continues by its cursor.
 */
async function readPage<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  source: AsyncGenerator<OrderedRecord<R>[]>,
  predicate: (record: R) => boolean,
  earlier = 0,
): Promise<{ foundRows: FoundRows<R>; total: ListTotal }> {
  const skip = query.cursor ? 0 : (query.page - 1) * query.limit;
  const full = skip + query.limit;
  const rows: R[] = [];
  let [last, total, examinedCount, examinedToLast] = ["", 0, 0, 0];
  const moveTo = (key: string): void => {
    [last, examinedToLast] = [key, examinedCount];
  };
  for await (const changes of source) {
    const seen = new Set(await Visibility.filterVisible(collection, changes.map(({ record }) => record).filter(predicate)));
    for (const { key, record } of changes) {
      examinedCount++;
      if (!seen.has(record)) {
        if (total < full) moveTo(key);
        continue;
      }
      total++;
      if (total <= full) moveTo(key);
      if (total > skip && total <= full) rows.push(record);
    }
    const isEnough = query.cursor !== undefined && total > full;
    if (isEnough || examinedCount > MAX_RECORDS)
      return {
        foundRows: { rows, hasMore: true, stoppedAt: last, searched: earlier + examinedToLast },
        total: { total, isLowerBound: true },
      };
  }
  return {
    foundRows: { rows, hasMore: total > full, stoppedAt: last, searched: earlier + examinedToLast },
    total: { total, isLowerBound: false },
  };
}
