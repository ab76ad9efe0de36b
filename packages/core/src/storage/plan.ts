import type { Owners } from "../kernel/context.ts";
import { floorAt } from "../kernel/id.ts";
import { apartScope, type BaseRecord, type Collection, pad } from "./collection.ts";
import { Counter, type Counters } from "./counter.ts";
import type { Item } from "./database.ts";
import type { ListQuery } from "./list.ts";
import { matches, searchWordsOf } from "./search.ts";
import type { IndexName } from "./table.ts";

/** One index partition, or the part of it from one sort value on, or up to one. */
export interface Partition {
  index: IndexName;
  facets: Item;
  from?: string | undefined;
  to?: string | undefined;
}

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
  rows(counters: Counters): number;
  holds(record: R): boolean;
}

/** A set of this many rows is read whole and sorted here, where no index has the order that is asked for. */
export const SMALL = 1000;

/** So many owners are read partition by partition; more are filtered out of a wider index. */
const MOST_OWNERS = 50;

/** Indexes with an order of their own; all others are in order of time. */
const ordered = new Set<IndexName>(["by_rank", "by_date"]);
export const orderOf = (index: IndexName): IndexName => (ordered.has(index) ? index : "by_time");

export const sortIndex = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): IndexName =>
  collection.definition.sorts?.[query.sort] ?? "by_time";

export function conditionsOf<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  owners: Owners,
  terms: readonly string[] | undefined,
): Condition<R>[] {
  const { filters = {}, ranges = {}, indexes, owner, parent } = collection.definition;
  const conditions: Condition<R>[] = [];
  if (query.parent !== undefined) {
    const below = query.parent;
    conditions.push({
      partitions: [{ index: "by_related", facets: { [parent as string]: below } }],
      rows: () => 0,
      holds: (record) => record[parent as keyof R] === below,
    });
  }
  if (owners !== "all") {
    conditions.push({
      partitions:
        owners.size <= MOST_OWNERS
          ? [...owners].map((id) => ({ index: "by_owner", facets: { [owner as string]: id } }))
          : undefined,
      rows: (counters) => Counter.sum(counters, Counter.scopesOf(owners), Counter.LIVE),
      holds: (record) => owners.has(collection.ownerOf(record) ?? ""),
    });
  }
  for (const [name, given] of Object.entries(query.filters)) {
    const filter = filters[name];
    if (name === "owner" || !filter) continue;
    const { index, field, apart } = filter;
    const values = [given].flat();
    const partitionsOf = (index: IndexName) => values.map((value) => ({ index, facets: { [field]: value } }));
    conditions.push({
      partitions: index === undefined ? undefined : partitionsOf(index),
      rows: (counters) =>
        apart
          ? Counter.sum(counters, apartScopes(name, given), Counter.LIVE)
          : values.reduce((sum, value) => sum + Counter.sum(counters, EVERY, Counter.filterCount(name, value)), 0),
      holds: (record) => values.includes(collection.facet(filter, record) ?? ""),
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
  if (query.period) {
    const { from = "", to = NEVER } = query.period;
    const moment = collection.definition.moment as keyof R;
    conditions.push({
      partitions: undefined,
      rows: () => Number.POSITIVE_INFINITY,
      holds: (record) => String(record[moment]) >= from && String(record[moment]) <= to,
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

/** The plan that needs no counters to be chosen: at most one condition, and an index for it in the order asked for. */
export function directPlan<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  conditions: readonly Condition<R>[],
): Plan<R> | undefined {
  const [condition, ...others] = conditions;
  if (others.length > 0 || (condition && query.deleted)) return undefined;
  const partitions = condition ? condition.partitions : baseOf(collection, query, sortIndex(collection, query));
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
  const candidates = query.deleted
    ? [{ partitions: base, rows: Counter.sum(counters, EVERY, Counter.DELETED) }]
    : [
        ...conditions.flatMap(({ partitions, rows }) => (partitions ? [{ partitions, rows: rows(counters) }] : [])),
        { partitions: base, rows: Counter.sum(counters, EVERY, Counter.LIVE) },
      ];
  const best = candidates.reduce((fewest, each) => (each.rows < fewest.rows ? each : fewest));
  const { rows } = best;
  const partitions = within(collection, query, best.partitions);
  if (inOrder(collection, query, partitions)) return { partitions, wanted, ordered: true, rows };
  // Too many to sort here: the order's own index, and everything else filtered on the way.
  const inSort = within(collection, query, baseOf(collection, query, sortIndex(collection, query)));
  if (rows > SMALL && inSort.length > 0)
    return { partitions: inSort, wanted, ordered: true, rows: Counter.sum(counters, EVERY, Counter.LIVE) };
  return { partitions, wanted, ordered: false, rows };
}

/** The partition of all records in an index, where it has one. */
function baseOf<R extends BaseRecord>(collection: Collection<R>, query: ListQuery, index: IndexName): Partition[] {
  if (query.deleted) return [{ index: "by_time", facets: { life: "deleted" } }];
  if (index === "by_time") return [{ index, facets: { life: "live" } }];
  const to = query.until?.index === index ? query.until.to : undefined;
  return collection.definition.indexes[index] && !collection.definition.indexes[index].field ? [{ index, facets: {}, to }] : [];
}

/** The partitions, no further than the period that is asked for: ids begin with the moment, other orders are made of it. */
function within<R extends BaseRecord>(
  collection: Collection<R>,
  { period }: ListQuery,
  partitions: readonly Partition[],
): readonly Partition[] {
  if (!period) return partitions;
  return partitions.map((partition) => {
    const edge = (at: string | undefined): string | undefined =>
      at && orderOf(partition.index) === "by_time" ? floorAt(collection.kind, Date.parse(at)) : at;
    return { ...partition, from: edge(period.from), to: edge(period.to) };
  });
}

const apartScopes = (name: string, given: string | readonly string[]): string[] =>
  [given].flat().map((value) => apartScope(name, value));

/** The counters of each filter that is counted apart. */
export const apartScopesOf = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery): string[][] =>
  Object.entries(query.filters).flatMap(([name, given]) =>
    collection.definition.filters?.[name]?.apart ? [apartScopes(name, given)] : [],
  );

/** The counters in which the records are that may be seen, and of these those that one filter finds, where it is counted apart. */
export function scopesOf<R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owners: Owners): readonly string[] {
  if (query.parent !== undefined) return [query.parent];
  const [apart] = apartScopesOf(collection, query);
  return apart && owners === "all" ? apart : Counter.scopesOf(owners);
}

const inOrder = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, partitions: readonly Partition[]): boolean =>
  partitions.every(({ index }) => orderOf(index) === sortIndex(collection, query));

/** The total where counters have it: of what is in the scopes, and of that with one filter or lower bound. */
export function countedTotal<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  scopes: readonly string[],
  counters: Counters,
): number | undefined {
  // What is derived is counted as a whole only.
  if (collection.definition.derived && query.parent !== undefined) return undefined;
  const apart = apartScopesOf(collection, query);
  if (apart.length > 1 || (apart.length === 1 && apart[0]?.join() !== scopes.join())) return undefined;
  const filters = Object.entries(query.filters).filter(
    ([name]) => name !== "owner" && !collection.definition.filters?.[name]?.apart,
  );
  const ranges = Object.entries(query.ranges);
  const sum = (count: string): number => Counter.sum(counters, scopes, count);
  if (query.search !== undefined || query.until || query.period || filters.length + ranges.length > 1) return undefined;
  const [filter] = filters;
  const [range] = ranges;
  if (query.deleted) return filter || range ? undefined : sum(Counter.DELETED);
  if (filter && collection.definition.filters?.[filter[0]]) {
    const [name, given] = filter;
    return [given].flat().reduce((total, value) => total + sum(Counter.filterCount(name, value)), 0);
  }
  if (range) return Counter.sumFrom(counters, scopes, ...range);
  return filter ? undefined : sum(Counter.LIVE);
}
