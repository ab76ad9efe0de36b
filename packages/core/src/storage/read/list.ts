import * as z from "zod";
import { type Owners, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { Page } from "../../kernel/page.ts";
import { oneOf, query as parameter, text } from "../../kernel/schema.ts";
import { termsOf } from "../../kernel/text.ts";
import { type BaseRecord, type Collection, isTracked, type Mark, marks } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { hasEntries, SEEN_BY_ALL } from "../table/share.ts";
import { Asks } from "./ask.ts";
import { isByChange, listByChange, requireRows } from "./by-change.ts";
import { isByPath, listByPath } from "./by-path.ts";
import { Counter, type Counters } from "./counter.ts";
import * as Cursor from "./cursor.ts";
import { listLooked, mustLook } from "./looked.ts";
import { type Found, fingerprint, MOST_READ, ownersOf, pageOf, slice, sortKey, type Total } from "./pages.ts";
import {
  besideScopes,
  bestPlan,
  conditionsOf,
  countedTotal,
  countersOf,
  directPlan,
  isFree,
  isNever,
  type Plan,
  SMALL,
  servedOrders,
  timeOf,
  tooManyToSort,
} from "./plan.ts";
import type { ListQuery } from "./query.ts";
import { comesBefore, countRows, keysBehind, merged } from "./scan.ts";
import { match, matches, searchWordsOf } from "./search.ts";
import { Visible } from "./visibility.ts";
import { type Where, Wheres, whereSchema } from "./where.ts";

/**
 * Lists. A list reads the index partitions that its filters and the actor's visibility name, merged in order of the
 * sort key, and its total from counters, side by side. What no index serves is filtered while reading, within
 * MOST_READ rows a request: a page may then come up short and go on by its cursor, and the total is a lower bound. Of what is
 * derived there are no counters: rows are counted where they lie, up to SMALL.
 */
const MOST_PAGED = 10_000;

export { MOST_READ } from "./pages.ts";

/**
 * The query parameters of a kind's list: paging, order and search, and the filters that the domain adds. Of a list that has its
 * records `whole` in memory nothing is asked by their rows.
 */
export function listSchema<R extends BaseRecord, S extends z.ZodRawShape>(
  collection: Collection<R>,
  filters: S,
  { whole = false }: { whole?: boolean } = {},
) {
  const { words } = collection.definition;
  const search = { search: text(200).optional().describe("Each of these must begin a word of the record") };
  const include = {
    include: parameter
      .several(oneOf(marks), marks.length)
      .optional()
      .describe("Shown of each record as well, with commas between them: what every change of a record changes"),
  };
  const shape = {
    page: parameter.int(1, MOST_PAGED).optional().describe("From 1; page × limit is at most 10,000, further on by cursor"),
    limit: parameter.int(1, 100).optional().describe("20 unless told otherwise"),
    sort: sortSchema(whole ? ["created_at"] : ordersOf(collection), { paths: "paths" in filters }).optional(),
    order: oneOf(["asc", "desc"]).optional(),
    cursor: text(1000).optional().describe("The next_cursor of the page before"),
    ...(words ? search : ({} as typeof search)),
    deleted: parameter.boolean().optional().describe("The deleted records in place of the live ones"),
    ...(whole ? ({} as typeof include) : include),
    where: whereSchema(collection).optional(),
    ...filters,
  };
  // Spread, its getters would be run: what parameters take is made when they are read first.
  withMissing(shape, Asks.askShape(collection));
  return z.strictObject(shape as typeof shape & Asks.Shape, {
    error: ({ code, inst }) => (code === "unrecognized_keys" ? `Not a parameter of this list: ${filtersSaid(inst)}` : undefined),
  });
}

function withMissing(shape: object, more: object): void {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(more)))
    if (!Object.hasOwn(shape, name)) Object.defineProperty(shape, name, descriptor);
}

/** The orders of a list: those that hold for any number of records first. */
export function ordersOf<R extends BaseRecord>(collection: Collection<R>): string[] {
  const byChange = isTracked(collection.definition) ? ["updated_at"] : [];
  return [...new Set([...servedOrders(collection), ...byChange, ...Asks.sortsOf(collection), "created_at"])];
}

/** An order by name, and `-name` for the same from its end; or a path that the tenant declared. */
export const sortSchema = (orders: readonly string[], { paths = false }: { paths?: boolean } = {}) =>
  text(200)
    .overwrite((sort) => (sort.includes(".") ? sort : sort.toLowerCase()))
    .refine((sort) => orders.includes(sort.replace(/^-/, "")) || (paths && sort.includes(".")), {
      error: `Not an order of this list: ${orders.join(", ")}${paths ? ", or a path that the tenant declared" : ""}`,
    })
    .describe("With - before it from the last to the first")
    .meta({ examples: orders });

/** The names of those of a list's parameters that are filters. */
export const filterNames = (list: z.ZodObject): string[] => Object.keys(list.shape).filter((name) => !Asks.reserved.has(name));

function filtersSaid(list: unknown): string {
  const operators = Map.groupBy(filterNames(list as z.ZodObject), (name) => name.split("[")[0] ?? name);
  const filters = [...operators].map(([name, ways]) => {
    const by = ways.flatMap((way) => /\[(\w+)\]/.exec(way)?.[1] ?? []);
    return by.length === 0 ? name : `${name}[${by.join("|")}]`;
  });
  return filters.length === 0 ? "it has no filters" : `its filters are ${filters.join(", ")}`;
}

export interface Paging {
  page?: number | undefined;
  limit?: number | undefined;
  sort?: string | undefined;
  order?: "asc" | "desc" | undefined;
  cursor?: string | undefined;
  search?: string | undefined;
  deleted?: boolean | undefined;
  include?: readonly Mark[] | undefined;
  paths?: Record<string, string> | undefined;
  where?: Where | undefined;
}

/** Paging and order as the caller gave them, or their defaults: newest first, 20 a page. Orders of no index begin with the least. */
function paging<R extends BaseRecord>(collection: Collection<R>, input: Paging): Omit<ListQuery, "filters" | "ranges"> {
  const { page = 1, limit = 20, cursor, search, deleted = false, include, paths } = input;
  const [, minus, sort = ""] = /^(-?)(.*)$/.exec(input.sort ?? timeOf(collection)) ?? [];
  const usual = !minus && isFree(collection, { sort }) ? "asc" : "desc";
  return { page, limit, sort, order: minus ? "desc" : (input.order ?? usual), cursor, search, deleted, include, paths };
}

/**
 * What the parameters of a list ask for: one that has the name of a filter or a range of the collection is that, `owner` where its
 * records have owners. Master data is resolved before (`Master.resolveAll`).
 */
export function queryOf<R extends BaseRecord>(collection: Collection<R>, input: Paging): ListQuery {
  const { owner, filters: known = {}, ranges: bounds = {}, orders = {}, texts = [] } = collection.definition;
  const given = new Map<string, unknown>(Object.entries(input).filter(([, value]) => value !== undefined));
  // What stands in an order by entries passes a filter: so it is counted.
  const paged = paging(collection, input);
  const [counting, counted] = (orders as Partial<Record<string, readonly [string, string]>>)[paged.sort] ?? [];
  const filters: Record<string, string> = {};
  if (owner !== undefined && given.has("owner")) filters.owner = Asks.ownerAsked(String(given.get("owner")));
  // In the order of the declaration: of two filters that are worth the same, a list reads by the first.
  for (const [name, { field }] of Object.entries(known)) {
    const value = given.get(name) ?? (name === counting ? counted : undefined);
    if (value !== undefined && !(texts.includes(field) && value === "")) filters[name] = collection.facetFor(field, value);
  }
  const ranges = Object.keys(bounds).flatMap((name) => (given.has(name) ? [[name, Number(given.get(name))] as const] : []));
  const { asks: all, rest } = Wheres.split(input.where ? Wheres.conditionIn(input.where) : { and: [] });
  if (rest.some((condition) => Wheres.fieldsIn(condition).includes("updated_at")))
    throw invalid("where", "updated_at is asked of all records of the list, not of some beside others");
  // What a filter with an index or a counter says as well is asked of that.
  const asks = [...Asks.asksIn(collection, given), ...all].filter(({ field, operator, value }) => {
    const name = field === owner ? "owner" : Object.entries(known).find(([, filter]) => filter.field === field)?.[0];
    if (operator !== "eq" || name === undefined || filters[name] !== undefined || texts.includes(field as keyof R & string))
      return true;
    filters[name] = String(value);
    return false;
  });
  const more = { ...(asks.length > 0 ? { asks } : {}), ...(rest.length > 0 ? { where: rest } : {}) };
  return { ...paged, filters, ranges: Object.fromEntries(ranges), ...more };
}

/** Pages lead so far; a cursor leads further. */
export function requireReach({ page, limit }: { page: number; limit: number }): void {
  if (page * limit > MOST_PAGED) throw invalid("page", "page × limit is at most 10,000; go on by cursor");
}

export async function list<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Page<R>> {
  requireReach(query);
  if (isNever(collection, query)) {
    if (query.between) throw invalid("to", "Before from");
    return pageOf(collection, query, { rows: [], more: false }, { total: 0, bound: false });
  }
  if (isByChange(query)) return listByChange(collection, query);
  if (isByPath(query)) return listByPath(collection, query);
  const owners = await ownersOf(collection, query);
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : termsOf(query.search);
  if (terms?.length !== 0 && (await mustLook(collection, query))) return listLooked(collection, query, terms);
  const position = query.cursor ? await Cursor.open(query.cursor, fingerprint(collection, query)) : undefined;
  // Nobody whose records may be seen, or a search for nothing that words are made of, such as "?!".
  if ((owners !== "all" && owners.size === 0) || terms?.length === 0)
    return pageOf(collection, query, { rows: [], more: false }, { total: 0, bound: false });

  const scopes = query.parent === undefined ? scopesOf(collection, query, owners) : [query.parent, ...(query.joined ?? [])];
  const counting = [...scopes, ...besideScopes(collection, query, owners)];
  const conditions = conditionsOf(collection, query, owners, terms);
  const direct = directPlan(collection, query, conditions);
  if (direct) {
    const [found, counters] = await Promise.all([
      readPage(collection, query, direct, position?.after),
      position ? undefined : countersOf(collection, counting),
    ]);
    const counted = counters && countedTotal(collection, query, scopes, counters);
    const total =
      position ??
      (counted === undefined
        ? await totalOf(collection, direct)
        : await once(collection, direct, having(owners, counters), counted));
    return pageOf(collection, query, found, total, counters?.as_of);
  }

  const counters = await countersOf(collection, [...counting, Counter.ALL]);
  const some = countedTotal(collection, query, scopes, counters);
  if (some === 0) return pageOf(collection, query, { rows: [], more: false }, { total: 0, bound: false }, counters.as_of);
  const counted = isOnce(collection, having(owners, counters)) ? some : undefined;
  const few = query.within || (scopes[0] !== Counter.ALL && Counter.sum(counters, scopes, Counter.LIVE) <= SMALL);
  if (terms && !few && !query.deleted) {
    const { found, total } = await searched(collection, query, owners, terms, position?.after);
    return pageOf(collection, query, found, position ?? total, counters.as_of);
  }
  const plan = bestPlan(collection, query, conditions, counters);
  if (!plan.ordered) {
    const { rows, bound } = await readAll(collection, plan, "desc", isFree(collection, query) ? SMALL + 1 : MOST_READ);
    if (bound && isFree(collection, query)) throw tooManyToSort(collection, query);
    const total = position ?? { total: counted ?? rows.length, bound };
    return pageOf(collection, query, sorted(collection, query, rows, position?.after), total, counters.as_of);
  }
  if (plan.wanted && !position && counted === undefined) {
    const { found, total } = await readThrough(collection, query, plan);
    return pageOf(collection, query, found, total, counters.as_of);
  }
  const found = await readPage(collection, query, plan, position?.after, counted);
  const total = position ?? (counted === undefined ? await totalOf(collection, plan) : { total: counted, bound: false });
  return pageOf(collection, query, found, total, counters.as_of);
}

/** Whether the counters of these owners count each record once: it may stand under more than one of them, but not under one and nobody. */
function isOnce<R extends BaseRecord>(collection: Collection<R>, owners: Owners): boolean {
  if (owners === "all" || !hasEntries(collection)) return true;
  const forAll = [Counter.UNOWNED, SEEN_BY_ALL].filter((name) => owners.has(name)).length;
  return owners.size <= 1 + forAll;
}

/** Those under whom anything stands: a team without tickets, say, takes no total of persons its exactness. */
function having(owners: Owners, counters: Counters | undefined): Owners {
  if (owners === "all" || !counters) return owners;
  const has = (count: string, owner: string): boolean => Counter.sum(counters, [owner], count) > 0;
  return new Set([...owners].filter((owner) => has(Counter.LIVE, owner) || has(Counter.DELETED, owner)));
}

/** What counters count under several owners, each once: up to SMALL it is counted, from there on it is at least that. */
async function once<R extends BaseRecord>(
  collection: Collection<R>,
  { partitions }: Plan<R>,
  owners: Owners,
  counted: number,
): Promise<Total> {
  if (isOnce(collection, owners) || counted === 0) return { total: counted, bound: false };
  const keys = await keysBehind(collection, partitions, { order: "desc", after: undefined, most: SMALL + 1 });
  return { total: Math.min(keys.length, SMALL), bound: keys.length > SMALL };
}

/** Whether a record passes all filters of a list, where it is asked of the record itself. */
export function passesOf<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): (record: R) => boolean {
  const { filters = {}, ranges = {} } = collection.definition;
  const { asks = [], where = [] } = query;
  const passesFilter = (record: R, name: string, value: string): boolean => {
    const filter = filters[name];
    return (filter ? collection.facet(filter, record) : collection.ownerOf(record)) === value;
  };
  return (record) =>
    Object.entries(query.filters).every(([name, value]) => passesFilter(record, name, value)) &&
    Object.entries(query.ranges).every(([name, from]) => Number(record[ranges[name]?.field ?? "id"]) >= Number(from)) &&
    asks.every((ask) => Asks.holds(record, ask)) &&
    where.every((condition) => Wheres.isSo(record, condition));
}

/** A page of rows that are all here, as the list asks for them, few enough to be sorted; `bound` says that there may be more than these. */
export async function listHere<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  all: readonly R[],
  bound: boolean,
): Promise<Page<R>> {
  if (all.some(({ version }: Partial<R>) => version === undefined)) requireRows(query);
  const position = query.cursor ? await Cursor.open(query.cursor, fingerprint(collection, query)) : undefined;
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : termsOf(query.search);
  const passes = passesOf(collection, query);
  const found = (record: R) =>
    passes(record) && (terms === undefined || (terms.length > 0 && matches(searchWordsOf(collection, record), terms)));
  const rows = all.filter(found);
  return pageOf(collection, query, sorted(collection, query, rows, position?.after), position ?? { total: rows.length, bound });
}

/** The counters that say how many records there are: of the owners, or of the person where nobody owns them. */
const scopesOf = <R extends BaseRecord>(collection: Collection<R>, { within }: ListQuery, owners: Owners): readonly string[] =>
  within && collection.definition.parent !== undefined && owners === "all" ? within : Counter.scopesOf(owners);

/** The page's rows in index order, from behind `after` or past the rows of the pages before. */
async function readPage<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  plan: Plan<R>,
  after: string | undefined,
  matching?: number,
): Promise<Found<R>> {
  const skip = after === undefined ? (query.page - 1) * query.limit : 0;
  const need = skip + query.limit + 1;
  const most = plan.wanted ? skip + MOST_READ : Number.POSITIVE_INFINITY;
  const rows: R[] = [];
  let read = 0;
  let kept = 0;
  let last: string | undefined;
  const chunk = () => Math.min(1000, plan.wanted ? guess(need - kept, plan.rows, matching) : need);
  for await (const { key, row } of merged(collection, plan.partitions, { order: query.order, after, chunk })) {
    // Rows of pages before need not be read when nothing is asked of them.
    const record = plan.wanted || kept >= skip ? collection.fromRow({ key, row }) : undefined;
    if (!plan.wanted || (record && plan.wanted(record))) {
      kept++;
      // By the key that was read, which that of the release before may differ from.
      if (kept === need) return { rows, more: true, stopped: last };
      if (kept > skip && record) rows.push(record);
      last = key;
    }
    if (++read >= most) return { rows, more: true, stopped: key };
  }
  return { rows, more: false };
}

/** Rows to ask for so that `need` of them are wanted if the wanted lie evenly; what is still lacking then is asked for again. */
const guess = (need: number, rows: number, matching: number | undefined): number =>
  matching && rows ? Math.max(FEWEST, Math.ceil((need * rows) / matching)) : Math.max(need, 200);

/** So few rows are not worth a query of their own. */
const FEWEST = 25;

/** A page and its total of what nobody counts, in one pass: to count them is to read them all. */
async function readThrough<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  plan: Plan<R>,
): Promise<{ found: Found<R>; total: Total }> {
  const { rows, keys, bound } = await readAll(collection, plan, query.order);
  const end = query.page * query.limit;
  const isShort = bound && rows.length <= end;
  return {
    found: isShort
      ? await readPage(collection, query, plan, undefined)
      : { rows: rows.slice(end - query.limit, end), more: rows.length > end, stopped: keys[end - 1] },
    total: { total: rows.length, bound },
  };
}

/** Counts what a plan finds, within the rows that a request may read; only what is asked of rows must be seen. */
async function totalOf<R extends BaseRecord>(collection: Collection<R>, plan: Plan<R>): Promise<Total> {
  if (plan.wanted) {
    const { rows, bound } = await readAll(collection, plan);
    return { total: rows.length, bound };
  }
  // Who is revealed to several owners stands under each of them, and counts once.
  const isSingle = !hasEntries(collection) || plan.partitions.length === 1;
  const most = collection.kind.isDerived ? SMALL : MOST_READ;
  const counted = isSingle
    ? await countRows(collection, plan.partitions, most + 1)
    : (await keysBehind(collection, plan.partitions, { order: "desc", after: undefined, most: most + 1 })).length;
  return { total: Math.min(counted, most), bound: counted > most };
}

async function readAll<R extends BaseRecord>(
  collection: Collection<R>,
  plan: Plan<R>,
  order: ListQuery["order"] = "desc",
  most = MOST_READ,
): Promise<{ rows: R[]; keys: string[]; bound: boolean }> {
  const rows: R[] = [];
  const keys: string[] = [];
  let read = 0;
  for await (const row of merged(collection, plan.partitions, { order, after: undefined, chunk: 1000 })) {
    const record = collection.fromRow(row);
    if (!plan.wanted || plan.wanted(record)) {
      rows.push(record);
      keys.push(row.key);
    }
    if (++read >= most) return { rows, keys, bound: true };
  }
  return { rows, keys, bound: false };
}

/** Sorts rows that are all here, and cuts out the page. */
function sorted<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  all: readonly R[],
  after: string | undefined,
): Found<R> {
  const keyed = all.flatMap((record) => {
    const key = sortKey(collection, query, record);
    return key === undefined ? [] : [{ key, record }];
  });
  keyed.sort((a, b) => (comesBefore(a.key, b.key, query.order) ? -1 : 1));
  const shown = slice(query, keyed, ({ key }) => key, after);
  return { rows: shown.rows.map(({ record }) => record), more: shown.more };
}

/** A search by words: ids from the word items, then the records by key. */
async function searched<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  owners: Owners,
  terms: readonly string[],
  after: string | undefined,
): Promise<{ found: Found<R>; total: Total }> {
  const { ids, truncated } = await match(collection.name, terms, owners);
  // What the words do not say is asked of the records. Words may lag a record by moments, so its owner is asked again.
  const conditions = conditionsOf(collection, query, owners, undefined);
  const asked = conditions.filter(({ isSure }) => !isSure);
  const load = async (wanted: readonly string[]): Promise<R[]> => {
    const tenant = useTenant();
    const keys = wanted.map((id) => recordKey(tenant, id));
    const items = await getAll(keys, { consistent: false, only: "row" });
    const records = items.flatMap((item, at) => (item ? [collection.fromRow({ key: wanted[at] as string, row: item.row })] : []));
    const found = records.filter((record) => !record.deleted_at && conditions.every((condition) => condition.holds(record)));
    return collection.definition.revealed ? Visible.among(collection, found) : found;
  };
  if (query.sort === "created_at" && asked.length === (owners === "all" ? 0 : 1)) {
    if (query.order === "desc") ids.reverse();
    const shown = slice(query, ids, (id) => id, after);
    return {
      found: { rows: await load(shown.rows), more: shown.more, stopped: shown.rows.at(-1), isAsked: true },
      total: { total: ids.length, bound: truncated },
    };
  }
  const records = await load(ids);
  const found = { ...sorted(collection, query, records, after), isAsked: true };
  return { found, total: { total: records.length, bound: truncated } };
}
