import { canSeePrivate, type Owners, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { collectionOwner, type Kind, minIdAt } from "../../kernel/id.ts";
import { type BaseRecord, type Collection, type Filter, pad, separateScope } from "../table/collection.ts";
import type { IndexName } from "../table/table.ts";
import { hasViewerNames, isListedByEntries, listSearchNames } from "../table/viewer.ts";
import { Counter, type Counters } from "./counter.ts";
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
  /** What the partitions leave to be asked of each row. */
  rowFilter: ((record: R) => boolean) | undefined;
  /** Whether the partitions come in the order that was asked for; if not, they are few rows and sorted here. */
  isOrdered: boolean;
  /** Rows in the partitions, as the counters say; to guess how many must be read for a page. */
  rows: number;
}

const ALL_SCOPES = [Counter.ALL];
/** Sorts behind every value: what has no value is up to none. */
const BEHIND_ALL_VALUES = "~";

/** One thing that a list asks of its records. */
interface QueryCondition<R> {
  /** The partitions that hold just the records for which it is true. */
  partitions: readonly Partition[] | undefined;
  /** True of all that the partitions hold, because they are bounded to it. */
  isBounded?: true;
  /** Its partitions are those of the deleted records, when these are asked for. */
  includesDeleted?: true;
  /** True of all that is found, as a counter has said already, but for what was written moments ago. */
  isPresumed?: true;
  /** Rows do not tell whether it is true, so that no other partitions will do. */
  isExclusive?: true;
  estimateRows(counters: Counters): number;
  matches(record: R): boolean;
}

/** A set of this many rows is read whole and sorted here, where no index has the order that is asked for. */
export const MAX_SORTED_ROWS = 1000;

/** So many owners are read partition by partition; more are filtered out of a wider index. */
export const MAX_OWNER_PARTITIONS = 50;

/** The index whose order this one has: those without an order of their own are in order of time. */
export const indexOrder = <R extends BaseRecord>(collection: Collection<R>, index: Partition["index"]): IndexName =>
  index !== "record" && index !== "entry" && index !== "archive" && collection.definition.indexes[index]?.sort
    ? index
    : "by_time";

/** Of no index: by a field of the row. */
const IN_MEMORY_ORDER = "free";
type ListOrder = IndexName | EntryOrder | typeof IN_MEMORY_ORDER;

export const partitionOrder = <R extends BaseRecord>(collection: Collection<R>, { index, facets }: Partition): ListOrder =>
  index === "entry" ? ((facets.order ?? facets.on ?? "by_time") as ListOrder) : indexOrder(collection, index);

/** The order that is asked for. */
export const queryOrder = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): ListOrder => {
  const field = findEntryOrderField(collection, query);
  if (field !== undefined) return entryOrder(field);
  return isInMemoryOrder(collection, query) ? IN_MEMORY_ORDER : findSortIndex(collection, query);
};

/** Orders of a kind that hold however many records there are; that of time is the first. */
export function listServedOrders<R extends BaseRecord>(collection: Collection<R>): string[] {
  const { sorts = {}, entryOrders: orders = {} } = collection.definition;
  const time = timeField(collection);
  return [...new Set([time, ...Object.keys(sorts), ...Object.keys(orders)])];
}

/** Whether a list is in the order of a field that no index has: rows are put in it here, up to SMALL. */
export const isInMemoryOrder = <R extends BaseRecord>(collection: Collection<R>, { sort }: Pick<ListQuery, "sort">): boolean =>
  sort !== "updated_at" &&
  !listServedOrders(collection).includes(sort) &&
  FieldFilters.listSortableFields(collection).includes(sort);

/** Where there are more than can be put in order here. */
export const tooManyToSort = <R extends BaseRecord>(collection: Collection<R>, { sort }: ListQuery) =>
  invalid(
    "sort",
    `More than ${MAX_SORTED_ROWS} records would have to be put in order of ${sort}: filter them, or sort by ${listServedOrders(collection).join(", ")}`,
  );

/** The records of a kind in the collections of these persons, which are one and the same. */
export const personPartitions = (persons: readonly string[], life: "live" | "deleted" = "live"): Partition[] =>
  persons.map((within) => ({ index: "record", facets: { within, life } }));

/** The part of a time as bounds of ids. */
export const toIdBounds = (kind: Kind, { from, to }: { from?: string | undefined; to?: string | undefined }) => ({
  ...(from === undefined ? {} : { from: minIdAt(kind, Math.max(0, Date.parse(from))) }),
  ...(to === undefined ? {} : { to: minIdAt(kind, Math.max(0, Date.parse(to))) }),
});

export const timeField = <R extends BaseRecord>({ definition }: Collection<R>): string => definition.timeField ?? "created_at";

/** The time that a query asks for: of bounds of its own, or of the field that ids are made of. */
const queryTimeRange = <R extends BaseRecord>(
  collection: Collection<R>,
  { timeRange: between, fieldFilters: asks = [] }: ListQuery,
) => between ?? FieldFilters.resolveTimeRange(asks, timeField(collection));

/** What is asked for of the order itself, where it is one of entries. */
const queryOrderRange = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery) =>
  FieldFilters.resolveTimeRange(query.fieldFilters ?? [], findEntryOrderField(collection, query) ?? "");

/** Whether a query asks for a time that ends before it begins: no partition can be read so. */
export const isEmptyRange = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): boolean =>
  [queryTimeRange(collection, query), queryOrderRange(collection, query)].some(
    ({ from, to }) => from !== undefined && to !== undefined && to < from,
  );

/** Partitions in order of time, or of entries, bounded to what the query asks for of that. */
function boundPartitions<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  partitions: readonly Partition[],
): Partition[] {
  const inTime = toIdBounds(collection.kind, queryTimeRange(collection, query));
  const inPlace = queryOrderRange(collection, query);
  return partitions.map((each) => {
    const order = partitionOrder(collection, each);
    return { ...each, ...(order === "by_time" ? inTime : each.facets.order ? inPlace : {}) };
  });
}

/** The fields that partitions of filters asked for are split by. */
const listSplitFields = <R extends BaseRecord>({ definition }: Collection<R>, query: ListQuery): Set<keyof R> =>
  new Set(
    Object.keys(query.filters).flatMap((name) => {
      const { index } = definition.filters?.[name] ?? {};
      return (index && definition.indexes[index]?.splitBy?.field) ?? [];
    }),
  );

/** A partition in all parts that a second field splits it into; or the one part whose value the query asks for too. */
function expandPartition<R extends BaseRecord>(
  { definition }: Collection<R>,
  query: ListQuery,
  { index, facets }: { index: IndexName; facets: Partition["facets"] },
): Partition[] {
  const by = definition.indexes[index]?.splitBy;
  if (!by) return [{ index, facets }];
  const asked = Object.entries(query.filters).find(([name]) => definition.filters?.[name]?.field === by.field);
  return (asked ? [asked[1]] : by.values).map((value) => ({ index, facets: { ...facets, [by.field]: value } }));
}

export const findSortIndex = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): IndexName =>
  collection.definition.sorts?.[query.sort] ?? "by_time";

/** Whether a filter holds of all that stand in the order of a field, and of nothing else. */
function isImpliedFilter<R extends BaseRecord>(
  { definition }: Collection<R>,
  place: string | undefined,
  name: string,
  value: string,
): boolean {
  const [filter, of] = definition.entryOrders?.[place as keyof R & string] ?? [];
  return filter === name && of === value;
}

/** A filter that is asked for several of its values, each of which has its place in an index, and is counted. */
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
  const found = Object.entries<Filter<R>>(definition.filters ?? {}).find(([, filter]) => filter.field === field);
  const [name, filter] = found ?? [];
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
  const { personIds: within, timeRange: between } = query;
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
  if (within) {
    conditions.push({
      partitions: boundPartitions(collection, query, personPartitions(within, query.deleted ? "deleted" : "live")),
      estimateRows: (counters) => Counter.sum(counters, within, Counter.LIVE),
      includesDeleted: true,
      matches: ({ id }) => within.includes(collectionOwner(id)),
    });
  }
  if (between) {
    const { from = "", to } = toIdBounds(collection.kind, between);
    conditions.push({
      partitions: undefined,
      isBounded: true,
      estimateRows: () => Number.POSITIVE_INFINITY,
      matches: ({ id }) => id >= from && (to === undefined || id <= `${to}~`),
    });
  }
  if (query.parent !== undefined) {
    const above = [query.parent, ...(query.mergedIds ?? [])];
    const below = above.flatMap((each) => collection.childPartitions(each));
    conditions.push({
      partitions: boundPartitions(collection, query, below),
      estimateRows: () => 0,
      matches: (record) => above.includes(String(record[parent as keyof R])),
    });
  }
  if (owners !== "all" && collection.definition.derivedVisibility) {
    const life = query.deleted ? "deleted" : "live";
    const index = query.deleted ? "by_time" : findSortIndex(collection, query);
    const under = [...owners].map((id) => ownerEntryPartition(useTenant(), collection.name, id, life, index));
    conditions.push({
      partitions: boundPartitions(collection, query, under),
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
    const { index, field } = filter;
    const isOfPlace = !query.deleted && isImpliedFilter(collection, place, name, value);
    conditions.push({
      partitions: index && boundPartitions(collection, query, partitionsOfFilter({ index, field }, value)),
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

/** What is seen through somebody: entries have it in each order, or by_owner what they own, and entries what is shared with them. */
function buildSharedCondition<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  names: ReadonlySet<string>,
): QueryCondition<R> {
  const life = query.deleted ? "deleted" : "live";
  const index = query.deleted ? "by_time" : findSortIndex(collection, query);
  const under = (name: string): Partition =>
    hasViewerNames([name])
      ? ownerEntryPartition(useTenant(), collection.name, name, life, index)
      : { index: "by_owner", facets: { [String(collection.definition.owner)]: name } };
  const isFew = names.size <= MAX_OWNER_PARTITIONS;
  return {
    partitions: isFew ? boundPartitions(collection, query, [...names].map(under)) : undefined,
    estimateRows: (counters) => Counter.sum(counters, [...names], query.deleted ? Counter.DELETED : Counter.LIVE),
    ...(isListedByEntries(collection) ? { includesDeleted: true as const } : {}),
    matches: (record) => listSearchNames(collection, record).some((name) => names.has(name)),
  };
}

/** Whose a record is, of what is seen through others as well. */
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

/** The plan that needs no counters to be chosen: at most one condition, and an index for it in the order asked for. */
export function findDirectPlan<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  conditions: readonly QueryCondition<R>[],
): QueryPlan<R> | undefined {
  const [condition, ...others] = conditions.filter((each) => !each.isBounded);
  if (others.length > 0 || (condition && query.deleted && !condition.includesDeleted)) return undefined;
  const partitions = condition ? condition.partitions : basePartitions(collection, query, queryOrder(collection, query));
  if (!partitions?.length || !areInQueryOrder(collection, query, partitions)) return undefined;
  return { partitions, rowFilter: undefined, isOrdered: true, rows: 0 };
}

/** The plan that reads the fewest rows, by what the counters say. */
export function findBestPlan<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  conditions: readonly QueryCondition<R>[],
  counters: Counters,
): QueryPlan<R> {
  const wanted = (record: R): boolean => conditions.every((condition) => condition.matches(record));
  const base = basePartitions(collection, query, "by_time");
  const only = conditions.find(({ isExclusive: isOnly }) => isOnly);
  if (only?.partitions) {
    const ordered = areInQueryOrder(collection, query, only.partitions);
    return { partitions: only.partitions, rowFilter: wanted, isOrdered: ordered, rows: only.estimateRows(counters) };
  }
  const usable = conditions.filter(({ includesDeleted: deleted }) => deleted || !query.deleted);
  const candidates = [
    ...usable.flatMap(({ partitions, estimateRows: rows }) => (partitions ? [{ partitions, rows: rows(counters) }] : [])),
    { partitions: base, rows: Counter.sum(counters, ALL_SCOPES, query.deleted ? Counter.DELETED : Counter.LIVE) },
  ];
  const best = candidates.reduce((fewest, each) => (each.rows < fewest.rows ? each : fewest));
  const { partitions, rows } = best;
  if (areInQueryOrder(collection, query, partitions)) return { partitions, rowFilter: wanted, isOrdered: true, rows };
  // Too many to sort here: the order's own index, and everything else filtered on the way.
  const inSort = basePartitions(collection, query, queryOrder(collection, query));
  if (rows > MAX_SORTED_ROWS && inSort.length > 0)
    return { partitions: inSort, rowFilter: wanted, isOrdered: true, rows: Counter.sum(counters, ALL_SCOPES, Counter.LIVE) };
  return { partitions, rowFilter: wanted, isOrdered: false, rows };
}

const isIndex = (order: ListOrder): order is IndexName => order !== IN_MEMORY_ORDER && !order.startsWith("entry:");

/** The partition of all records in an order, where it has one. */
export function basePartitions<R extends BaseRecord>(collection: Collection<R>, query: ListQuery, index: ListOrder): Partition[] {
  if (query.deleted) return boundPartitions(collection, query, collection.allPartitions("deleted"));
  const place = findEntryOrderField(collection, query);
  if (place !== undefined && index === entryOrder(place))
    return boundPartitions(collection, query, entryOrderPartitions(collection, place, "all"));
  if (index === IN_MEMORY_ORDER) return [];
  if (index === "by_time") {
    const { from } = toIdBounds(collection.kind, queryTimeRange(collection, query));
    return boundPartitions(collection, query, [...collection.allPartitions("live"), ...collection.archivePartitions(from)]);
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

/** The counters by these names; none of a derived kind, which nobody counts: its totals are counted while reading. */
export const readCounters = <R extends BaseRecord>({ name, kind }: Collection<R>, scopes: readonly string[]): Promise<Counters> =>
  Counter.read(name, kind.isDerived ? [] : [...new Set(scopes)]);

/** The counters that say how much a list finds by what it asks for beside: of filters that are counted apart, and of an owner. */
export const listExtraScopes = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owners: Owners): string[] => [
  ...listSeparateScopes(collection, query),
  ...(query.filters.owner !== undefined && hasViewerNames(owners) ? [query.filters.owner] : []),
];

/** The counters of the filters that are counted apart. */
const listSeparateScopes = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): string[] =>
  Object.entries(query.filters).flatMap(([name, value]) =>
    collection.definition.filters?.[name]?.hasOwnCounters ? [separateScope(name, value)] : [],
  );

/** The total where counters have it: of what is in the scopes, and of that with one filter or lower bound. */
export function findCountedTotal<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  scopes: readonly string[],
  counters: Counters,
): number | undefined {
  if (collection.kind.isDerived) return undefined;
  // A person's records are counted where they are counted by person.
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
    const [scope, ...others] = scopes;
    return scope === Counter.ALL && others.length === 0
      ? Counter.sum(counters, listSeparateScopes(collection, query), Counter.LIVE)
      : undefined;
  }
  if (filter && collection.definition.filters?.[filter[0]]) return sum(Counter.filterCount(...filter));
  if (range) return Counter.sumFrom(counters, scopes, ...range);
  return filter ? undefined : sum(Counter.LIVE);
}
