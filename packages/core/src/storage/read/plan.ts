import { type Owners, seesPrivate, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { floorAt, type Kind, ownerOf } from "../../kernel/id.ts";
import { type BaseRecord, type Collection, type Filter, pad, separateScope } from "../table/collection.ts";
import { areSeers, foundUnder, isByEntries } from "../table/share.ts";
import type { IndexName } from "../table/table.ts";
import { type Ask, Asks } from "./ask.ts";
import { Counter, type Counters } from "./counter.ts";
import { type EntryOrder, entryOrder, fieldAsked, partitionsInOrder } from "./order-entries.ts";
import type { ListQuery, Partition } from "./query.ts";
import { matches, searchWordsOf } from "./search.ts";
import { partitionUnder } from "./sight-entries.ts";
import { isOpen } from "./visibility.ts";
import { Wheres } from "./where.ts";

/** How a list is read. */
export interface Plan<R> {
  partitions: readonly Partition[];
  /** What the partitions leave to be asked of each row. */
  wanted: ((record: R) => boolean) | undefined;
  /** Whether the partitions come in the order that was asked for; if not, they are few rows and sorted here. */
  ordered: boolean;
  /** Rows in the partitions, as the counters say; to guess how many must be read for a page. */
  rows: number;
}

const EVERY = [Counter.ALL];
/** Sorts behind every value: what has no value is up to none. */
const NEVER = "~";

/** One thing that a list asks of its records. */
interface Condition<R> {
  /** The partitions that hold just the records for which it is true. */
  partitions: readonly Partition[] | undefined;
  /** True of all that the partitions hold, because they are bounded to it. */
  isBounded?: true;
  /** Its partitions are those of the deleted records, when these are asked for. */
  deleted?: true;
  /** True of all that is found, as a counter has said already, but for what was written moments ago. */
  isSure?: true;
  /** Rows do not tell whether it is true, so that no other partitions will do. */
  isOnly?: true;
  rows(counters: Counters): number;
  holds(record: R): boolean;
}

/** A set of this many rows is read whole and sorted here, where no index has the order that is asked for. */
export const SMALL = 1000;

/** So many owners are read partition by partition; more are filtered out of a wider index. */
export const MOST_OWNERS = 50;

/** The index whose order this one has: those without an order of their own are in order of time. */
export const orderOf = <R extends BaseRecord>(collection: Collection<R>, index: Partition["index"]): IndexName =>
  index !== "record" && index !== "entry" && index !== "archive" && collection.definition.indexes[index]?.sort
    ? index
    : "by_time";

/** Of no index: by a field of the row. */
const FREE = "free";
type Order = IndexName | EntryOrder | typeof FREE;

export const orderOfPartition = <R extends BaseRecord>(collection: Collection<R>, { index, facets }: Partition): Order =>
  index === "entry" ? ((facets.order ?? facets.on ?? "by_time") as Order) : orderOf(collection, index);

/** The order that is asked for. */
export const orderAsked = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Order => {
  const field = fieldAsked(collection, query);
  if (field !== undefined) return entryOrder(field);
  return isFree(collection, query) ? FREE : sortIndex(collection, query);
};

/** Orders of a kind that hold however many records there are; that of time is the first. */
export function servedOrders<R extends BaseRecord>(collection: Collection<R>): string[] {
  const { sorts = {}, orders = {} } = collection.definition;
  const time = timeOf(collection);
  return [...new Set([time, ...Object.keys(sorts), ...Object.keys(orders)])];
}

/** Whether a list is in the order of a field that no index has: rows are put in it here, up to SMALL. */
export const isFree = <R extends BaseRecord>(collection: Collection<R>, { sort }: Pick<ListQuery, "sort">): boolean =>
  sort !== "updated_at" && !servedOrders(collection).includes(sort) && Asks.sortsOf(collection).includes(sort);

/** Where there are more than can be put in order here. */
export const tooManyToSort = <R extends BaseRecord>(collection: Collection<R>, { sort }: ListQuery) =>
  invalid(
    "sort",
    `More than ${SMALL} records would have to be put in order of ${sort}: filter them, or sort by ${servedOrders(collection).join(", ")}`,
  );

/** The records of a kind in the collections of these persons, which are one and the same. */
export const partitionsWithin = (persons: readonly string[], life: "live" | "deleted" = "live"): Partition[] =>
  persons.map((within) => ({ index: "record", facets: { within, life } }));

/** The part of a time as bounds of ids. */
export const timeBounds = (kind: Kind, { from, to }: { from?: string | undefined; to?: string | undefined }) => ({
  ...(from === undefined ? {} : { from: floorAt(kind, Math.max(0, Date.parse(from))) }),
  ...(to === undefined ? {} : { to: floorAt(kind, Math.max(0, Date.parse(to))) }),
});

export const timeOf = <R extends BaseRecord>({ definition }: Collection<R>): string => definition.time ?? "created_at";

/** The time that a query asks for: of bounds of its own, or of the field that ids are made of. */
const timeAsked = <R extends BaseRecord>(collection: Collection<R>, { between, asks = [] }: ListQuery) =>
  between ?? Asks.boundsOf(asks, timeOf(collection));

/** What is asked for of the order itself, where it is one of entries. */
const placesAsked = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery) =>
  Asks.boundsOf(query.asks ?? [], fieldAsked(collection, query) ?? "");

/** Whether a query asks for a time that ends before it begins: no partition can be read so. */
export const isNever = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): boolean =>
  [timeAsked(collection, query), placesAsked(collection, query)].some(
    ({ from, to }) => from !== undefined && to !== undefined && to < from,
  );

/** Partitions in order of time, or of entries, bounded to what the query asks for of that. */
function bounded<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  partitions: readonly Partition[],
): Partition[] {
  const inTime = timeBounds(collection.kind, timeAsked(collection, query));
  const inPlace = placesAsked(collection, query);
  return partitions.map((each) => {
    const order = orderOfPartition(collection, each);
    return { ...each, ...(order === "by_time" ? inTime : each.facets.order ? inPlace : {}) };
  });
}

/** The fields that partitions of filters asked for are split by. */
const splittersOf = <R extends BaseRecord>({ definition }: Collection<R>, query: ListQuery): Set<keyof R> =>
  new Set(
    Object.keys(query.filters).flatMap((name) => {
      const { index } = definition.filters?.[name] ?? {};
      return (index && definition.indexes[index]?.splitBy?.field) ?? [];
    }),
  );

/** A partition in all parts that a second field splits it into; or the one part whose value the query asks for too. */
function partitionsOf<R extends BaseRecord>(
  { definition }: Collection<R>,
  query: ListQuery,
  { index, facets }: { index: IndexName; facets: Partition["facets"] },
): Partition[] {
  const by = definition.indexes[index]?.splitBy;
  if (!by) return [{ index, facets }];
  const asked = Object.entries(query.filters).find(([name]) => definition.filters?.[name]?.field === by.field);
  return (asked ? [asked[1]] : by.values).map((value) => ({ index, facets: { ...facets, [by.field]: value } }));
}

export const sortIndex = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): IndexName =>
  collection.definition.sorts?.[query.sort] ?? "by_time";

/** Whether a filter holds of all that stand in the order of a field, and of nothing else. */
function isFilterOf<R extends BaseRecord>(
  { definition }: Collection<R>,
  place: string | undefined,
  name: string,
  value: string,
): boolean {
  const [filter, of] = definition.orders?.[place as keyof R & string] ?? [];
  return filter === name && of === value;
}

/** A filter that is asked for several of its values, each of which has its place in an index, and is counted. */
interface Several {
  name: string;
  index: IndexName;
  field: string;
  values: readonly string[];
}

function severalOf<R extends BaseRecord>({ definition }: Collection<R>, { field, operator, value }: Ask): Several | undefined {
  if (operator !== "in" || definition.texts?.includes(field as keyof R & string)) return undefined;
  const found = Object.entries<Filter<R>>(definition.filters ?? {}).find(([, filter]) => filter.field === field);
  const [name, filter] = found ?? [];
  if (name === undefined || !filter?.index || filter.separate) return undefined;
  return { name, index: filter.index, field, values: value as readonly string[] };
}

const countOfSeveral = ({ name, values }: Several, counters: Counters, scopes: readonly string[]): number =>
  values.reduce((total, value) => total + Counter.sum(counters, scopes, Counter.filterCount(name, value)), 0);

export function conditionsOf<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  owners: Owners,
  terms: readonly string[] | undefined,
): Condition<R>[] {
  const { filters = {}, ranges = {}, indexes, owner, parent } = collection.definition;
  const conditions: Condition<R>[] = [];
  const { within, between } = query;
  const partitionsOfFilter = ({ index, field }: { index: IndexName; field: string }, value: string): Partition[] =>
    partitionsOf(collection, query, { index, facets: { ...(index === "by_time" ? { life: "live" } : {}), [field]: value } });
  const splitters = splittersOf(collection, query);
  const place = fieldAsked(collection, query);
  if (collection.definition.private && !seesPrivate()) {
    conditions.push({
      partitions: undefined,
      isBounded: true,
      isSure: true,
      rows: () => Number.POSITIVE_INFINITY,
      holds: (record) => isOpen(collection, record),
    });
  }
  if (within) {
    conditions.push({
      partitions: bounded(collection, query, partitionsWithin(within, query.deleted ? "deleted" : "live")),
      rows: (counters) => Counter.sum(counters, within, Counter.LIVE),
      deleted: true,
      holds: ({ id }) => within.includes(ownerOf(id)),
    });
  }
  if (between) {
    const { from = "", to } = timeBounds(collection.kind, between);
    conditions.push({
      partitions: undefined,
      isBounded: true,
      rows: () => Number.POSITIVE_INFINITY,
      holds: ({ id }) => id >= from && (to === undefined || id <= `${to}~`),
    });
  }
  if (query.parent !== undefined) {
    const above = [query.parent, ...(query.joined ?? [])];
    const below = above.flatMap((each) => collection.below(each));
    conditions.push({
      partitions: bounded(collection, query, below),
      rows: () => 0,
      holds: (record) => above.includes(String(record[parent as keyof R])),
    });
  }
  if (owners !== "all" && collection.definition.revealed) {
    const life = query.deleted ? "deleted" : "live";
    const index = query.deleted ? "by_time" : sortIndex(collection, query);
    const under = [...owners].map((id) => partitionUnder(useTenant(), collection.name, id, life, index));
    conditions.push({
      partitions: bounded(collection, query, under),
      rows: (counters) => Counter.sum(counters, Counter.scopesOf(owners), Counter.LIVE),
      deleted: true,
      isOnly: true,
      holds: () => true,
    });
  } else if (owners !== "all" && areSeers(owners)) {
    conditions.push(sharedCondition(collection, query, owners));
  } else if (owners !== "all") {
    const underOwners = (): Partition[] =>
      place === undefined || query.deleted
        ? [...owners].map((id) => ({ index: "by_owner", facets: { [owner as string]: id } }))
        : partitionsInOrder(collection, place, owners);
    conditions.push({
      partitions: owners.size <= MOST_OWNERS ? bounded(collection, query, underOwners()) : undefined,
      rows: (counters) => Counter.sum(counters, Counter.scopesOf(owners), Counter.LIVE),
      holds: (record) => owners.has(collection.ownerOf(record) ?? ""),
    });
  }
  for (const [name, value] of Object.entries(query.filters)) {
    const filter = filters[name];
    if (name === "owner" && areSeers(owners)) conditions.push(ownerCondition(collection, query, value));
    if (name === "owner" || !filter) continue;
    const { index, field } = filter;
    const isOfPlace = !query.deleted && isFilterOf(collection, place, name, value);
    conditions.push({
      partitions: index && bounded(collection, query, partitionsOfFilter({ index, field }, value)),
      ...(splitters.has(field) || isOfPlace ? { isBounded: true } : {}),
      rows: (counters) =>
        filter.separate
          ? Counter.sum(counters, [separateScope(name, value)], Counter.LIVE)
          : Counter.sum(counters, EVERY, Counter.filterCount(name, value)),
      holds: (record) => collection.facet(filter, record) === value,
    });
  }
  for (const [name, value] of Object.entries(query.ranges)) {
    const range = ranges[name];
    if (!range) continue;
    conditions.push({
      partitions: [{ index: range.index, facets: {}, from: pad(value, 3) }],
      rows: (counters) => Counter.sumFrom(counters, EVERY, name, value),
      holds: (record) => Number(record[range.field] ?? 0) >= value,
    });
  }
  if (query.until) {
    const { index, to } = query.until;
    conditions.push({
      partitions: [{ index, facets: {}, to }],
      rows: () => Number.POSITIVE_INFINITY,
      holds: (record) => (indexes[index]?.sort?.(record) ?? NEVER) <= to,
    });
  }
  if (place !== undefined) {
    conditions.push({
      partitions: undefined,
      ...(query.deleted ? {} : { isBounded: true }),
      rows: () => Number.POSITIVE_INFINITY,
      holds: (record) => record[place as keyof R] !== null,
    });
  }
  const inOrder = query.between === undefined && orderAsked(collection, query) === "by_time" ? timeOf(collection) : place;
  for (const ask of query.asks ?? []) {
    const several = severalOf(collection, ask);
    conditions.push({
      partitions:
        several &&
        bounded(
          collection,
          query,
          several.values.flatMap((value) => partitionsOfFilter(several, value)),
        ),
      ...(inOrder !== undefined && !query.deleted && Asks.isBoundOf(ask, inOrder) ? { isBounded: true } : {}),
      rows: (counters) => (several ? countOfSeveral(several, counters, EVERY) : Number.POSITIVE_INFINITY),
      holds: (record) => Asks.holds(record, ask),
    });
  }
  for (const condition of query.where ?? []) {
    conditions.push({
      partitions: undefined,
      rows: () => Number.POSITIVE_INFINITY,
      holds: (record) => Wheres.isSo(record, condition),
    });
  }
  if (terms) {
    conditions.push({
      partitions: undefined,
      rows: () => Number.POSITIVE_INFINITY,
      holds: (record) => matches(searchWordsOf(collection, record), terms),
    });
  }
  return conditions;
}

/** What is seen through somebody: entries have it in each order, or by_owner what they own, and entries what is shared with them. */
function sharedCondition<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  names: ReadonlySet<string>,
): Condition<R> {
  const life = query.deleted ? "deleted" : "live";
  const index = query.deleted ? "by_time" : sortIndex(collection, query);
  const under = (name: string): Partition =>
    areSeers([name])
      ? partitionUnder(useTenant(), collection.name, name, life, index)
      : { index: "by_owner", facets: { [String(collection.definition.owner)]: name } };
  const isFew = names.size <= MOST_OWNERS;
  return {
    partitions: isFew ? bounded(collection, query, [...names].map(under)) : undefined,
    rows: (counters) => Counter.sum(counters, [...names], query.deleted ? Counter.DELETED : Counter.LIVE),
    ...(isByEntries(collection) ? { deleted: true as const } : {}),
    holds: (record) => foundUnder(collection, record).some((name) => names.has(name)),
  };
}

/** Whose a record is, of what is seen through others as well. */
const ownerCondition = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owner: string): Condition<R> => ({
  partitions: bounded(collection, query, [{ index: "by_owner", facets: { [String(collection.definition.owner)]: owner } }]),
  rows: (counters) => Counter.sum(counters, [owner], Counter.LIVE),
  holds: (record) => collection.ownerOf(record) === owner,
});

/** The plan that needs no counters to be chosen: at most one condition, and an index for it in the order asked for. */
export function directPlan<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  conditions: readonly Condition<R>[],
): Plan<R> | undefined {
  const [condition, ...others] = conditions.filter((each) => !each.isBounded);
  if (others.length > 0 || (condition && query.deleted && !condition.deleted)) return undefined;
  const partitions = condition ? condition.partitions : baseOf(collection, query, orderAsked(collection, query));
  if (!partitions?.length || !inOrder(collection, query, partitions)) return undefined;
  return { partitions, wanted: undefined, ordered: true, rows: 0 };
}

/** The plan that reads the fewest rows, by what the counters say. */
export function bestPlan<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  conditions: readonly Condition<R>[],
  counters: Counters,
): Plan<R> {
  const wanted = (record: R): boolean => conditions.every((condition) => condition.holds(record));
  const base = baseOf(collection, query, "by_time");
  const only = conditions.find(({ isOnly }) => isOnly);
  if (only?.partitions) {
    const ordered = inOrder(collection, query, only.partitions);
    return { partitions: only.partitions, wanted, ordered, rows: only.rows(counters) };
  }
  const usable = conditions.filter(({ deleted }) => deleted || !query.deleted);
  const candidates = [
    ...usable.flatMap(({ partitions, rows }) => (partitions ? [{ partitions, rows: rows(counters) }] : [])),
    { partitions: base, rows: Counter.sum(counters, EVERY, query.deleted ? Counter.DELETED : Counter.LIVE) },
  ];
  const best = candidates.reduce((fewest, each) => (each.rows < fewest.rows ? each : fewest));
  const { partitions, rows } = best;
  if (inOrder(collection, query, partitions)) return { partitions, wanted, ordered: true, rows };
  // Too many to sort here: the order's own index, and everything else filtered on the way.
  const inSort = baseOf(collection, query, orderAsked(collection, query));
  if (rows > SMALL && inSort.length > 0)
    return { partitions: inSort, wanted, ordered: true, rows: Counter.sum(counters, EVERY, Counter.LIVE) };
  return { partitions, wanted, ordered: false, rows };
}

const isIndex = (order: Order): order is IndexName => order !== FREE && !order.startsWith("entry:");

/** The partition of all records in an order, where it has one. */
export function baseOf<R extends BaseRecord>(collection: Collection<R>, query: ListQuery, index: Order): Partition[] {
  if (query.deleted) return bounded(collection, query, collection.whole("deleted"));
  const place = fieldAsked(collection, query);
  if (place !== undefined && index === entryOrder(place))
    return bounded(collection, query, partitionsInOrder(collection, place, "all"));
  if (index === FREE) return [];
  if (index === "by_time") {
    const { from } = timeBounds(collection.kind, timeAsked(collection, query));
    return bounded(collection, query, [...collection.whole("live"), ...collection.aged(from)]);
  }
  const to = query.until?.index === index ? query.until.to : undefined;
  return isIndex(index) && collection.definition.indexes[index] && !collection.definition.indexes[index].field
    ? [{ index, facets: {}, to }]
    : [];
}

const inOrder = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, partitions: readonly Partition[]): boolean =>
  partitions.every((partition) => orderOfPartition(collection, partition) === orderAsked(collection, query));

/** The counters by these names; none of a derived kind, which nobody counts: its totals are counted while reading. */
export const countersOf = <R extends BaseRecord>({ name, kind }: Collection<R>, scopes: readonly string[]): Promise<Counters> =>
  Counter.read(name, kind.isDerived ? [] : [...new Set(scopes)]);

/** The counters that say how much a list finds by what it asks for beside: of filters that are counted apart, and of an owner. */
export const besideScopes = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owners: Owners): string[] => [
  ...separateScopes(collection, query),
  ...(query.filters.owner !== undefined && areSeers(owners) ? [query.filters.owner] : []),
];

/** The counters of the filters that are counted apart. */
const separateScopes = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): string[] =>
  Object.entries(query.filters).flatMap(([name, value]) =>
    collection.definition.filters?.[name]?.separate ? [separateScope(name, value)] : [],
  );

/** The total where counters have it: of what is in the scopes, and of that with one filter or lower bound. */
export function countedTotal<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  scopes: readonly string[],
  counters: Counters,
): number | undefined {
  if (collection.kind.isDerived) return undefined;
  // A person's records are counted where they are counted by person.
  const { parent } = collection.definition;
  if (query.within && (parent === undefined || scopes !== query.within)) return undefined;
  const filters = Object.entries(query.filters).filter(([name]) => name !== "owner");
  const ranges = Object.entries(query.ranges);
  const sum = (count: string): number => Counter.sum(counters, scopes, count);
  const [ask, ...asks] = query.asks ?? [];
  const several = ask && severalOf(collection, ask);
  const isMore = asks.length > 0 || (ask && !several) || query.where || filters.length + ranges.length + (ask ? 1 : 0) > 1;
  const isOwners = query.filters.owner !== undefined && areSeers(scopes);
  if (query.search !== undefined || query.until || query.between || isMore || isOwners) return undefined;
  if (several) return query.deleted ? undefined : countOfSeveral(several, counters, scopes);
  const [filter] = filters;
  const [range] = ranges;
  if (query.deleted) return filter || range ? undefined : sum(Counter.DELETED);
  if (filter && collection.definition.filters?.[filter[0]]?.separate) {
    const [scope, ...others] = scopes;
    return scope === Counter.ALL && others.length === 0
      ? Counter.sum(counters, separateScopes(collection, query), Counter.LIVE)
      : undefined;
  }
  if (filter && collection.definition.filters?.[filter[0]]) return sum(Counter.filterCount(...filter));
  if (range) return Counter.sumFrom(counters, scopes, ...range);
  return filter ? undefined : sum(Counter.LIVE);
}
