import { canSeePrivate, type Owners, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { collectionOwner, type Kind, minIdAt } from "../../kernel/id.ts";
import { type BaseRecord, type Collection, type Filter, pad, separateScope } from "../table/collection.ts";
import type { IndexName } from "../table/table.ts";
import { hasViewerNames, isListedByEntries, listSearchNames } from "../table/viewer.ts";
import { Counter, type Counters } from "./counter.ts";
import { buildExtraPartition } from "./extra-partition.ts";
import { type FieldFilter, FieldFilters } from "./filter.ts";
import type { ListQuery, Partition } from "./list-query.ts";
import { type EntryOrder, entryOrder, entryOrderPartitions, findEntryOrderField } from "./order-entries.ts";
import { buildSearchWords, matchesTerms } from "./search.ts";
import { isOpenToActor } from "./visibility.ts";
import { ownerEntryPartition } from "./visibility-entries.ts";
import { WhereClauses } from "./where-clause.ts";

/** How a list is read. */
export interface QueryPlan<R> {
  partitions: readonly Partition[];
  /** The conditions that the partitions do not cover, to check on each row. */
  rowFilter: ((record: R) => boolean) | undefined;
  /** Whether the partitions are in the order of the list; if not, they have few rows, which are sorted in memory. */
  isOrdered: boolean;
  /** Rows in the partitions according to counters, to estimate how many to read for a page. */
  rows: number;
}

const ALL_SCOPES = [Counter.ALL];
/** Sorts after every value: records without a value never match an upper bound. */
const BEHIND_ALL_VALUES = "~";

/** One condition of a list. */
interface QueryCondition<R> {
  /** The partitions with exactly the records that fulfil it. */
  partitions: readonly Partition[] | undefined;
  /** All partitions are already limited to it. */
  isBounded?: true;
  /** Its partitions also exist for deleted records. */
  includesDeleted?: true;
  /** A counter showed that all found records fulfil it, except records that were written moments ago. */
  isPresumed?: true;
  /** Rows do not tell whether it is fulfilled, so only its own partitions can be read. */
  isExclusive?: true;
  estimateRows(counters: Counters): number;
  matches(record: R): boolean;
}

/** Up to this many rows are read and sorted in memory if no index has the order. */
export const MAX_SORTED_ROWS = 1000;

/** Up to this many owners are read by their own partitions; more are filtered out of a wider index. */
export const MAX_OWNER_PARTITIONS = 50;

/** Returns the index whose order this index has. Indexes without an order of their own are in order of time. */
export const indexOrder = <R extends BaseRecord>(collection: Collection<R>, index: Partition["index"]): IndexName =>
  index !== "record" && index !== "entry" && index !== "archive" && collection.definition.indexes[index]?.sort
    ? index
    : "by_time";

/** The order of a field without an index. */
const IN_MEMORY_ORDER = "free";
type ListOrder = IndexName | EntryOrder | typeof IN_MEMORY_ORDER;

const partitionOrder = <R extends BaseRecord>(collection: Collection<R>, { index, facets }: Partition): ListOrder =>
  index === "entry" ? ((facets.order ?? facets.on ?? "by_time") as ListOrder) : indexOrder(collection, index);

export const queryOrder = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): ListOrder => {
  const field = findEntryOrderField(collection, query);
  if (field !== undefined) return entryOrder(field);
  return isInMemoryOrder(collection, query) ? IN_MEMORY_ORDER : findSortIndex(collection, query);
};

/** Lists the orders of a kind that work for any number of records; the order of time is the first. */
export function listServedOrders<R extends BaseRecord>(collection: Collection<R>): string[] {
  const { sorts = {}, entryOrders = {} } = collection.definition;
  const time = timeField(collection);
  return [...new Set([time, ...Object.keys(sorts), ...Object.keys(entryOrders)])];
}

/** Returns whether a list is sorted by a field that no index has. Its rows are sorted in memory, up to `MAX_SORTED_ROWS`. */
export const isInMemoryOrder = <R extends BaseRecord>(
  collection: Collection<R>,
  { sort, thenBy, customSorts = {} }: Pick<ListQuery, "sort" | "thenBy" | "customSorts">,
): boolean =>
  thenBy !== undefined ||
  Object.hasOwn(customSorts, sort) ||
  (sort !== "updated_at" &&
    !listServedOrders(collection).includes(sort) &&
    FieldFilters.listSortableFields(collection).includes(sort));

/** The error if there are more records than can be sorted in memory. */
export const tooManyToSort = <R extends BaseRecord>(collection: Collection<R>, { sort, thenBy = [] }: ListQuery) =>
  invalid(
    "sort",
    `More than ${MAX_SORTED_ROWS} records would have to be sorted by ${[sort, ...thenBy.map((next) => next.sort)].join(", ")}: filter them, or sort by ${listServedOrders(collection).join(", ")}`,
  );

/** Returns the partitions of a kind in the collections of these persons: all ids of one person. */
export const personPartitions = (persons: readonly string[], life: "live" | "deleted" = "live"): Partition[] =>
  persons.map((person) => ({ index: "record", facets: { within: person, life } }));

/** Converts a range of time to bounds of ids. */
export const toIdBounds = (kind: Kind, { from, to }: { from?: string | undefined; to?: string | undefined }) => ({
  ...(from === undefined ? {} : { from: minIdAt(kind, Math.max(0, Date.parse(from))) }),
  ...(to === undefined ? {} : { to: minIdAt(kind, Math.max(0, Date.parse(to))) }),
});

export const timeField = <R extends BaseRecord>({ definition }: Collection<R>): string => definition.timeField ?? "created_at";

/** Returns the time range of a query: its own bounds, or the filters on the field that ids are made of. */
const queryTimeRange = <R extends BaseRecord>(collection: Collection<R>, { timeRange, fieldFilters = [] }: ListQuery) =>
  timeRange ?? FieldFilters.resolveTimeRange(fieldFilters, timeField(collection));

/** Returns the range of the entry order by which a list is sorted. */
const queryOrderRange = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery) =>
  FieldFilters.resolveTimeRange(query.fieldFilters ?? [], findEntryOrderField(collection, query) ?? "");

/** Returns whether the time range of a query ends before it begins: no partition can be read like that. */
export const isEmptyRange = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): boolean =>
  [queryTimeRange(collection, query), queryOrderRange(collection, query)].some(
    ({ from, to }) => from !== undefined && to !== undefined && to < from,
  );

/** Limits partitions in order of time, or of entries, to the query's range. */
function boundPartitions<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  partitions: readonly Partition[],
): Partition[] {
  const inTime = toIdBounds(collection.kind, queryTimeRange(collection, query));
  const inPlace = queryOrderRange(collection, query);
  return partitions.map((partition) => {
    const order = partitionOrder(collection, partition);
    return { ...partition, ...(order === "by_time" ? inTime : partition.facets.order ? inPlace : {}) };
  });
}

/** Lists the fields by which the partitions of the query's filters are split. */
const listSplitFields = <R extends BaseRecord>({ definition }: Collection<R>, query: ListQuery): Set<keyof R> =>
  new Set(
    Object.keys(query.filters).flatMap((name) => {
      const { index } = definition.filters?.[name] ?? {};
      return (index && definition.indexes[index]?.splitBy?.field) ?? [];
    }),
  );

/** Expands a partition to all parts of a second field; to one part if the query filters by that field too. */
function expandPartition<R extends BaseRecord>(
  { definition }: Collection<R>,
  query: ListQuery,
  { index, facets }: { index: IndexName; facets: Partition["facets"] },
): Partition[] {
  const split = definition.indexes[index]?.splitBy;
  if (!split) return [{ index, facets }];
  const filterEntry = Object.entries(query.filters).find(([name]) => definition.filters?.[name]?.field === split.field);
  return (filterEntry ? [filterEntry[1]] : split.values).map((value) => ({ index, facets: { ...facets, [split.field]: value } }));
}

export const findSortIndex = <R extends BaseRecord>(collection: Collection<R>, query: Pick<ListQuery, "sort">): IndexName =>
  collection.definition.sorts?.[query.sort] ?? "by_time";

/** Returns whether exactly the records in an entry order pass a filter. */
function isImpliedFilter<R extends BaseRecord>(
  { definition }: Collection<R>,
  place: string | undefined,
  name: string,
  value: string,
): boolean {
  const [filter, filterValue] = definition.entryOrders?.[place as keyof R & string] ?? [];
  return filter === name && filterValue === value;
}

/** A filter with several values of an indexed and counted field. */
interface MultiValueFilter {
  name: string;
  index: IndexName;
  field: string;
  values: readonly string[];
}

function parseMultiValueFilter<R extends BaseRecord>(
  { definition }: Collection<R>,
  { field, operator, value }: FieldFilter,
): MultiValueFilter | undefined {
  if (operator !== "in" || definition.hashedTextFields?.includes(field as keyof R & string)) return undefined;
  const entry = Object.entries<Filter<R>>(definition.filters ?? {}).find(([, filter]) => filter.field === field);
  const [name, filter] = entry ?? [];
  if (name === undefined || !filter?.index || filter.hasOwnCounters) return undefined;
  return { name, index: filter.index, field, values: value as readonly string[] };
}

const countMultiValue = ({ name, values }: MultiValueFilter, counters: Counters, scopes: readonly string[]): number =>
  values.reduce((total, value) => total + Counter.sum(counters, scopes, Counter.filterCount(name, value)), 0);

export function buildConditions<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  owners: Owners,
  terms: readonly string[] | undefined,
): QueryCondition<R>[] {
  const { filters = {}, ranges = {}, indexes, owner, parent } = collection.definition;
  const conditions: QueryCondition<R>[] = [];
  const { personIds, timeRange } = query;
  const partitionsOfFilter = ({ index, field }: { index: IndexName; field: string }, value: string): Partition[] =>
    expandPartition(collection, query, { index, facets: { ...(index === "by_time" ? { life: "live" } : {}), [field]: value } });
  const splitters = listSplitFields(collection, query);
  const place = findEntryOrderField(collection, query);
  if (collection.definition.privacy && !canSeePrivate()) {
    conditions.push({
      partitions: undefined,
      isBounded: true,
      isPresumed: true,
      estimateRows: () => Number.POSITIVE_INFINITY,
      matches: (record) => isOpenToActor(collection, record),
    });
  }
  if (personIds) {
    conditions.push({
      partitions: boundPartitions(collection, query, personPartitions(personIds, query.deleted ? "deleted" : "live")),
      estimateRows: (counters) => Counter.sum(counters, personIds, Counter.LIVE),
      includesDeleted: true,
      matches: ({ id }) => personIds.includes(collectionOwner(id)),
    });
  }
  if (timeRange) {
    const { from = "", to } = toIdBounds(collection.kind, timeRange);
    conditions.push({
      partitions: undefined,
      isBounded: true,
      estimateRows: () => Number.POSITIVE_INFINITY,
      matches: ({ id }) => id >= from && (to === undefined || id <= `${to}~`),
    });
  }
  if (query.parent !== undefined) {
    const above = [query.parent, ...(query.mergedIds ?? [])];
    const below = above.flatMap((parentId) => collection.childPartitions(parentId));
    conditions.push({
      partitions: boundPartitions(collection, query, below),
      estimateRows: () => 0,
      matches: (record) => above.includes(String(record[parent as keyof R])),
    });
  }
  if (owners !== "all" && collection.definition.derivedVisibility) {
    const life = query.deleted ? "deleted" : "live";
    const index = query.deleted ? "by_time" : findSortIndex(collection, query);
    const ownerPartitions = [...owners].map((id) => ownerEntryPartition(useTenant(), collection.name, id, life, index));
    conditions.push({
      partitions: boundPartitions(collection, query, ownerPartitions),
      estimateRows: (counters) => Counter.sum(counters, Counter.ownerScopes(owners), Counter.LIVE),
      includesDeleted: true,
      isExclusive: true,
      matches: () => true,
    });
  } else if (owners !== "all" && hasViewerNames(owners)) {
    conditions.push(buildSharedCondition(collection, query, owners));
  } else if (owners !== "all") {
    const underOwners = (): Partition[] =>
      place === undefined || query.deleted
        ? [...owners].map((id) => ({ index: "by_owner", facets: { [owner as string]: id } }))
        : entryOrderPartitions(collection, place, owners);
    conditions.push({
      partitions: owners.size <= MAX_OWNER_PARTITIONS ? boundPartitions(collection, query, underOwners()) : undefined,
      estimateRows: (counters) => Counter.sum(counters, Counter.ownerScopes(owners), Counter.LIVE),
      matches: (record) => owners.has(collection.ownerId(record) ?? ""),
    });
  }
  for (const [name, value] of Object.entries(query.filters)) {
    const filter = filters[name];
    if (name === "owner" && hasViewerNames(owners)) conditions.push(buildOwnerCondition(collection, query, value));
    if (name === "owner" || !filter) continue;
    const { index, field, extraIndex } = filter;
    const isOfPlace = !query.deleted && isImpliedFilter(collection, place, name, value);
    const partitions =
      extraIndex === undefined
        ? index && partitionsOfFilter({ index, field }, value)
        : [buildExtraPartition(collection, [extraIndex, value])];
    conditions.push({
      partitions: partitions && boundPartitions(collection, query, partitions),
      ...(splitters.has(field) || isOfPlace ? { isBounded: true } : {}),
      estimateRows: (counters) =>
        filter.hasOwnCounters
          ? Counter.sum(counters, [separateScope(name, value)], Counter.LIVE)
          : Counter.sum(counters, ALL_SCOPES, Counter.filterCount(name, value)),
      matches: (record) => collection.facet(filter, record) === value,
    });
  }
  for (const [name, value] of Object.entries(query.ranges)) {
    const range = ranges[name];
    if (!range) continue;
    conditions.push({
      partitions: [{ index: range.index, facets: {}, from: pad(value, 3) }],
      estimateRows: (counters) => Counter.sumFrom(counters, ALL_SCOPES, name, value),
      matches: (record) => Number(record[range.field] ?? 0) >= value,
    });
  }
  if (query.upperBound) {
    const { index, to } = query.upperBound;
    conditions.push({
      partitions: [{ index, facets: {}, to }],
      estimateRows: () => Number.POSITIVE_INFINITY,
      matches: (record) => (indexes[index]?.sort?.(record) ?? BEHIND_ALL_VALUES) <= to,
    });
  }
  if (place !== undefined) {
    conditions.push({
      partitions: undefined,
      ...(query.deleted ? {} : { isBounded: true }),
      estimateRows: () => Number.POSITIVE_INFINITY,
      matches: (record) => record[place as keyof R] !== null,
    });
  }
  const inOrder = query.timeRange === undefined && queryOrder(collection, query) === "by_time" ? timeField(collection) : place;
  for (const ask of query.fieldFilters ?? []) {
    const several = parseMultiValueFilter(collection, ask);
    conditions.push({
      partitions:
        several &&
        boundPartitions(
          collection,
          query,
          several.values.flatMap((value) => partitionsOfFilter(several, value)),
        ),
      ...(inOrder !== undefined && !query.deleted && FieldFilters.isTimeBound(ask, inOrder) ? { isBounded: true } : {}),
      estimateRows: (counters) => (several ? countMultiValue(several, counters, ALL_SCOPES) : Number.POSITIVE_INFINITY),
      matches: (record) => FieldFilters.matchesFilter(record, ask),
    });
  }
  for (const condition of query.where ?? []) {
    conditions.push({
      partitions: undefined,
      estimateRows: () => Number.POSITIVE_INFINITY,
      matches: (record) => WhereClauses.matchesExpression(record, condition),
    });
  }
  if (terms) {
    conditions.push({
      partitions: undefined,
      estimateRows: () => Number.POSITIVE_INFINITY,
      matches: (record) => matchesTerms(buildSearchWords(collection, record), terms),
    });
  }
  return conditions;
}

/**
 * Selects the records that are visible through the caller's users and teams. Entries hold them in each order; or else `by_owner` holds
 * owned records and entries hold shared ones.
 */
function buildSharedCondition<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  names: ReadonlySet<string>,
): QueryCondition<R> {
  const life = query.deleted ? "deleted" : "live";
  const index = query.deleted ? "by_time" : findSortIndex(collection, query);
  const buildPartition = (name: string): Partition =>
    hasViewerNames([name])
      ? ownerEntryPartition(useTenant(), collection.name, name, life, index)
      : { index: "by_owner", facets: { [String(collection.definition.owner)]: name } };
  const isFew = names.size <= MAX_OWNER_PARTITIONS;
  return {
    partitions: isFew ? boundPartitions(collection, query, [...names].map(buildPartition)) : undefined,
    estimateRows: (counters) => Counter.sum(counters, [...names], query.deleted ? Counter.DELETED : Counter.LIVE),
    ...(isListedByEntries(collection) ? { includesDeleted: true as const } : {}),
    matches: (record) => listSearchNames(collection, record).some((name) => names.has(name)),
  };
}

/** Selects by owner among records that are shared. */
const buildOwnerCondition = <R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  owner: string,
): QueryCondition<R> => ({
  partitions: boundPartitions(collection, query, [
    { index: "by_owner", facets: { [String(collection.definition.owner)]: owner } },
  ]),
  estimateRows: (counters) => Counter.sum(counters, [owner], Counter.LIVE),
  matches: (record) => collection.ownerId(record) === owner,
});

/** Returns the plan that needs no counters: at most one condition, whose index is in the order of the list. */
export function findDirectPlan<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  conditions: readonly QueryCondition<R>[],
): QueryPlan<R> | undefined {
  const [condition, ...otherConditions] = conditions.filter((each) => !each.isBounded);
  if (otherConditions.length > 0 || (condition && query.deleted && !condition.includesDeleted)) return undefined;
  const partitions = condition ? condition.partitions : basePartitions(collection, query, queryOrder(collection, query));
  if (!partitions?.length || !areInQueryOrder(collection, query, partitions)) return undefined;
  return { partitions, rowFilter: undefined, isOrdered: true, rows: 0 };
}

/** Returns the plan that reads the fewest rows according to counters. */
export function findBestPlan<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  conditions: readonly QueryCondition<R>[],
  counters: Counters,
): QueryPlan<R> {
  const isMatch = (record: R): boolean => conditions.every((condition) => condition.matches(record));
  const base = basePartitions(collection, query, "by_time");
  const exclusiveCondition = conditions.find(({ isExclusive }) => isExclusive);
  if (exclusiveCondition?.partitions) {
    const isOrdered = areInQueryOrder(collection, query, exclusiveCondition.partitions);
    return {
      partitions: exclusiveCondition.partitions,
      rowFilter: isMatch,
      isOrdered: isOrdered,
      rows: exclusiveCondition.estimateRows(counters),
    };
  }
  const usable = conditions.filter(({ includesDeleted }) => includesDeleted || !query.deleted);
  const candidates = [
    ...usable.flatMap(({ partitions, estimateRows }) => (partitions ? [{ partitions, rows: estimateRows(counters) }] : [])),
    { partitions: base, rows: Counter.sum(counters, ALL_SCOPES, query.deleted ? Counter.DELETED : Counter.LIVE) },
  ];
  const best = candidates.reduce((fewest, candidate) => (candidate.rows < fewest.rows ? candidate : fewest));
  const { partitions, rows } = best;
  if (areInQueryOrder(collection, query, partitions)) return { partitions, rowFilter: isMatch, isOrdered: true, rows };
  // Too many rows to sort in memory: read the index of the order and filter the rows.
  const inSort = basePartitions(collection, query, queryOrder(collection, query));
  if (rows > MAX_SORTED_ROWS && inSort.length > 0)
    return { partitions: inSort, rowFilter: isMatch, isOrdered: true, rows: Counter.sum(counters, ALL_SCOPES, Counter.LIVE) };
  return { partitions, rowFilter: isMatch, isOrdered: false, rows };
}

const isIndex = (order: ListOrder): order is IndexName => order !== IN_MEMORY_ORDER && !order.startsWith("entry:");

/** Returns the partitions of all records in an order, if it has any. */
export function basePartitions<R extends BaseRecord>(collection: Collection<R>, query: ListQuery, index: ListOrder): Partition[] {
  if (query.deleted) return boundPartitions(collection, query, collection.allPartitions("deleted"));
  const place = findEntryOrderField(collection, query);
  if (place !== undefined && index === entryOrder(place))
    return boundPartitions(collection, query, entryOrderPartitions(collection, place, "all"));
  if (index === IN_MEMORY_ORDER) return [];
  if (index === "by_time") {
    return boundPartitions(collection, query, collection.allPartitions("live"));
  }
  const to = query.upperBound?.index === index ? query.upperBound.to : undefined;
  return isIndex(index) && collection.definition.indexes[index] && !collection.definition.indexes[index].field
    ? [{ index, facets: {}, to }]
    : [];
}

const areInQueryOrder = <R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  partitions: readonly Partition[],
): boolean => partitions.every((partition) => partitionOrder(collection, partition) === queryOrder(collection, query));

/** Reads counters by name. Derived kinds have no counters; their totals are counted while reading. */
export const readCounters = <R extends BaseRecord>({ name, kind }: Collection<R>, scopes: readonly string[]): Promise<Counters> =>
  Counter.read(name, kind.isDerived ? [] : [...new Set(scopes)]);

/** Lists the further counters for the total of a list: those of separately counted filters, and of an owner. */
export const listExtraScopes = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owners: Owners): string[] => [
  ...listSeparateScopes(collection, query),
  ...(query.filters.owner !== undefined && hasViewerNames(owners) ? [query.filters.owner] : []),
];

/** Lists the counters of filters that are counted separately. */
const listSeparateScopes = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): string[] =>
  Object.entries(query.filters).flatMap(([name, value]) =>
    collection.definition.filters?.[name]?.hasOwnCounters ? [separateScope(name, value)] : [],
  );

/** Returns the total if counters have it: for the scopes, with at most one filter or lower bound. */
export function findCountedTotal<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  scopes: readonly string[],
  counters: Counters,
): number | undefined {
  if (collection.kind.isDerived) return undefined;
  // A person's records have counters only if they are counted by person.
  const { parent } = collection.definition;
  if (query.personIds && (parent === undefined || scopes !== query.personIds)) return undefined;
  const filters = Object.entries(query.filters).filter(([name]) => name !== "owner");
  const ranges = Object.entries(query.ranges);
  const sum = (count: string): number => Counter.sum(counters, scopes, count);
  const [ask, ...asks] = query.fieldFilters ?? [];
  const several = ask && parseMultiValueFilter(collection, ask);
  const isMore = asks.length > 0 || (ask && !several) || query.where || filters.length + ranges.length + (ask ? 1 : 0) > 1;
  const isOwners = query.filters.owner !== undefined && hasViewerNames(scopes);
  if (query.search !== undefined || query.upperBound || query.timeRange || isMore || isOwners) return undefined;
  if (several) return query.deleted ? undefined : countMultiValue(several, counters, scopes);
  const [filter] = filters;
  const [range] = ranges;
  if (query.deleted) return filter || range ? undefined : sum(Counter.DELETED);
  if (filter && collection.definition.filters?.[filter[0]]?.hasOwnCounters) {
    const [scope, ...otherScopes] = scopes;
    return scope === Counter.ALL && otherScopes.length === 0
      ? Counter.sum(counters, listSeparateScopes(collection, query), Counter.LIVE)
      : undefined;
  }
  if (filter && collection.definition.filters?.[filter[0]]) return sum(Counter.filterCount(...filter));
  if (range) return Counter.sumFrom(counters, scopes, ...range);
  return filter ? undefined : sum(Counter.LIVE);
}
