import { toSortKey } from "../../kernel/sort-key.ts";
import type { Segment } from "../columns/segment.ts";
import { firstRowFrom } from "../columns/segment.ts";
import { listMatchingRows } from "../columns/segment-query.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { isColumnQuery, openColumns } from "./column-search.ts";
import type { FieldFilter } from "./filter.ts";
import { resolveListOwners } from "./list-page.ts";
import type { ListQuery } from "./list-query.ts";
import { needsPostFilter } from "./post-filtered-list.ts";
import { buildConditions } from "./query-plan.ts";

/** All records of a list as the caller sees them now, by the columns of their kind (docs/storage/columns.md). */
export interface Matches<R extends BaseRecord> {
  readonly total: number;
  /** The matching rows of each segment, in the order of their ids. */
  readonly parts: readonly { readonly segment: Segment; readonly rows: Uint32Array }[];
  /** Matching records that changed since the segments were written. */
  readonly records: readonly R[];
}

interface MatchOptions {
  /** Only records created up to this instant. */
  readonly as_of: string;
  /** Further columns to load, for the values of the rows. */
  readonly fields?: Iterable<string> | undefined;
}

/**
 * Finds all records of a list: their number, their ids, and the values of the loaded columns. Returns undefined if the kind has no columns now, or if columns
 * cannot tell which records the caller sees.
 */
export async function findMatching<R extends BaseRecord>(
  collection: Collection<R>,
  listQuery: ListQuery,
  { as_of, fields = [] }: MatchOptions,
): Promise<Matches<R> | undefined> {
  if (!isColumnQuery(listQuery) || (await needsPostFilter(collection, listQuery))) return undefined;
  const created: FieldFilter = { field: "created_at", type: "instant", operator: "lte", value: toSortKey("instant", as_of) };
  const query = { ...listQuery, sort: "created_at", fieldFilters: [...(listQuery.fieldFilters ?? []), created] };
  const owners = await resolveListOwners(collection, query);
  if (owners !== "all" && owners.size === 0) return { total: 0, parts: [], records: [] };
  const columns = await openColumns(collection, query, owners, fields);
  if (!columns) return undefined;
  const { segments, tail } = columns.rows;
  const conditions = buildConditions(collection, query, owners, undefined);
  const parts = segments.map((segment) => ({ segment, rows: listMatchingRows(segment, columns.conditions) }));
  const records = [...tail.values()].flatMap((record) => {
    const found = record as R | undefined;
    return found && conditions.every(({ matches }) => matches(found)) ? [found] : [];
  });
  return { total: parts.reduce((sum, { rows }) => sum + rows.length, records.length), parts, records };
}

/** Lists up to `most` ids of matching records after an id, in their order. */
export function listIdsAfter({ parts, records }: Matches<BaseRecord>, after: string | undefined, most: number): string[] {
  const ids = records.flatMap(({ id }) => (after === undefined || id > after ? [id] : []));
  for (const { segment, rows } of parts) {
    const start = after === undefined ? 0 : findPosition(rows, firstRowFrom(segment.ids, `${after}\u0000`));
    for (const row of rows.subarray(start, start + most)) ids.push(segment.ids.at(row));
  }
  return ids.sort().slice(0, most);
}

/** Returns the first position of ascending rows whose row is not before this one. */
function findPosition(rows: Uint32Array, row: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as number) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
