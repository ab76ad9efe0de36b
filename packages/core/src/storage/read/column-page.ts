import type { Owners } from "../../kernel/context.ts";
import { useTenant } from "../../kernel/context.ts";
import type { CursorPosition } from "../../kernel/cursor-body.ts";
import type { Page } from "../../kernel/page.ts";
import { findRows, isColumnQuery, type RowRules } from "../columns/list-rows.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { buildPage, recordSortKey } from "./list-page.ts";
import type { ListQuery } from "./list-query.ts";
import { findEntryOrderField } from "./order-entries.ts";
import { findSortIndex, indexOrder, isInMemoryOrder } from "./query-plan.ts";

/**
 * Lists that no index serves are read from the columns of their kind (docs/storage/columns.md): any filter and any order, with the exact total. The
 * columns give the ids; the rows of the page are then read from the table, and a row that changed meanwhile and no longer matches is left out.
 */
export async function listByColumns<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  { owners, matches }: { owners: Owners; matches: (record: R) => boolean },
  position: CursorPosition | undefined,
): Promise<Page<R> | undefined> {
  if (!isColumnQuery(query)) return undefined;
  const skip = position ? 0 : (query.page - 1) * query.limit;
  const end = skip + query.limit;
  const rules: RowRules<R> = {
    ...{ owners, matches, order: resolveOrder(collection, query) },
    sortKey: (record) => recordSortKey(collection, query, record),
  };
  const search = await findRows(collection, query, rules, { after: position?.after, limit: end + 1 });
  if (!search) return undefined;
  const page = search.found.slice(skip, end);
  const tenant = useTenant();
  const items = await readItems(
    page.map(({ id }) => recordKey(tenant, id)),
    { consistent: false, only: "row" },
  );
  const rows = page.flatMap(({ id }, index) => {
    const item = items[index];
    const record = item && collection.fromRow({ key: id, row: item.row });
    return record && !record.deleted_at && matches(record) ? [record] : [];
  });
  const found = { rows, hasMore: search.found.length > end, stoppedAt: page.at(-1)?.key };
  return buildPage(collection, query, found, { total: search.total, isLowerBound: false });
}

function resolveOrder<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): RowRules<R>["order"] {
  const entryOrder = findEntryOrderField(collection, query);
  if (entryOrder !== undefined) return { entryOrder };
  if (isInMemoryOrder(collection, query)) return { field: query.sort };
  const index = findSortIndex(collection, query);
  return indexOrder(collection, index) === "by_time" ? undefined : { index };
}
