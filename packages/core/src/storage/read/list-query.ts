import type { DerivedColumn } from "../columns/column.ts";
import type { BaseRecord } from "../table/collection.ts";
import type { Item } from "../table/item.ts";
import type { Row } from "../table/row.ts";
import type { IndexName } from "../table/table.ts";
import type { FieldFilter } from "./filter.ts";
import type { FilterExpression } from "./where-clause.ts";

/** The value of a custom field of records, and its column. */
export interface CustomValue {
  readonly column: DerivedColumn;
  readonly read: (record: BaseRecord) => unknown;
}

/** The query of a list, with values as the indexes store them. */
export interface ListQuery {
  page: number;
  limit: number;
  sort: string;
  order: "asc" | "desc";
  /** Whether the caller left the order to the list. */
  isUsualOrder?: boolean;
  /** Further orders, for records that the one before leaves equal. */
  thenBy?: readonly Pick<ListQuery, "sort" | "order">[] | undefined;
  /** The custom fields by which the list is sorted, by their paths. */
  customSorts?: Readonly<Record<string, CustomValue>> | undefined;
  cursor: string | undefined;
  search: string | undefined;
  deleted: boolean;
  /** Only records below this one. They are visible to all users who see the parent. */
  parent?: string;
  /** Records that were merged into the parent: their children are listed too. */
  mergedIds?: readonly string[];
  /** Rows below the parent that are not stored as records of their own, in any order. They are listed and counted with the others, by time. */
  derivedRows?: readonly Row[];
  /** Only records in the collections of these persons: all ids of one person. */
  personIds?: readonly string[];
  /** Only records within this time, by the time in their ids. Both bounds are included. */
  timeRange?: { from?: string | undefined; to?: string | undefined } | undefined;
  /** Equality filters by name, with values as the index stores them. `owner` is one of them if records have owners. */
  filters: Readonly<Record<string, string>>;
  /** Filters on further fields (filter.ts). */
  fieldFilters?: readonly FieldFilter[] | undefined;
  /** Conditions that no index serves, such as `or` (where-clause.ts). */
  where?: readonly FilterExpression[] | undefined;
  /** Values by declared search path, as typed. `sort` may be such a path too. */
  paths?: Readonly<Record<string, string>> | undefined;
  /** Lower bounds by name. */
  ranges: Readonly<Record<string, number>>;
  /** Only records up to this value in the order of an index. */
  upperBound?: { index: IndexName; to: string } | undefined;
  /** Version fields and long texts that the list shows in addition to the row. */
  include?: readonly string[] | undefined;
}

/**
 * A partition that a list reads, or the part of it between two sort values. `index` is one of:
 * - an index of the table
 * - `record`: the records of one kind in a person's collection or a history, in order of time (facets `within` and `life`)
 * - `entry`: entries of a search path, an order or visibility (facets `pk`, and `on` for the index that sorts them)
 * - `archive`: archived items (facet `record` for one history; without it, all of the kind)
 */
export interface Partition {
  index: IndexName | "record" | "entry" | "archive";
  facets: Item;
  from?: string | undefined;
  to?: string | undefined;
}
