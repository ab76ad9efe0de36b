import { Clock } from "../../kernel/clock.ts";
import { Page } from "../../kernel/page.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import * as Cursor from "./cursor.ts";
import { FieldFilters } from "./filter.ts";
import { buildListQuery, buildPredicate, requirePageInReach, sortSchema } from "./list.ts";
import { isBefore } from "./partition-query.ts";
import type { WhereClause } from "./where-clause.ts";

/** Paging as the caller gave it; from the first on, 20 a page, unless told otherwise. */
interface Paging {
  page?: number | undefined;
  limit?: number | undefined;
  order?: "asc" | "desc" | undefined;
  cursor?: string | undefined;
}

interface InMemorySource<V> {
  /** What is listed, whatever the order: a cursor goes on in a list that is asked for with the same. */
  fingerprint: string;
  /** All that the list has, in any order. */
  values: () => Promise<readonly V[]>;
  /** By which it is ordered, and told apart. */
  sortKey: (value: V) => string;
}

/** A page of a list that is in memory as a whole: so its total is exact. */
export async function paginate<V>(
  { page = 1, limit = 20, order = "asc", cursor }: Paging,
  { fingerprint, values, sortKey: keyOf }: InMemorySource<V>,
): Promise<Page<V>> {
  requirePageInReach({ page, limit });
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const all = (await values()).map((value) => ({ value, key: keyOf(value) }));
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

/** The orders of such a list: its own, and any field of its rows. */
export const buildSortSchema = <R extends BaseRecord>(collection: Collection<R>, own: SortKeys<R>) =>
  sortSchema([...new Set([...Object.keys(own), ...FieldFilters.listSortableFields(collection)])]);

/** What such a list is asked for beside the filters of its own: which records pass, and in which order; the first of its own is usual. */
export function resolveQuery<R extends BaseRecord>(
  collection: Collection<R>,
  { sort: given, order, ...input }: InMemoryQuery,
  own: SortKeys<R>,
): { order: "asc" | "desc"; keyOf: (record: R) => string; passes: (record: R) => boolean } {
  const [, minus, sort = ""] = /^(-?)(.*)$/.exec(given ?? Object.keys(own)[0] ?? "") ?? [];
  const direction = minus ? "desc" : (order ?? "asc");
  const placed = own[sort] ?? ((record: R) => FieldFilters.fieldSortKey(collection, sort, direction, record));
  return {
    order: direction,
    keyOf: (record) => `${placed(record)}\u0001${record.id}`,
    passes: buildPredicate(collection, buildListQuery(collection, input)),
  };
}

interface InMemoryQuery extends Pick<Paging, "order"> {
  sort?: string | undefined;
  where?: WhereClause | undefined;
}

export * as InMemoryList from "./in-memory-list.ts";
