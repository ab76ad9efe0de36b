import { type Owners, useTenant } from "../../kernel/context.ts";
import type { CursorPosition } from "../../kernel/cursor-body.ts";
import type { Page } from "../../kernel/page.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { findRows, isColumnQuery, type RowRange, type RowSearch } from "./column-search.ts";
import { needsWholeRecords } from "./custom-filters.ts";
import { createKeyReader } from "./list-order.ts";
import { buildPage } from "./list-page.ts";
import type { ListQuery } from "./list-query.ts";

/**
 * Lists that no index serves are read from the columns of their kind (docs/storage/columns.md): any filter and any order, with the exact total. The
 * columns give the ids; the rows of the page are then read from the table, and a row that changed meanwhile and no longer matches is left out.
 */
export interface ColumnRules<R extends BaseRecord> {
  readonly owners: Owners;
  readonly matches: (record: R) => boolean;
  /** Whether rows do not tell if a record matches. */
  readonly isWhole?: boolean;
}

/** Returns a page of a list; undefined if columns cannot answer it, or if the kind has none now. */
export async function listByColumns<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  rules: ColumnRules<R>,
  position: CursorPosition | undefined,
): Promise<Page<R> | undefined> {
  const skip = position ? 0 : (query.page - 1) * query.limit;
  const search = await findColumnRows(collection, query, rules, { after: position?.after, skip, limit: query.limit + 1 });
  if (!search) return undefined;
  const page = search.found.slice(0, query.limit);
  const rows = await readFoundRows(collection, page, { ...rules, isWhole: needsWholeRecords(query) });
  const found = { rows, hasMore: search.found.length > query.limit, stoppedAt: page.at(-1)?.key, searched: search.total };
  return buildPage(collection, query, found, { total: search.total, isLowerBound: false }, search.as_of);
}

/** Finds rows of a list after a key, with their number. */
export async function findColumnRows<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  rules: ColumnRules<R>,
  range: RowRange,
): Promise<RowSearch | undefined> {
  if (!isColumnQuery(query)) return undefined;
  const sortKey = createKeyReader(collection, query);
  return findRows(collection, query, { ...rules, sortKey }, range);
}

/** Reads the rows of a search as they are now, without those that changed meanwhile and no longer match. */
export async function readFoundRows<R extends BaseRecord>(
  collection: Collection<R>,
  found: RowSearch["found"],
  { matches, isWhole = false }: Pick<ColumnRules<R>, "matches" | "isWhole">,
): Promise<R[]> {
  const tenant = useTenant();
  const readRows = (ids: readonly string[], consistent: boolean) =>
    readItems(
      ids.map((id) => recordKey(tenant, id)),
      { consistent, ...(isWhole ? {} : { only: "row" }) },
    );
  const [recent, settled] = [found.filter(({ isRecent }) => isRecent), found.filter(({ isRecent }) => !isRecent)];
  const ids = [...recent, ...settled].map(({ id }) => id);
  const parts = [readRows(ids.slice(0, recent.length), true), readRows(ids.slice(recent.length), false)];
  const items = (await Promise.all(parts)).flat();
  const itemById = new Map(ids.map((id, index) => [id, items[index]]));
  return found.flatMap(({ id }) => {
    const item = itemById.get(id);
    const record = item && (isWhole ? collection.fromItem(item) : collection.fromRow({ key: id, row: item.row }));
    return record && !record.deleted_at && matches(record) ? [record] : [];
  });
}
