import * as z from "zod";
import type { Owners } from "../../kernel/context.ts";
import type { CursorPosition } from "../../kernel/cursor-body.ts";
import { describeClosest } from "../../kernel/edit-distance.ts";
import { invalid } from "../../kernel/error.ts";
import { findFieldName } from "../../kernel/field-names.ts";
import type { Kind } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import { oneOf, query as parameter, text } from "../../kernel/schema.ts";
import { joinSentences, parseSearchTerms } from "../../kernel/text.ts";
import { type BaseRecord, type Collection, hasChangeIndex, isVersionField } from "../table/collection.ts";
import { CUSTOM_FIELDS } from "../table/custom-field-values.ts";
import { ALL_VIEWERS, hasVisibilityEntries } from "../table/viewer.ts";
import { requireRowQuery } from "./change-list.ts";
import type { listByColumns } from "./column-page.ts";
import { Counter, type Counters } from "./counter.ts";
import * as Cursor from "./cursor.ts";
import { needsWholeRecords, resolveCustomFields } from "./custom-filters.ts";
import { FieldFilters } from "./filter.ts";
import {
  buildEmptyPage,
  buildPage,
  type FoundRows,
  type ListTotal,
  MAX_READ_ROWS,
  queryFingerprint,
  readArchiveMark,
  resolveListOwners,
  sortPage,
} from "./list-page.ts";
import type { ListQuery } from "./list-query.ts";
import { countRows, listKeysAfter, queryWithRows } from "./partition-query.ts";
import { isPathQuery, listByPath } from "./path-list.ts";
import { listPostFiltered, needsPostFilter } from "./post-filtered-list.ts";
import {
  buildConditions,
  findBestPlan,
  findCountedTotal,
  findDirectPlan,
  isEmptyRange,
  isInMemoryOrder,
  listExtraScopes,
  listServedOrders,
  MAX_SORTED_ROWS,
  type QueryPlan,
  readCounters,
  timeField,
  tooManyToSort,
} from "./query-plan.ts";
import { buildSearchWords, matchesTerms } from "./search.ts";
import { listBySearch } from "./search-page.ts";
import { type WhereClause, WhereClauses, whereSchema } from "./where-clause.ts";

/**
 * Lists. A list reads the index partitions for its filters and the actor's visibility, merged in order of the sort key, and takes its total
 * from counters at the same time. Conditions that no index serves are checked on the rows, up to `MAX_READ_ROWS` rows a request. Such a
 * page may have fewer rows than its limit and continue by its cursor, and the total is then a lower bound. Derived kinds have no counters:
 * their rows are counted, up to `MAX_SORTED_ROWS`.
 */
const MAX_PAGED = 10_000;
/** Rows of earlier pages that are read from an index; for more, columns read less. */
const MAX_SKIPPED_ROWS = 200;
/** Records of a page that shows long texts, of 50,000 characters each, so that an answer stays below 4 MB. */
const MAX_LONG_ROWS = 20;
/** Records of a page that shows custom fields, of 64 KiB each. */
const MAX_CUSTOM_FIELD_ROWS = 50;

export { MAX_READ_ROWS } from "./list-page.ts";

/**
 * Builds the schema of a list's query parameters: paging, order and search, and the filters that the domain adds. `whole`: the list has its
 * records in memory and takes no filters on rows. `named`: filters by fields that callers in TypeScript use by the name of the field
 * alone; every list has all filters of its fields.
 */
export function listSchema<R extends BaseRecord, S extends z.ZodRawShape, N extends keyof R & string = never>(
  collection: Collection<R>,
  filters: S,
  { isWhole = false, named = [] }: { isWhole?: boolean; named?: readonly N[] } = {},
) {
  const { searchWords, owner: ownerField } = collection.definition;
  const hasOwner = !isWhole && ownerField !== undefined && FieldFilters.findOwnerField(collection.definition) !== undefined;
  const owner = { owner: text(64).optional().describe("Id of the owner or assignee, `me`, or `none` for records without one") };
  const search = { search: text(200).optional().describe("Words; each must begin a word of the record") };
  const include = {
    include: parameter
      .list(oneOf(collection.includableFields), collection.includableFields.length)
      .optional()
      .describe(describeIncludable(collection)),
  };
  const shape = {
    page: parameter
      .int(1, MAX_PAGED)
      .optional()
      .describe("From 1; page × limit is at most 10,000. Use cursor to continue beyond that"),
    limit: parameter.int(1, 100).optional().describe("Defaults to 20"),
    sort: sortSchema(isWhole ? ["created_at"] : listOrders(collection), {
      paths: "paths" in filters,
      most: isWhole ? 1 : MAX_SORTS,
    }).optional(),
    order: oneOf(["asc", "desc"]).optional(),
    cursor: text(1000).optional().describe("The next_cursor of the previous page"),
    ...(searchWords ? search : ({} as typeof search)),
    deleted: parameter.boolean().optional().describe("Lists deleted records instead of live ones"),
    ...(isWhole ? ({} as typeof include) : include),
    where: whereSchema(collection, { ownFields: "paths" in filters }).optional(),
    ...(hasOwner ? owner : ({} as typeof owner)),
    ...filters,
  };
  // A spread would run the getters. The schemas of filters are built when they are first used.
  defineMissing(shape, FieldFilters.buildFilterShape(collection));
  for (const name of named)
    if (!Object.hasOwn(shape, name)) throw new Error(`${collection.name}: lists have no filter by ${name}`);
  return z.strictObject(shape as typeof shape & FieldFilters.FilterShape & FieldFilters.NamedFilterShape<N>, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? describeUnknownParameters(collection.kind, issue.inst, issue.keys) : undefined,
  });
}

const describeIncludable = <R extends BaseRecord>({ definition, includableFields }: Collection<R>): string =>
  joinSentences(
    "Version fields to include in each record, separated by commas; every change of a record changes them",
    ...(definition.longTexts ? [`Also ${definition.longTexts.join(", ")}, for at most ${MAX_LONG_ROWS} records a page`] : []),
    ...(includableFields.includes(CUSTOM_FIELDS)
      ? [`Also ${CUSTOM_FIELDS}, for at most ${MAX_CUSTOM_FIELD_ROWS} records a page`]
      : []),
  );

function defineMissing(shape: object, more: object): void {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(more)))
    if (!Object.hasOwn(shape, name)) Object.defineProperty(shape, name, descriptor);
}

/** Lists the orders of a list, first those that work for any number of records. */
export function listOrders<R extends BaseRecord>(collection: Collection<R>): string[] {
  const byChange = hasChangeIndex(collection.definition) ? ["updated_at"] : [];
  return [
    ...new Set([...listServedOrders(collection), ...byChange, ...FieldFilters.listSortableFields(collection), "created_at"]),
  ];
}

/** Sorts of one list, at most. */
const MAX_SORTS = 3;

/**
 * Builds the schema of `sort`: the name of an order, `-name` for descending, a custom field, or a declared search path. Lists may take several,
 * separated by commas: records that the first leaves equal are sorted by the next.
 */
export const sortSchema = (orders: readonly string[], { paths = false, most = 1 }: { paths?: boolean; most?: number } = {}) => {
  const name = (sort: string): string => sort.replace(/^-/, "");
  const isOrder = (sort: string): boolean => orders.includes(name(sort)) || (paths && sort.includes("."));
  return text(200)
    .overwrite((sorts) =>
      sorts
        .split(",")
        .map((sort) => sort.trim())
        .map((sort) => (sort.includes(".") ? sort : findOrder(sort.toLowerCase(), orders)))
        .join(","),
    )
    .refine((sorts) => sorts.split(",").every(isOrder), {
      error: `Must be an order of this list: ${orders.join(", ")}${paths ? ", or a custom field or path of the tenant" : ""}`,
      abort: true,
    })
    .refine((sorts) => sorts.split(",").length <= most, most === 1 ? "Must be one order" : `Must be at most ${most} orders`)
    .refine((sorts) => new Set(sorts.split(",").map(name)).size === sorts.split(",").length, "Must name each order once")
    .describe(
      `A leading - reverses the order${most > 1 ? `. Up to ${most}, separated by commas: equal records are sorted by the next` : ""}`,
    )
    .meta({ examples: orders });
};

function findOrder(sort: string, orders: readonly string[]): string {
  const name = sort.replace(/^-/, "");
  return sort.slice(0, sort.length - name.length) + (findFieldName(name, (order) => orders.includes(order)) ?? name);
}

/** Lists the names of a list's parameters that are filters. */
export const listFilterNames = (list: z.ZodObject): string[] =>
  Object.keys(list.shape).filter((name) => !FieldFilters.reservedParameters.has(name));

/** Parameters that an error explains, if a request has several that are unknown. */
const MAX_EXPLAINED = 3;

/** Describes what the caller may mean by unknown parameters: an operator of a field, a custom field, or a parameter with a similar name. */
function describeUnknownParameters(kind: Kind, list: unknown, names: readonly string[]): string {
  const known = Object.keys((list as z.ZodObject).shape);
  const operatorsByField = Map.groupBy(known, (name) => name.split("[")[0] ?? name);
  const explain = (name: string): string => {
    const [field = ""] = name.split("[");
    const operatorNames = (operatorsByField.get(field) ?? []).flatMap((parameter) => /\[(\w+)\]/.exec(parameter)?.[1] ?? []);
    if (field === "custom_fields" && known.includes("paths"))
      return "A custom field is a parameter of the form custom_fields.name";
    if (operatorNames.length > 0) return `${field} supports the operators ${operatorNames.join(", ")}`;
    return describeClosest(field, operatorsByField.keys());
  };
  return joinSentences("Unknown parameter of this list", ...names.slice(0, MAX_EXPLAINED).map(explain), listAllHint(kind));
}

/** Says where all filters of a kind are described. */
const listAllHint = ({ name, path }: Kind): string =>
  `All filters are in /api/v1/${path === undefined ? "docs" : `schema?kind=${name}`}`;

export interface Paging {
  page?: number | undefined;
  limit?: number | undefined;
  sort?: string | undefined;
  order?: "asc" | "desc" | undefined;
  cursor?: string | undefined;
  search?: string | undefined;
  deleted?: boolean | undefined;
  include?: readonly string[] | undefined;
  paths?: Record<string, string> | undefined;
  where?: WhereClause | undefined;
}

/** Resolves paging and order. Default: newest first, 20 rows. Orders without an index are ascending by default. */
function resolvePaging<R extends BaseRecord>(collection: Collection<R>, input: Paging): Omit<ListQuery, "filters" | "ranges"> {
  const { page = 1, limit = 20, cursor, search, deleted = false, include, paths } = input;
  for (const field of include ?? []) {
    const maxRows = isVersionField(field) ? limit : field === CUSTOM_FIELDS ? MAX_CUSTOM_FIELD_ROWS : MAX_LONG_ROWS;
    if (limit > maxRows) throw invalid("limit", `Must be at most ${maxRows} for a list with ${field}: continue by cursor`);
  }
  const [first = "", ...others] = (input.sort ?? timeField(collection)).split(",");
  const [, minus, sort = ""] = SORT_PATTERN.exec(first) ?? [];
  const isAscending = others.length > 0 || isInMemoryOrder(collection, { sort });
  const order = minus ? "desc" : (input.order ?? (isAscending ? "asc" : "desc"));
  const isUsualOrder = input.sort === undefined && input.order === undefined;
  const thenBy = others.map((other) => {
    const [, otherMinus, name = ""] = SORT_PATTERN.exec(other) ?? [];
    return { sort: name, order: otherMinus ? ("desc" as const) : ("asc" as const) };
  });
  return {
    page,
    limit,
    sort,
    order,
    isUsualOrder,
    ...(thenBy.length > 0 ? { thenBy } : {}),
    cursor,
    search,
    deleted,
    include,
    paths,
  };
}

const SORT_PATTERN = /^(-?)(.*)$/;

/**
 * Builds the query from a list's parameters. Parameters with the name of a filter or range of the collection, and `owner`, become that
 * filter or range. `Master.resolveAll` must already have resolved master data.
 */
export function buildListQuery<R extends BaseRecord>(collection: Collection<R>, input: Paging): ListQuery {
  const {
    owner,
    filters: filterDefinitions = {},
    ranges: bounds = {},
    entryOrders = {},
    hashedTextFields = [],
  } = collection.definition;
  const inputValues = new Map<string, unknown>(Object.entries(input).filter(([, value]) => value !== undefined));
  // Records in an entry order all pass its filter. The filter is added because its counter gives the total.
  const paged = resolvePaging(collection, input);
  const countedOrders = paged.thenBy ? {} : (entryOrders as Partial<Record<string, readonly [string, string]>>);
  const [counting, countedValue] = countedOrders[paged.sort] ?? [];
  const filters: Record<string, string> = {};
  if (owner !== undefined && inputValues.has("owner"))
    filters.owner = FieldFilters.resolveOwner(String(inputValues.get("owner")));
  // In the order of the declaration: of two equally selective filters, the list reads by the first.
  for (const [name, { field }] of Object.entries(filterDefinitions)) {
    const value = inputValues.get(name) ?? (name === counting ? countedValue : undefined);
    if (value !== undefined && !(hashedTextFields.includes(field) && value === ""))
      filters[name] = collection.facetFor(field, value);
  }
  const ranges = Object.keys(bounds).flatMap((name) =>
    inputValues.has(name) ? [[name, Number(inputValues.get(name))] as const] : [],
  );
  const { asks: all, rest } = WhereClauses.splitExpression(input.where ? WhereClauses.toExpression(input.where) : { and: [] });
  if (rest.some((condition) => WhereClauses.listFields(condition).includes("updated_at")))
    throw invalid("where", "updated_at must apply to the whole list, not to one of several alternatives");
  // An equality filter that an index or counter serves becomes a filter of the collection.
  const asks = [...FieldFilters.parseFilters(collection, inputValues), ...all].filter(({ field, operator, value }) => {
    const name = field === owner ? "owner" : Object.entries(filterDefinitions).find(([, filter]) => filter.field === field)?.[0];
    if (
      operator !== "eq" ||
      name === undefined ||
      filters[name] !== undefined ||
      hashedTextFields.includes(field as keyof R & string)
    )
      return true;
    filters[name] = String(value);
    return false;
  });
  const more = { ...(asks.length > 0 ? { fieldFilters: asks } : {}), ...(rest.length > 0 ? { where: rest } : {}) };
  return { ...paged, filters, ranges: Object.fromEntries(ranges), ...more };
}

/** Pages are limited to this reach; a cursor goes further. */
export function requirePageInReach({ page, limit }: { page: number; limit: number }): void {
  if (page * limit > MAX_PAGED) throw invalid("page", "page × limit must be at most 10,000: continue by cursor");
}

export async function list<R extends BaseRecord>(collection: Collection<R>, input: ListQuery): Promise<Page<R>> {
  requirePageInReach(input);
  const query = await resolveCustomFields(collection, input);
  if (isEmptyRange(collection, query)) {
    if (query.timeRange) throw invalid("to", "Must not be before from");
    return buildEmptyPage(collection, query);
  }
  if (needsWholeRecords(query)) return (await import("./whole-list.ts")).listWhole(collection, query, input);
  if (isPathQuery(query)) return listByPath(collection, query);
  const owners = await resolveListOwners(collection, query);
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : parseSearchTerms(query.search);
  if (terms?.length !== 0 && (await needsPostFilter(collection, query))) return listPostFiltered(collection, query, terms);
  const position = query.cursor ? await Cursor.open(query.cursor, queryFingerprint(collection, query)) : undefined;
  // No owner is visible, or the search has no words, such as "?!".
  if ((owners !== "all" && owners.size === 0) || terms?.length === 0) return buildEmptyPage(collection, query);

  const scopes =
    query.parent === undefined ? resolveScopes(collection, query, owners) : [query.parent, ...(query.mergedIds ?? [])];
  const counting = [...scopes, ...listExtraScopes(collection, query, owners)];
  const conditions = buildConditions(collection, query, owners, terms);
  const matches = (record: R): boolean => conditions.every((condition) => condition.matches(record));
  const direct = findDirectPlan(collection, query, conditions);
  if (direct) {
    // Rows of earlier pages are read from an index one by one.
    const isDeep = position === undefined && (query.page - 1) * query.limit > MAX_SKIPPED_ROWS;
    const page = isDeep ? await listFromColumns(collection, query, { owners, matches }, position) : undefined;
    if (page) return page;
    const [found, counters, mark] = await Promise.all([
      readPage(collection, query, direct, position),
      position ? undefined : readCounters(collection, counting),
      readArchiveMark(collection, query, direct.partitions),
    ]);
    const counted = counters && findCountedTotal(collection, query, scopes, counters);
    const total =
      position ??
      (counted === undefined
        ? await countTotal(collection, query, direct)
        : await countDistinct(
            collection,
            direct,
            filterOwnersWithRecords(owners, counters),
            counted + (query.derivedRows?.length ?? 0),
          ));
    return buildPage(collection, query, found, total, counters?.as_of, mark);
  }

  const counters = await readCounters(collection, [...counting, Counter.ALL]);
  const scopeTotal = query.derivedRows?.length ? undefined : findCountedTotal(collection, query, scopes, counters);
  if (scopeTotal === 0) return buildEmptyPage(collection, query, counters.as_of);
  const countedTotal = isCountedOnce(collection, filterOwnersWithRecords(owners, counters)) ? scopeTotal : undefined;
  const hasFewRows =
    query.personIds || (scopes[0] !== Counter.ALL && Counter.sum(counters, scopes, Counter.LIVE) <= MAX_SORTED_ROWS);
  if (terms && !hasFewRows && !query.deleted) {
    const { found, total } = await listBySearch(collection, query, owners, terms, position);
    return buildPage(collection, query, found, position ?? total, counters.as_of);
  }
  const plan = findBestPlan(collection, query, conditions, counters);
  if (plan.rows > MAX_SORTED_ROWS && !findsPageSoon(query, plan, countedTotal)) {
    const page = await listFromColumns(collection, query, { owners, matches }, position);
    if (page) return page;
  }
  const mark = await readArchiveMark(collection, query, plan.partitions);
  if (!plan.isOrdered) {
    const { rows, read, bound } = await readAll(
      collection,
      query,
      plan,
      "desc",
      isInMemoryOrder(collection, query) ? MAX_SORTED_ROWS + 1 : MAX_READ_ROWS,
    );
    if (bound && isInMemoryOrder(collection, query)) throw tooManyToSort(collection, query);
    const total = position ?? { total: countedTotal ?? rows.length, isLowerBound: bound };
    const sorted = sortPage(collection, query, rows, position?.after);
    return buildPage(collection, query, { ...sorted, searched: read, isCut: bound }, total, counters.as_of, mark);
  }
  if (plan.rowFilter && !position && countedTotal === undefined) {
    const { found, total } = await readPageAndTotal(collection, query, plan);
    return buildPage(collection, query, found, total, counters.as_of, mark);
  }
  const foundRows = await readPage(collection, query, plan, position, countedTotal);
  const total =
    position ??
    (countedTotal === undefined ? await countTotal(collection, query, plan) : { total: countedTotal, isLowerBound: false });
  return buildPage(collection, query, foundRows, total, counters.as_of, mark);
}

const listFromColumns: typeof listByColumns = async (...list) => (await import("./column-page.ts")).listByColumns(...list);

/** Returns whether a plan in the order of the list finds its page within a few hundred rows, and counters have the total. */
const findsPageSoon = <R>({ page, limit, cursor }: ListQuery, { isOrdered, rows }: QueryPlan<R>, total: number | undefined) =>
  isOrdered && total !== undefined && ((cursor ? limit : page * limit) * rows) / Math.max(total, 1) <= MAX_SORTED_ROWS / 2;

/**
 * Returns whether the counters of these owners count each record once. A shared record is counted under each of its viewers, but never
 * under a viewer and as unowned.
 */
function isCountedOnce<R extends BaseRecord>(collection: Collection<R>, owners: Owners): boolean {
  if (owners === "all" || !hasVisibilityEntries(collection)) return true;
  const forAll = [Counter.UNOWNED, ALL_VIEWERS].filter((name) => owners.has(name)).length;
  return owners.size <= 1 + forAll;
}

/** Returns the owners that have records, so that a team without tickets, for example, does not make a total inexact. */
function filterOwnersWithRecords(owners: Owners, counters: Counters | undefined): Owners {
  if (owners === "all" || !counters) return owners;
  const hasRecords = (count: string, owner: string): boolean => Counter.sum(counters, [owner], count) > 0;
  return new Set([...owners].filter((owner) => hasRecords(Counter.LIVE, owner) || hasRecords(Counter.DELETED, owner)));
}

/** Counts records that are counted under several owners once: exactly up to `MAX_SORTED_ROWS`, and as a lower bound from there on. */
async function countDistinct<R extends BaseRecord>(
  collection: Collection<R>,
  { partitions }: QueryPlan<R>,
  owners: Owners,
  count: number,
): Promise<ListTotal> {
  if (isCountedOnce(collection, owners) || count === 0) return { total: count, isLowerBound: false };
  const keys = await listKeysAfter(collection, partitions, { order: "desc", after: undefined, limit: MAX_SORTED_ROWS + 1 });
  return { total: Math.min(keys.length, MAX_SORTED_ROWS), isLowerBound: keys.length > MAX_SORTED_ROWS };
}

/** Returns a predicate of all filters of a list, for checking records directly. */
export function buildPredicate<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): (record: R) => boolean {
  const { filters = {}, ranges = {} } = collection.definition;
  const { fieldFilters = [], where = [] } = query;
  const passesFilter = (record: R, name: string, value: string): boolean => {
    const filter = filters[name];
    return (filter ? collection.facet(filter, record) : collection.ownerId(record)) === value;
  };
  return (record) =>
    Object.entries(query.filters).every(([name, value]) => passesFilter(record, name, value)) &&
    Object.entries(query.ranges).every(([name, from]) => Number(record[ranges[name]?.field ?? "id"]) >= Number(from)) &&
    fieldFilters.every((ask) => FieldFilters.matchesFilter(record, ask)) &&
    where.every((condition) => WhereClauses.matchesExpression(record, condition));
}

/** Returns a page of rows that are all in memory, few enough to sort. `bound` says that there may be more rows than these. */
export async function listInMemory<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  all: readonly R[],
  bound: boolean,
): Promise<Page<R>> {
  if (all.some(({ version }: Partial<R>) => version === undefined)) requireRowQuery(query);
  const position = query.cursor ? await Cursor.open(query.cursor, queryFingerprint(collection, query)) : undefined;
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : parseSearchTerms(query.search);
  const passes = buildPredicate(collection, query);
  const isMatch = (record: R) =>
    passes(record) && (terms === undefined || (terms.length > 0 && matchesTerms(buildSearchWords(collection, record), terms)));
  const rows = all.filter(isMatch);
  return buildPage(
    collection,
    query,
    { ...sortPage(collection, query, rows, position?.after), searched: all.length, isCut: bound },
    position ?? { total: rows.length, isLowerBound: bound },
  );
}

/** Returns the counters of the total: of the owners, or of the person for records without owners. */
const resolveScopes = <R extends BaseRecord>(
  collection: Collection<R>,
  { personIds }: ListQuery,
  owners: Owners,
): readonly string[] =>
  personIds && collection.definition.parent !== undefined && owners === "all" ? personIds : Counter.ownerScopes(owners);

/** Reads the rows of a page in index order, from `after` or past the rows of earlier pages. */
async function readPage<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  plan: QueryPlan<R>,
  position: CursorPosition | undefined,
  matching?: number,
): Promise<FoundRows<R>> {
  const { after, searched = 0 } = position ?? {};
  const skip = after === undefined ? (query.page - 1) * query.limit : 0;
  const need = skip + query.limit + 1;
  const limit = plan.rowFilter ? skip + MAX_READ_ROWS : Number.POSITIVE_INFINITY;
  const rows: R[] = [];
  let read = 0;
  let matchCount = 0;
  let last: string | undefined;
  let readToLast = 0;
  const chunk = () => Math.min(1000, plan.rowFilter ? estimateChunk(need - matchCount, plan.rows, matching) : need);
  for await (const { key, row } of queryWithRows(collection, plan.partitions, query.derivedRows, {
    order: query.order,
    after,
    chunk,
  })) {
    // Without a filter, rows of earlier pages need not be parsed.
    const record = plan.rowFilter || matchCount >= skip ? collection.fromRow({ key, row }) : undefined;
    if (!plan.rowFilter || (record && plan.rowFilter(record))) {
      matchCount++;
      // The key as it was read. An earlier release may have stored a different key than this release computes.
      if (matchCount === need) return { rows, hasMore: true, stoppedAt: last, searched: searched + readToLast };
      if (matchCount > skip && record) rows.push(record);
      last = key;
      readToLast = read + 1;
    }
    if (++read >= limit) return { rows, hasMore: true, stoppedAt: key, searched: searched + read };
  }
  return { rows, hasMore: false, searched: searched + read };
}

/** Estimates the rows to read so that `need` of them match, assuming an even distribution. Missing rows are read in a further query. */
const estimateChunk = (need: number, rows: number, matching: number | undefined): number =>
  matching && rows ? Math.max(MIN_CHUNK, Math.ceil((need * rows) / matching)) : Math.max(need, 200);

/** Minimum rows of a query. */
const MIN_CHUNK = 25;

/** Reads a page and its total in one pass if no counter has the total: counting the rows means reading them all. */
async function readPageAndTotal<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  plan: QueryPlan<R>,
): Promise<{ found: FoundRows<R>; total: ListTotal }> {
  const { rows, places, read, bound, stoppedAt } = await readAll(collection, query, plan, query.order);
  const end = query.page * query.limit;
  const isShort = bound && rows.length <= end;
  const last = places[end - 1];
  return {
    found: isShort
      ? query.page === 1
        ? { rows, hasMore: true, stoppedAt, searched: read }
        : await readPage(collection, query, plan, undefined)
      : {
          rows: rows.slice(end - query.limit, end),
          hasMore: rows.length > end,
          stoppedAt: last?.key,
          searched: last?.read ?? read,
        },
    total: { total: rows.length, isLowerBound: bound },
  };
}

/** Counts the rows that a plan finds, within the limit of a request. Only plans with a filter need the rows themselves. */
async function countTotal<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  plan: QueryPlan<R>,
): Promise<ListTotal> {
  if (plan.rowFilter) {
    const { rows, bound } = await readAll(collection, query, plan);
    return { total: rows.length, isLowerBound: bound };
  }
  // A record with several viewers has an entry under each of them, and must be counted once.
  const isSingle = !hasVisibilityEntries(collection) || plan.partitions.length === 1;
  const limit = collection.kind.isDerived ? MAX_SORTED_ROWS : MAX_READ_ROWS;
  const count = isSingle
    ? await countRows(collection, plan.partitions, limit + 1)
    : (await listKeysAfter(collection, plan.partitions, { order: "desc", after: undefined, limit: limit + 1 })).length;
  return { total: Math.min(count, limit) + (query.derivedRows?.length ?? 0), isLowerBound: count > limit };
}

interface RowPlace {
  key: string;
  /** The rows looked at up to this one. */
  read: number;
}

async function readAll<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  plan: QueryPlan<R>,
  order: ListQuery["order"] = "desc",
  limit = MAX_READ_ROWS,
): Promise<{ rows: R[]; places: RowPlace[]; read: number; bound: boolean; stoppedAt?: string }> {
  const rows: R[] = [];
  const places: RowPlace[] = [];
  let read = 0;
  for await (const row of queryWithRows(collection, plan.partitions, query.derivedRows, {
    order,
    after: undefined,
    chunk: 1000,
  })) {
    const record = collection.fromRow(row);
    if (!plan.rowFilter || plan.rowFilter(record)) {
      rows.push(record);
      places.push({ key: row.key, read: read + 1 });
    }
    if (++read >= limit) return { rows, places, read, bound: true, stoppedAt: row.key };
  }
  return { rows, places, read, bound: false };
}
