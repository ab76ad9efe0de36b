import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { Page } from "../../kernel/page.ts";
import { termsOf } from "../../kernel/text.ts";
import { dayAfter } from "../../kernel/zone.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { chunksOf, getAll } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { limits } from "../table/table.ts";
import { Asks } from "./ask.ts";
import { changedOn } from "./changed.ts";
import * as Cursor from "./cursor.ts";
import { type Found, fingerprint, ownersOf, pageOf, sortKey, type Total } from "./pages.ts";
import { conditionsOf, orderAsked } from "./plan.ts";
import type { ListQuery, Partition } from "./query.ts";
import { comesBefore, keysBehind, merged } from "./scan.ts";
import { Visible } from "./visibility.ts";

/**
 * Lists of what changed since an instant. The index by_change holds keys alone, by the day of the last change: so further changes of a
 * day move nothing there. It says which records may be meant; they are read by key, and each says itself when it changed.
 */

/** Days that one list goes over. */
const MOST_DAYS = 31;
/** Records that one request reads, and that are put in order here. */
const MOST = 1000;
const TOGETHER = limits.batchGet;

const FIELD = "updated_at";

/** Whether a list asks when its records changed. */
export const isByChange = ({ sort, asks = [] }: ListQuery): boolean =>
  sort === FIELD || asks.some(({ field }) => field === FIELD);

/** Refuses that where a list is made of rows, which do not tell. */
export function requireRows(query: ListQuery): void {
  if (isByChange(query)) throw invalid(FIELD, "This is not asked here: only of a list of all records of a kind, and no file");
}

const tooMany = (what: string) =>
  invalid("sort", `More than ${MOST} records changed last ${what}: by created_at any number is listed`);

export async function listByChange<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Page<R>> {
  const days = daysOf(query);
  if (query.page * query.limit > MOST) throw invalid("page", `page × limit is at most ${MOST} here; go on by cursor`);
  if (Object.keys(query.paths ?? {}).length > 0) throw invalid(FIELD, "Not together with a declared path");
  const owners = await ownersOf(collection, query);
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : termsOf(query.search);
  const position = query.cursor ? await Cursor.open(query.cursor, fingerprint(collection, query)) : undefined;
  if (days.length === 0 || (owners !== "all" && owners.size === 0) || terms?.length === 0)
    return pageOf(collection, query, { rows: [], more: false }, { total: 0, bound: false });
  const conditions = conditionsOf(collection, query, owners, terms);
  const inTime = orderAsked(collection, query) === "by_time" ? inOrderOfIds : inOrderAsked;
  const changes = query.sort === FIELD ? inOrderOfChange : inTime;
  const wanted = (record: R): boolean => conditions.every((condition) => condition.holds(record));
  const { found, total } = await read(collection, query, changes(collection, query, days, position?.after), wanted);
  return pageOf(collection, query, found, position ?? total);
}

/** The days, in UTC, on which what is asked for may have changed, in the order that is asked for. */
function daysOf({ asks = [], order }: ListQuery): string[] {
  const { from, to = Clock.now() } = Asks.boundsOf(asks, FIELD);
  if (from === undefined) throw invalid(`${FIELD}[gte]`, `From when on must be said: ${MOST_DAYS} days are looked at`);
  const days: string[] = [];
  const last = [to, Clock.now()].sort()[0] as string;
  for (let day = from.slice(0, 10); day <= last.slice(0, 10); day = dayAfter(day, 1)) {
    if (days.push(day) > MOST_DAYS)
      throw invalid(`${FIELD}[gte]`, `At most ${MOST_DAYS} days are looked at: ask from a later day on, or up to one by [lt]`);
  }
  return order === "asc" ? days : days.reverse();
}

interface Change<R> {
  /** Its place in the order. */
  key: string;
  record: R;
}

const partitionOf = ({ deleted }: ListQuery, day: string): Partition => changedOn(deleted ? "deleted" : "live", day);

/** Records by key, as they are now: what was removed meanwhile is left out. */
async function recordsOf<R extends BaseRecord>(collection: Collection<R>, ids: readonly string[]): Promise<R[]> {
  const items = await getAll(
    ids.map((id) => recordKey(useTenant(), id)),
    { consistent: false },
  );
  return items.flatMap((item) => (item ? [collection.fromItem(item)] : []));
}

/** Those of all days in order of time, however many there are. */
async function* inOrderOfIds<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  days: readonly string[],
  after: string | undefined,
): AsyncGenerator<Change<R>[]> {
  const partitions = days.map((day) => partitionOf(query, day));
  const changes = async (ids: readonly string[]): Promise<Change<R>[]> =>
    (await recordsOf(collection, ids)).map((record) => ({ key: record.id, record }));
  let ids: string[] = [];
  for await (const { key } of merged(collection, partitions, { order: query.order, after, chunk: TOGETHER })) {
    if (ids.push(key) < TOGETHER) continue;
    yield await changes(ids);
    ids = [];
  }
  yield await changes(ids);
}

/** Those of one day after the other, each put in order here. */
async function* inOrderOfChange<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  days: readonly string[],
  after: string | undefined,
): AsyncGenerator<Change<R>[]> {
  const from = after?.slice(0, 10);
  for (const day of days.filter((day) => from === undefined || day === from || comesBefore(from, day, query.order))) {
    const ids = await keysBehind(collection, [partitionOf(query, day)], { order: "asc", after: undefined, most: MOST + 1 });
    if (ids.length > MOST) throw tooMany(`on ${day}`);
    const records = await recordsOf(collection, ids);
    // What changed since it was found is on another day.
    const ofDay = records.filter(({ updated_at }) => updated_at.startsWith(day));
    yield* inOrder(collection, query, ofDay, after);
  }
}

/** Those of all days in another order, put in it here. */
async function* inOrderAsked<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  days: readonly string[],
  after: string | undefined,
): AsyncGenerator<Change<R>[]> {
  const records: R[] = [];
  for await (const changes of inOrderOfIds(collection, query, days, undefined)) {
    records.push(...changes.map(({ record }) => record));
    if (records.length > MOST) throw tooMany("then");
  }
  yield* inOrder(collection, query, records, after);
}

/** What has a place in the order that is asked for, behind `after`. */
function inOrder<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  records: readonly R[],
  after: string | undefined,
): Change<R>[][] {
  const changes = records.flatMap((record) => {
    const key = sortKey(collection, query, record);
    return key === undefined || (after !== undefined && !comesBefore(after, key, query.order)) ? [] : [{ key, record }];
  });
  changes.sort((a, b) => (comesBefore(a.key, b.key, query.order) ? -1 : 1));
  return chunksOf(changes, TOGETHER);
}

/**
 * The page; and of a first page how many there are, as far as one request reads. A page may come short, and goes on by its
 * cursor.
 */
async function read<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  source: AsyncGenerator<Change<R>[]>,
  wanted: (record: R) => boolean,
): Promise<{ found: Found<R>; total: Total }> {
  const skip = query.cursor ? 0 : (query.page - 1) * query.limit;
  const full = skip + query.limit;
  const rows: R[] = [];
  let [last, total, looked] = ["", 0, 0];
  for await (const changes of source) {
    const seen = new Set(await Visible.among(collection, changes.map(({ record }) => record).filter(wanted)));
    for (const { key, record } of changes) {
      looked++;
      if (!seen.has(record)) {
        if (total < full) last = key;
        continue;
      }
      total++;
      if (total <= full) last = key;
      if (total > skip && total <= full) rows.push(record);
    }
    const isEnough = query.cursor !== undefined && total > full;
    if (isEnough || looked > MOST) return { found: { rows, more: true, stopped: last }, total: { total, bound: true } };
  }
  return { found: { rows, more: total > full, stopped: last }, total: { total, bound: false } };
}
