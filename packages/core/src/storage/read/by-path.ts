import * as z from "zod";
import { type Owners, useTenant } from "../../kernel/context.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import type { FieldType } from "../../kernel/field.ts";
import type { Page } from "../../kernel/page.ts";
import { termsOf } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { getAll, query as queryTable } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import type { Row } from "../table/row.ts";
import { areSeers } from "../table/share.ts";
import { Counter, type Counters } from "./counter.ts";
import * as Cursor from "./cursor.ts";
import { type Declaration, declared, declaredNow } from "./declared.ts";
import { type Found, fingerprint, MOST_READ, ownersOf, pageOf, slice, sortKey, type Total } from "./pages.ts";
import { normalized } from "./path.rules.ts";
import {
  FILLED,
  noPaths,
  orderIn,
  orderKey,
  orderPartition,
  type PathCheckpoint,
  pathCounter,
  readPathCheckpoints,
  valueName,
  valuePartition,
} from "./path-entries.ts";
import { progressOf } from "./path-progress.ts";
import { baseOf, besideScopes, conditionsOf, isFree, MOST_OWNERS, orderAsked, SMALL, tooManyToSort } from "./plan.ts";
import type { ListQuery, Partition } from "./query.ts";
import { comesBefore, merged } from "./scan.ts";
import { match } from "./search.ts";
import { Visible } from "./visibility.ts";

/**
 * Lists by paths that a tenant declared. One path alone, for all or for some owners, is one query of its entries, and its total
 * comes from a counter, or for some owners from a count of at most 1,000 each. With something beside it, entries of the rarest
 * value are read and asked for the rest: what rows do not say, the checkpoints of their records do.
 */
export const pathParameters = () =>
  z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Parameters named as a path that the tenant declared to filter by (see search paths), such as " +
        "`custom_fields.region=north`; a declared path may be named in `sort` as well",
    );

export const isByPath = ({ paths, sort }: ListQuery): boolean => Object.keys(paths ?? {}).length > 0 || sort.includes(".");

/** What is asked for by paths: names of entries, and an order. */
interface Asked {
  names: readonly string[];
  order: Declaration | undefined;
}

export async function listByPath<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Page<R>> {
  const asked = await resolved(collection, query);
  const owners = await ownersOf(collection, query);
  const position = query.cursor ? await Cursor.open(query.cursor, fingerprint(collection, query)) : undefined;
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : termsOf(query.search);
  if ((owners !== "all" && owners.size === 0) || terms?.length === 0)
    return pageOf(collection, query, { rows: [], more: false }, { total: 0, bound: false });

  const conditions = conditionsOf(collection, query, owners, terms);
  const list: Listing<R> = { collection, query, asked, owners, conditions, after: position?.after };
  const scopes = asked.order ? [...asked.names, asked.order.id] : asked.names;
  const isDirect =
    scopes.length === 1 &&
    conditions.length === (owners === "all" ? 0 : 1) &&
    isFew(owners) &&
    isInEntries(collection, owners) &&
    isNamed(query, asked);
  const [counters, read] = await Promise.all([
    position && isDirect ? undefined : Counter.read(pathCounter(collection.name), scopes),
    isDirect ? direct(list, position === undefined) : undefined,
  ]);
  if (read) {
    const counted = read.total ?? { total: counters ? Counter.sum(counters, scopes, FILLED) : 0, bound: false };
    return pageOf(collection, query, read.found, position ?? counted, counters?.as_of);
  }
  const { found, total } = await joined(list, counters as Counters, terms);
  return pageOf(collection, query, found, position ?? total, counters?.as_of);
}

interface Listing<R extends BaseRecord> {
  collection: Collection<R>;
  query: ListQuery;
  asked: Asked;
  owners: Owners;
  conditions: ReturnType<typeof conditionsOf<R>>;
  after: string | undefined;
}

/** Whether entries of paths tell who owns their records. */
const isInEntries = <R extends BaseRecord>({ definition }: Collection<R>, owners: Owners): boolean =>
  owners === "all" || (definition.revealed === undefined && !areSeers(owners));

const isFew = (owners: Owners): boolean => owners === "all" || owners.size <= MOST_OWNERS;

/** Whether the entries of the one path come in the order that is asked for. */
const isNamed = ({ sort }: ListQuery, { order }: Asked): boolean => order !== undefined || sort === "created_at";

export const unknownPath = (use: "filter" | "sort"): string => `Not a path that the tenant declared to ${use} by`;

/** The declarations behind the parameters; refuses what is unknown, not ready, or no value of its type. */
async function resolved<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Asked> {
  const wanted = Object.entries(query.paths ?? {});
  const [first = [query.sort]] = wanted;
  if (query.deleted) throw invalid(String(first[0]), "Deleted records are not found by paths");
  const find = async (path: string, use: "filter" | "sort"): Promise<Declaration> => {
    const among = ({ all }: { all: readonly Declaration[] }) =>
      all.find((each) => each.path === path && each[use] && each.status !== "DROPPING");
    // What another process declared within the last minute is not known here yet.
    const found = among(await declared(collection)) ?? among(await declaredNow(collection));
    if (!found) throw invalid(use === "sort" ? "sort" : path, unknownPath(use));
    if (found.status === "READY") return found;
    const [progress] = await progressOf(collection.name, [found]);
    const done = `${found.status}, ${progress?.records_done ?? 0} records done`;
    throw conflict(`${path} is not ready: ${done}`, [{ field: use === "sort" ? "sort" : path, message: done }]);
  };
  const names: string[] = [];
  for (const [path, value] of wanted) {
    const { id, type } = await find(path, "filter");
    const read = normalized(type, value);
    if (read === undefined) throw invalid(path, kindsOfValue[type] ?? "Must not be blank");
    names.push(valueName(id, read));
  }
  return { names, order: query.sort.includes(".") ? await find(query.sort, "sort") : undefined };
}

const kindsOfValue: Partial<Record<FieldType, string>> = {
  integer: "Not a number",
  number: "Not a number",
  money: "Not an amount",
  date: "Not a date, YYYY-MM-DD",
  instant: "Not an RFC 3339 instant",
  boolean: "Must be true or false",
  phone: "Not a telephone number",
};

/** The partitions of a value, or of an order: as a whole, or those of owners. */
function partitionsOf<R extends BaseRecord>({ collection, owners }: Listing<R>, entry: string | Declaration): Partition[] {
  const tenant = useTenant();
  const pk = (owner?: string): string =>
    typeof entry === "string"
      ? valuePartition(tenant, collection.name, entry, owner)
      : orderPartition(tenant, collection.name, entry.id, owner);
  if (owners === "all" || !isFew(owners) || !isInEntries(collection, owners)) return [{ index: "entry", facets: { pk: pk() } }];
  const on = typeof entry === "string" ? "by_owner" : "by_rank";
  return [...owners].map((owner) => ({ index: "entry", facets: { pk: pk(owner), on } }));
}

/** The entries of the path that a list asks for, in order of ids; undefined where it asks for none. For who walks all of it. */
export async function entriesOf<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
): Promise<Partition | undefined> {
  const [, second] = Object.keys(query.paths ?? {});
  if (second !== undefined) throw invalid(second, "One path at a time");
  if (query.paths === undefined || Object.keys(query.paths).length === 0) return undefined;
  const { names } = await resolved(collection, query);
  return { index: "entry", facets: { pk: valuePartition(useTenant(), collection.name, String(names[0])) } };
}

/** One path and nothing else: its entries in their order; the total too where no counter has it. */
async function direct<R extends BaseRecord>(
  list: Listing<R>,
  isFirst: boolean,
): Promise<{ found: Found<R>; total: Total | undefined }> {
  const { collection, query, asked, after, owners } = list;
  const partitions = partitionsOf(list, asked.names[0] ?? (asked.order as Declaration));
  const counting = isFirst && owners !== "all" ? countOf(partitions) : undefined;
  const skip = after === undefined ? (query.page - 1) * query.limit : 0;
  const need = skip + query.limit + 1;
  const rows: R[] = [];
  let read = 0;
  let last: string | undefined;
  for await (const { key, row } of merged(collection, partitions, { order: query.order, after, chunk: Math.min(1000, need) })) {
    if (++read === need) return { found: { rows, more: true, stopped: last }, total: await counting };
    if (read > skip) rows.push(collection.fromRow({ key, row }));
    last = key;
  }
  return { found: { rows, more: false }, total: await counting };
}

/** Entries of some owners, counted up to a thousand of each. */
async function countOf(partitions: readonly Partition[]): Promise<Total> {
  const counted = await Promise.all(
    partitions.map(({ facets }) =>
      queryTable({
        IndexName: String(facets.on),
        KeyConditionExpression: "#pk = :pk",
        ExpressionAttributeNames: { "#pk": String(facets.on) },
        ExpressionAttributeValues: { ":pk": facets.pk },
        Select: "COUNT",
        Limit: SMALL,
      }),
    ),
  );
  return {
    total: counted.reduce((total, { Count = 0 }) => total + Count, 0),
    bound: counted.some(({ LastEvaluatedKey }) => LastEvaluatedKey !== undefined),
  };
}

/** A path with something beside it. */
async function joined<R extends BaseRecord>(
  list: Listing<R>,
  counters: Counters,
  terms: readonly string[] | undefined,
): Promise<{ found: Found<R>; total: Total }> {
  const { collection, query, asked } = list;
  const rows = (scope: string): number => Counter.sum(counters, [scope], FILLED);
  const rarest = asked.names.reduce<string | undefined>(
    (least, each) => (least === undefined || rows(each) < rows(least) ? each : least),
    undefined,
  );
  const isSmall = rarest !== undefined && rows(rarest) <= SMALL;
  if (terms && !isSmall) {
    const { ids, truncated } = await match(collection.name, terms, list.owners);
    return inMemory(list, byIds(ids), { truncated });
  }
  const byRarest = rarest === undefined ? undefined : partitionsOf(list, rarest);
  if (byRarest && !asked.order && query.sort === "created_at") return inOrder(list, byRarest, rarest);
  if (byRarest && isSmall) return inMemory(list, rowsOf(list, byRarest), { sure: rarest });
  const few = await fewest(list);
  if (few) return inMemory(list, rowsOf(list, few));
  if (asked.order) return inOrder(list, partitionsOf(list, asked.order));
  if (isFree(collection, query)) throw tooManyToSort(collection, query);
  return inOrder(list, baseOf(collection, query, orderAsked(collection, query)));
}

/** The partitions of another filter, where they hold so few rows that they can be sorted here. */
async function fewest<R extends BaseRecord>({ collection, query, conditions, owners }: Listing<R>) {
  if (conditions.length === 0) return undefined;
  const scopes = [...new Set([Counter.ALL, ...Counter.scopesOf(owners), ...besideScopes(collection, query, owners)])];
  const counters = await Counter.read(collection.name, scopes);
  const usable = conditions.flatMap(({ partitions, rows }) => (partitions ? [{ partitions, rows: rows(counters) }] : []));
  const [best] = usable.sort((a, b) => a.rows - b.rows);
  return best && best.rows <= SMALL ? best.partitions : undefined;
}

const rowsOf = <R extends BaseRecord>({ collection }: Listing<R>, partitions: readonly Partition[]): AsyncGenerator<Row> =>
  merged(collection, partitions, { order: "desc", after: undefined, chunk: 1000 });

async function* byIds(ids: readonly string[]): AsyncGenerator<Row> {
  const tenant = useTenant();
  const keys = ids.map((id) => recordKey(tenant, id));
  const items = await getAll(keys, { consistent: false, only: "row" });
  for (const [at, item] of items.entries()) if (item) yield { key: ids[at] as string, row: item.row };
}

interface Match<R> {
  key: string;
  record: R;
  checkpoint: PathCheckpoint;
}

/**
 * Reads rows until `enough` match or MOST_READ are read; `last` is the row read last, where there may be more. `sure` is the
 * value that all of them have.
 */
async function gather<R extends BaseRecord>(
  { conditions, asked, collection }: Listing<R>,
  source: AsyncGenerator<Row>,
  enough: number,
  sure: string | undefined,
): Promise<{ matches: Match<R>[]; last: string | undefined }> {
  const tenant = useTenant();
  const names = asked.names.filter((name) => name !== sure);
  const isAsked = names.length > 0 || asked.order !== undefined;
  // Who sees a record with an owner, conditions tell.
  const shownAmong = (records: readonly R[]): Promise<readonly R[]> | readonly R[] =>
    collection.definition.revealed ? Visible.among(collection, records) : records;
  const matches: Match<R>[] = [];
  let waiting: Match<R>[] = [];
  const settle = async (): Promise<void> => {
    const ids = waiting.map(({ record }) => record.id);
    const checkpoints = isAsked ? await readPathCheckpoints(tenant, ids) : [];
    const shown = new Set(await shownAmong(waiting.map(({ record }) => record)));
    for (const [at, each] of waiting.entries()) {
      if (!shown.has(each.record)) continue;
      const checkpoint = checkpoints[at] ?? noPaths;
      if (names.every((name) => name in checkpoint.entries)) matches.push({ ...each, checkpoint });
    }
    waiting = [];
  };
  let read = 0;
  for await (const { key, row } of source) {
    const record = collection.fromRow({ key, row });
    if (!record.deleted_at && conditions.every((condition) => condition.holds(record)))
      waiting.push({ key, record, checkpoint: noPaths });
    read++;
    if (waiting.length === 100 || read === MOST_READ) await settle();
    if (read === MOST_READ || (waiting.length === 0 && matches.length >= enough)) return { matches, last: key };
  }
  await settle();
  return { matches, last: undefined };
}

/** Rows that come in the order that is asked for. */
async function inOrder<R extends BaseRecord>(
  list: Listing<R>,
  partitions: readonly Partition[],
  sure?: string,
): Promise<{ found: Found<R>; total: Total }> {
  const { collection, query, after } = list;
  const skip = after === undefined ? (query.page - 1) * query.limit : 0;
  const source = merged(collection, partitions, { order: query.order, after, chunk: 1000 });
  // The first page counts what matches, as far as a request may read; the others take it from their cursor.
  const enough = after === undefined ? Number.POSITIVE_INFINITY : query.limit + 1;
  const { matches, last } = await gather(list, source, enough, sure);
  const shown = matches.slice(skip, skip + query.limit);
  const isFull = matches.length > skip + query.limit;
  return {
    found: {
      rows: shown.map(({ record }) => record),
      more: isFull || last !== undefined,
      stopped: isFull ? shown.at(-1)?.key : last,
    },
    total: { total: matches.length, bound: last !== undefined },
  };
}

/** Few rows, in any order: sorted here. */
async function inMemory<R extends BaseRecord>(
  list: Listing<R>,
  source: AsyncGenerator<Row>,
  { sure, truncated = false }: { sure?: string | undefined; truncated?: boolean } = {},
): Promise<{ found: Found<R>; total: Total }> {
  const { collection, query, asked, after } = list;
  const { matches, last } = await gather(list, source, Number.POSITIVE_INFINITY, sure);
  const keyed = matches.flatMap(({ record, checkpoint }) => {
    const value = asked.order && orderIn(checkpoint, asked.order.id);
    const key = asked.order ? value && orderKey(value, record.id) : sortKey(collection, query, record);
    return key === undefined ? [] : [{ key, record }];
  });
  keyed.sort((a, b) => (comesBefore(a.key, b.key, query.order) ? -1 : 1));
  const shown = slice(query, keyed, ({ key }) => key, after);
  return {
    found: { rows: shown.rows.map(({ record }) => record), more: shown.more, stopped: shown.rows.at(-1)?.key },
    total: { total: keyed.length, bound: truncated || last !== undefined },
  };
}
