import type { VersionField } from "../table/collection.ts";
import type { Item } from "../table/item.ts";
import type { IndexName } from "../table/table.ts";
import type { FieldFilter } from "./filter.ts";
import type { FilterExpression } from "./where-clause.ts";

/** What a list is asked for, in the values that indexes hold. */
export interface ListQuery {
  page: number;
  limit: number;
  sort: string;
  order: "asc" | "desc";
  cursor: string | undefined;
  search: string | undefined;
  deleted: boolean;
  /** Only records below this one; who sees it sees them. */
  parent?: string;
  /** Records that were joined to that one: what is below them is below it. */
  mergedIds?: readonly string[];
  /** Only records in the collections of these persons: of one, under every id that they have been known by. */
  personIds?: readonly string[];
  /** Only what happened from an instant on, or up to one; by the time in ids. */
  timeRange?: { from?: string | undefined; to?: string | undefined } | undefined;
  /** Equality filters by name, their values as the index holds them; `owner` is one where records have owners. */
  filters: Readonly<Record<string, string>>;
  /** Asked of further fields (ask.ts). */
  fieldFilters?: readonly FieldFilter[] | undefined;
  /** Conditions that no index serves, such as one of several (where.ts). */
  where?: readonly FilterExpression[] | undefined;
  /** Values by the path that a tenant declared, as typed; `sort` may be such a path as well. */
  paths?: Readonly<Record<string, string>> | undefined;
  /** Lower bounds by name. */
  ranges: Readonly<Record<string, number>>;
  /** Only up to this value in the order of an index. */
  upperBound?: { index: IndexName; to: string } | undefined;
  /** Shown of each record beside its row. */
  include?: readonly VersionField[] | undefined;
}

/**
 * One index partition, or the records of one kind within a person's collection or a history (`record`, in order of time: facets
 * `within` and `life`), or entries of a declared path (`entry`: facets `pk`, and `on` the index that has them so), or what
 * has left the table (`archive`: facet `record`, whose history it is, or none for all of the kind); or the part of it from one sort value on, or up to one.
 */
export interface Partition {
  index: IndexName | "record" | "entry" | "archive";
  facets: Item;
  from?: string | undefined;
  to?: string | undefined;
}
