import type { FieldType } from "../../kernel/field.ts";
import { isEmpty, toSortKey } from "../../kernel/sort-key.ts";
import { textSortKey } from "../../kernel/text.ts";
import type { ColumnRequest } from "../columns/column.ts";
import type { ColumnSort, Place } from "../columns/segment-order.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { indexColumn, orderColumn } from "./column-kind.ts";
import { FieldFilters, isTextType, readField } from "./filter.ts";
import type { ListQuery } from "./list-query.ts";
import { findEntryOrderField } from "./order-entries.ts";
import { findSortIndex, indexOrder, isInMemoryOrder, timeField } from "./query-plan.ts";

/**
 * The order of a list, and the keys of records in it. A key is one text; keys of a list compare as its records, in the direction of its first
 * sort, and a cursor holds one. A list with several sorts has a key of several parts, each with an end of its own.
 */

type Direction = ListQuery["order"];

/** One sort of a list: the column that has it, and the key of a record, undefined for an empty value. */
interface SortPart<R extends BaseRecord> {
  readonly column: ColumnRequest;
  readonly order: Direction;
  readonly read: (record: R) => string | undefined;
}

/** Ends a part of a key; sorts before every letter. */
const PART_END = "\u0001";
/** Ends a part in the other direction; sorts after every complement of a byte. */
const OPPOSITE_END = "\u0100";
/** The part of an empty value, which is last in either direction. */
const EMPTY_PARTS = { asc: "~", desc: "!" } as const;

/** Returns a text that sorts in the other direction: the complement of each byte of its UTF-16 characters. Applied twice, the text itself. */
function complement(text: string): string {
  const bytes = Buffer.from(text, "utf16le").swap16();
  for (const [index, byte] of bytes.entries()) bytes[index] = 0xff - byte;
  return bytes.toString("latin1");
}

function restore(complemented: string): string {
  const bytes = Buffer.from(complemented, "latin1");
  for (const [index, byte] of bytes.entries()) bytes[index] = 0xff - byte;
  return bytes.swap16().toString("utf16le");
}

/** Writes one part of a key. `direction` is that in which the whole key is compared. */
function writePart(key: string | undefined, order: Direction, direction: Direction): string {
  if (key === undefined) return EMPTY_PARTS[direction] + PART_END;
  return order === direction ? `0${key}${PART_END}` : `0${complement(key)}${OPPOSITE_END}`;
}

export const writeKey = ({ keys, id }: Place, orders: readonly Direction[]): string =>
  keys.map((key, index) => writePart(key, orders[index] as Direction, orders[0] as Direction)).join("") + id;

export function readKey(written: string, orders: readonly Direction[]): Place {
  const [direction] = orders as [Direction];
  let from = 0;
  const keys = orders.map((order) => {
    const isEmptyPart = written[from] === EMPTY_PARTS[direction];
    const end = written.indexOf(isEmptyPart || order === direction ? PART_END : OPPOSITE_END, from);
    const part = written.slice(from + 1, end);
    from = end + 1;
    return isEmptyPart ? undefined : order === direction ? part : restore(part);
  });
  return { keys, id: written.slice(from) };
}

/** How a list is ordered by columns: its sorts, and its keys as places in columns. */
export interface ListOrder {
  readonly columns: readonly ColumnRequest[];
  readonly sorts: readonly ColumnSort[];
  readonly leavesOutEmpty: boolean;
  toListKey(place: Place): string;
  toPlace(listKey: string): Place;
}

const columnName = (column: ColumnRequest): string => (typeof column === "string" ? column : column.type.name);

/** Returns the sorts of a list as parts of a key; undefined if the list is in the order of one index, or of ids. */
function listParts<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): SortPart<R>[] | undefined {
  const { sort, order, thenBy = [] } = query;
  if (thenBy.length === 0 && !isInMemoryOrder(collection, query)) return undefined;
  return [{ sort, order }, ...thenBy].map((part) => buildPart(collection, { ...query, ...part }));
}

function buildPart<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): SortPart<R> {
  const { sort, order, customSorts = {} } = query;
  const custom = customSorts[sort];
  if (custom)
    return {
      ...{ column: custom.column, order },
      read: (record) => toKey(custom.column.type.type, custom.read(record)),
    };
  const fieldType = FieldFilters.findFieldType(collection, sort);
  const time = timeField(collection);
  if (fieldType !== undefined && (isInMemoryOrder(collection, { sort }) || [time, "created_at", "updated_at"].includes(sort)))
    return { ...{ column: sort, order }, read: (record) => toKey(fieldType, readField(record, sort)) };
  const field = findEntryOrderField(collection, { sort });
  if (field !== undefined)
    return { ...{ column: orderColumn(field), order }, read: (record) => collection.entryOrderKeys(record)[field] };
  const index = findSortIndex(collection, { sort });
  if (indexOrder(collection, index) === "by_time")
    return { ...{ column: time, order }, read: (record) => toKey("instant", readField(record, time)) };
  return {
    ...{ column: indexColumn(index), order },
    read: (record) => collection.definition.indexes[index]?.sort?.(record) ?? undefined,
  };
}

const toKey = (type: FieldType, value: unknown): string | undefined => {
  if (isEmpty(value)) return undefined;
  return isTextType(type) ? textSortKey(String(value)) : toSortKey(type, value);
};

/** Returns the sort key of a record in the order of the list; undefined if the record is not part of that order. */
export const recordSortKey = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, record: R): string | undefined =>
  createKeyReader(collection, query)(record);

/** Returns a function that gives the sort keys of records in the order of a list. */
export function createKeyReader<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
): (record: R) => string | undefined {
  const parts = listParts(collection, query);
  if (parts) {
    const orders = parts.map(({ order }) => order);
    return (record) => writeKey({ keys: parts.map(({ read }) => read(record)), id: record.id }, orders);
  }
  const field = findEntryOrderField(collection, query);
  if (field !== undefined)
    return (record) => {
      const place = collection.entryOrderKeys({ ...record, deleted_at: null })[field];
      return place === undefined ? undefined : `${place}#${record.id}`;
    };
  if (query.sort === "updated_at") return ({ id, updated_at }) => `${updated_at}#${id}`;
  const index = findSortIndex(collection, query);
  if (indexOrder(collection, index) === "by_time") return ({ id }) => id;
  return (record) => {
    const value = collection.definition.indexes[index]?.sort?.(record) ?? undefined;
    return value === undefined ? undefined : `${value}#${record.id}`;
  };
}

/** Returns the order of a list in columns. Its keys are those of `recordSortKey`. */
export function resolveColumnOrder<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): ListOrder {
  const parts = listParts(collection, query);
  if (parts) {
    const orders = parts.map(({ order }) => order);
    return {
      columns: parts.map(({ column }) => column),
      sorts: parts.map(({ column, order }) => ({ column: columnName(column), order })),
      leavesOutEmpty: false,
      toListKey: (place) => writeKey(place, orders),
      toPlace: (listKey) => readKey(listKey, orders),
    };
  }
  const column = findSingleColumn(collection, query);
  if (column === undefined)
    return {
      ...{ columns: [], sorts: [], leavesOutEmpty: false },
      toListKey: ({ id }) => id,
      toPlace: (id) => ({ keys: [], id }),
    };
  return {
    ...{ columns: [column], sorts: [{ column, order: query.order }], leavesOutEmpty: true },
    toListKey: ({ keys: [key], id }) => `${key}#${id}`,
    toPlace: (listKey) => {
      const at = listKey.lastIndexOf("#");
      return { keys: [listKey.slice(0, at)], id: listKey.slice(at + 1) };
    },
  };
}

/** Returns the column of an order that an index or entries have too; undefined for the order of ids. */
function findSingleColumn<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): string | undefined {
  const field = findEntryOrderField(collection, query);
  if (field !== undefined) return orderColumn(field);
  if (query.sort === "updated_at") return query.sort;
  const index = findSortIndex(collection, query);
  return indexOrder(collection, index) === "by_time" ? undefined : indexColumn(index);
}
