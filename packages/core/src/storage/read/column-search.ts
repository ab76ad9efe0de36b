import { canSeePrivate, type Owners, useActorId } from "../../kernel/context.ts";
import type { ColumnRequest, DerivedColumn } from "../columns/column.ts";
import { mergeRows, type OrderedRows } from "../columns/merged-rows.ts";
import { findInSegment } from "../columns/segment-query.ts";
import type { ColumnCondition, ColumnExpression } from "../columns/selection.ts";
import { type BaseRecord, type Collection, type Filter, NONE } from "../table/collection.ts";
import { openRows } from "./column-cache.ts";
import { NAMES_COLUMN, PRIVATE_COLUMN } from "./column-kind.ts";
import type { KindRows } from "./column-rows.ts";
import { listAllFilters } from "./custom-filters.ts";
import { type FieldFilter, isUnresolved, matchesValue } from "./filter.ts";
import { type ListOrder, resolveColumnOrder } from "./list-order.ts";
import type { ListQuery } from "./list-query.ts";
import type { FilterExpression } from "./where-clause.ts";

/** The rows of a list that were found in columns. */
export interface RowSearch {
  /** All rows of the list. */
  readonly total: number;
  /** Ids and keys in the order of the list. */
  readonly found: readonly FoundRow[];
  /** The instant up to which the rows are complete. */
  readonly as_of: string;
}

export interface RowRange {
  readonly after: string | undefined;
  readonly skip?: number;
  readonly limit: number;
}

interface FoundRow {
  readonly id: string;
  readonly key: string;
  /** Set if the record changed since the segments were written. A read that is not strongly consistent may lack the change. */
  readonly isRecent?: true;
}

/** What the engine needs of the list beside its query. */
interface RowRules<R extends BaseRecord> {
  readonly owners: Owners;
  readonly matches: (record: R) => boolean;
  readonly sortKey: (record: R) => string | undefined;
}

/** Returns whether columns can answer a list: it is of live records, by their own fields. */
export const isColumnQuery = (query: ListQuery): boolean =>
  !query.deleted &&
  query.parent === undefined &&
  query.personIds === undefined &&
  query.derivedRows === undefined &&
  query.timeRange === undefined &&
  query.upperBound === undefined &&
  Object.keys(query.paths ?? {}).length === 0 &&
  (query.search === undefined || query.search.trim() === "") &&
  !listAllFilters(query).some(isUnresolved);

/** The rows of a kind, with the conditions of a list on them. */
interface OpenedColumns {
  readonly rows: KindRows;
  readonly conditions: readonly ColumnExpression[];
}

/** Opens the columns that a list and `fields` need; undefined if the kind has none of them now. */
export async function openColumns<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  owners: Owners,
  fields: Iterable<ColumnRequest>,
): Promise<OpenedColumns | undefined> {
  const rows = await openRows(collection as Collection<BaseRecord>);
  if (!rows) return undefined;
  const conditions = buildConditions(collection, query, owners);
  const isLoaded = await rows.loadColumns(listRequests(conditions, [...fields, ...listFilterColumns(query)]));
  return isLoaded ? { rows, conditions } : undefined;
}

/** Finds rows of a list in the columns of its kind, after a key and without the first `skip`; undefined if the kind has no columns now. */
export async function findRows<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  rules: RowRules<R>,
  { after, skip = 0, limit }: RowRange,
): Promise<RowSearch | undefined> {
  const order = resolveColumnOrder(collection, query);
  const columns = await openColumns(collection, query, rules.owners, order.columns);
  if (!columns) return undefined;
  const { rows, conditions } = columns;
  return searchRows(rows, { conditions, order, after, skip, limit, direction: query.order }, rules);
}

interface Search {
  readonly conditions: readonly ColumnExpression[];
  readonly order: ListOrder;
  readonly after: string | undefined;
  readonly skip: number;
  readonly limit: number;
  readonly direction: "asc" | "desc";
}

function searchRows<R extends BaseRecord>(
  { segments, tail, asOf }: KindRows,
  { conditions, order, after, skip, limit, direction }: Search,
  rules: RowRules<R>,
): RowSearch {
  const isAfter = (key: string): boolean => after === undefined || (direction === "asc" ? key > after : key < after);
  const query = {
    ...{ conditions, limit: skip + limit, order: direction, sorts: order.sorts, leavesOutEmpty: order.leavesOutEmpty },
    after: after === undefined ? undefined : order.toPlace(after),
  };
  const sources: OrderedRows<FoundRow>[] = [];
  let total = 0;
  for (const segment of segments) {
    const { total: count, places } = findInSegment(segment, query);
    total += count;
    const readRow = (index: number): FoundRow => {
      const place = places.at(index);
      return { id: place.id, key: order.toListKey(place) };
    };
    sources.push({ length: places.length, at: readRow });
  }
  const recent: FoundRow[] = [];
  for (const record of tail.values()) {
    if (!record || !rules.matches(record as R)) continue;
    const key = rules.sortKey(record as R);
    if (key === undefined) continue;
    total++;
    if (isAfter(key)) recent.push({ id: record.id, key, isRecent: true });
  }
  const isBefore = (a: FoundRow, b: FoundRow): boolean => a.key < b.key === (direction === "asc");
  recent.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const all = [...sources, { length: recent.length, at: (index: number): FoundRow => recent[index] as FoundRow }];
  return { total, found: mergeRows(all, { skip, limit }, isBefore), as_of: asOf };
}

const listColumns = (expression: ColumnExpression): string[] => {
  if ("and" in expression) return expression.and.flatMap(listColumns);
  return "or" in expression ? expression.or.flatMap(listColumns) : [expression.column];
};

/** Lists the columns of custom fields by which a list filters. */
const listFilterColumns = (query: ListQuery): DerivedColumn[] => listAllFilters(query).flatMap(({ column }) => column ?? []);

/** Returns each column that a list needs once. */
function listRequests(conditions: readonly ColumnExpression[], others: readonly ColumnRequest[]): ReadonlySet<ColumnRequest> {
  const requests = new Map<string, ColumnRequest>(conditions.flatMap(listColumns).map((name) => [name, name]));
  for (const request of others) requests.set(typeof request === "string" ? request : request.type.name, request);
  return new Set(requests.values());
}

/** A record with one field: rules of single fields read no other, and take whole records. */
const asRecord = <R extends BaseRecord = BaseRecord>(field: string, value: unknown): R => ({ [field]: value }) as unknown as R;

/** Builds the conditions of a list: the same as those of its plan (read/query-plan.ts), on values of columns. */
function buildConditions<R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owners: Owners): ColumnExpression[] {
  const { filters = {}, ranges = {}, privacy } = collection.definition;
  const conditions: ColumnExpression[] = [
    ...(query.fieldFilters ?? []).map(toCondition),
    ...(query.where ?? []).map(toColumnExpression),
  ];
  for (const [name, value] of Object.entries(query.filters)) {
    const filter = filters[name];
    if (name === "owner" && owners !== "all" && !hasNames(collection)) continue;
    if (filter) conditions.push(buildFilterCondition(collection, filter, value));
    else if (name === "owner") conditions.push(buildOwnerCondition(collection, new Set([value])));
  }
  for (const [name, value] of Object.entries(query.ranges)) {
    const range = ranges[name];
    if (range)
      conditions.push({ column: range.field, name: `from ${value}`, test: (given) => Number(given ?? 0) >= Number(value) });
  }
  if (owners !== "all") conditions.push(buildViewerCondition(collection, owners));
  if (privacy && !canSeePrivate()) {
    const user = useActorId();
    conditions.push({
      column: PRIVATE_COLUMN,
      name: `open to ${user}`,
      test: (users) => !Array.isArray(users) || users.length === 0 || users.includes(user),
    });
  }
  return conditions;
}

const hasNames = <R extends BaseRecord>({ definition }: Collection<R>): boolean => definition.sharing !== undefined;

/** An equality filter, with its value as keys and counters store it. */
function buildFilterCondition<R extends BaseRecord>(
  collection: Collection<R>,
  filter: Filter<R>,
  value: string,
): ColumnCondition {
  const test = (given: unknown): boolean => collection.facet(filter, asRecord<R>(filter.field, given)) === value;
  const condition = { column: filter.field, name: `is ${value}`, test };
  // A hash of a text has no place in the order of the texts.
  if (value === NONE || collection.definition.hashedTextFields?.includes(filter.field)) return condition;
  return { ...condition, filter: { operator: "eq", value } };
}

function buildOwnerCondition<R extends BaseRecord>(collection: Collection<R>, owners: ReadonlySet<string>): ColumnCondition {
  const field = String(collection.definition.owner);
  const test = (given: unknown): boolean => owners.has(collection.ownerId(asRecord<R>(field, given)) ?? "");
  return { column: field, name: `owned by ${[...owners].sort().join(" ")}`, test };
}

function buildViewerCondition<R extends BaseRecord>(collection: Collection<R>, names: ReadonlySet<string>): ColumnCondition {
  if (!hasNames(collection)) return buildOwnerCondition(collection, names);
  const test = (given: unknown): boolean => Array.isArray(given) && given.some((name) => names.has(String(name)));
  return { column: NAMES_COLUMN, name: `seen by ${[...names].sort().join(" ")}`, test };
}

/** A condition on a field, as lists evaluate it on records. */
const toCondition = (filter: FieldFilter): ColumnCondition => ({
  column: filter.column?.type.name ?? filter.field,
  name: `${filter.operator} ${String(filter.folded)} ${JSON.stringify(filter.value)}`,
  test: (value) => matchesValue(value, filter),
  filter,
});

function toColumnExpression(expression: FilterExpression): ColumnExpression {
  if ("and" in expression) return { and: expression.and.map(toColumnExpression) };
  if ("or" in expression) return { or: expression.or.map(toColumnExpression) };
  return toCondition(expression);
}
