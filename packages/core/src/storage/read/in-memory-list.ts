import { Clock } from "../../kernel/clock.ts";
import { Page } from "../../kernel/page.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import * as Cursor from "./cursor.ts";
import { FieldFilters } from "./filter.ts";
import { buildListQuery, buildPredicate, requirePageInReach, sortSchema } from "./list.ts";
import { isBefore } from "./partition-query.ts";
import type { WhereClause } from "./where-clause.ts";

/** Paging from the caller's input. Default: page 1 with 20 rows. */
interface Paging {
  page?: number | undefined;
  limit?: number | undefined;
  order?: "asc" | "desc" | undefined;
  cursor?: string | undefined;
}

interface InMemorySource<V> {
  /** Identifies the list without its order. A cursor is valid only for a list with the same fingerprint. */
  fingerprint: string;
  /** All values of the list, in any order. */
  values: () => Promise<readonly V[]>;
  /** Returns the sort key of a value. Keys must be unique. */
  sortKey: (value: V) => string;
}

/** Returns a page of a list that is in memory as a whole, with an exact total. */
export async function paginate<V>(
  { page = 1, limit = 20, order = "asc", cursor }: Paging,
  { fingerprint, values, sortKey }: InMemorySource<V>,
): Promise<Page<V>> {
  requirePageInReach({ page, limit });
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const all = (await values()).map((value) => ({ value, key: sortKey(value) }));
  all.sort((a, b) => (isBefore(a.key, b.key, order) ? -1 : 1));
  const behind = position ? all.filter(({ key }) => isBefore(position.after, key, order)) : all.slice((page - 1) * limit);
  const rows = behind.slice(0, limit);
  const total = all.length;
  const after = behind.length > rows.length ? rows.at(-1)?.key : undefined;
  const next_cursor = after === undefined ? null : await Cursor.seal({ after, total, isLowerBound: false }, fingerprint);
  return new Page(
    rows.map(({ value }) => value),
    { page, limit, total, totalPages: Math.ceil(total / limit), next_cursor, as_of: Clock.now() },
  );
}

type SortKeys<R> = Readonly<Record<string, (record: R) => string>>;

/** Builds the schema of `sort` for such a list: its own orders and the sortable fields of its rows. */
export const buildSortSchema = <R extends BaseRecord>(collection: Collection<R>, ownOrders: SortKeys<R>) =>
  sortSchema([...new Set([...Object.keys(ownOrders), ...FieldFilters.listSortableFields(collection)])]);

/** Resolves the order and the `where` filter of such a list. The first of its own orders is the default. */
export function resolveQuery<R extends BaseRecord>(
  collection: Collection<R>,
  { sort: requestedSort, order, ...input }: InMemoryQuery,
  ownOrders: SortKeys<R>,
): { order: "asc" | "desc"; readSortKey: (record: R) => string; passes: (record: R) => boolean } {
  const [, minus, sort = ""] = /^(-?)(.*)$/.exec(requestedSort ?? Object.keys(ownOrders)[0] ?? "") ?? [];
  const direction = minus ? "desc" : (order ?? "asc");
  const readSortKey = ownOrders[sort] ?? ((record: R) => FieldFilters.fieldSortKey(collection, sort, direction, record));
  return {
    order: direction,
    readSortKey: (record) => `${readSortKey(record)}\u0001${record.id}`,
    passes: buildPredicate(collection, buildListQuery(collection, input)),
  };
}

interface InMemoryQuery extends Pick<Paging, "order"> {
  sort?: string | undefined;
  where?: WhereClause | undefined;
}

export * as InMemoryList from "./in-memory-list.ts";
