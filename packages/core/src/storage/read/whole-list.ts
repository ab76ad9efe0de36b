import type { Owners } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { Page } from "../../kernel/page.ts";
import { parseSearchTerms } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { isCustomPath } from "../table/custom-field-values.ts";
import { isChangeQuery, listByChange, loadRecords } from "./change-list.ts";
import { listByColumns } from "./column-page.ts";
import { Counter } from "./counter.ts";
import * as Cursor from "./cursor.ts";
import { keepRowFilters, listAllFilters } from "./custom-filters.ts";
import { recordSortKey } from "./list-order.ts";
import { buildEmptyPage, buildPage, MAX_READ_ROWS, queryFingerprint, resolveListOwners, slicePage } from "./list-page.ts";
import type { ListQuery } from "./list-query.ts";
import { isBefore, queryPartitions } from "./partition-query.ts";
import { readDeclarations } from "./path-declarations.ts";
import { isPathQuery, listByPath } from "./path-list.ts";
import { listPostFilteredByColumns, needsPostFilter } from "./post-filtered-list.ts";
import { buildConditions, findBestPlan, listExtraScopes, MAX_SORTED_ROWS, readCounters } from "./query-plan.ts";
import { searchIds } from "./search.ts";
import { Visibility } from "./visibility.ts";

/**
 * Lists by what rows lack: custom fields, and `updated_at`. They are read from columns. Without columns, up to 1,000 records that pass the other
 * conditions are read whole; beyond that, lists by one declared path, or by `updated_at` of some days, are read as such.
 */
export async function listWhole<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  unresolved: ListQuery,
): Promise<Page<R>> {
  if (await isServedByPath(collection, unresolved)) return listByPath(collection, unresolved);
  const [otherPath] = Object.keys(query.paths ?? {});
  if (otherPath !== undefined || (isPathQuery(query) && query.customSorts === undefined))
    return listByPaths(collection, unresolved);
  const owners = await resolveListOwners(collection, query);
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : parseSearchTerms(query.search);
  if ((owners !== "all" && owners.size === 0) || terms?.length === 0) return buildEmptyPage(collection, query);
  const conditions = buildConditions(collection, query, owners, terms);
  const matches = (record: R): boolean => conditions.every((condition) => condition.matches(record));
  const position = query.cursor ? await Cursor.open(query.cursor, queryFingerprint(collection, query)) : undefined;
  const page = (await needsPostFilter(collection, query))
    ? await listPostFilteredByColumns(collection, query)
    : await listByColumns(collection, query, { owners, matches }, position);
  if (page) return page;
  const isOnlyChange =
    query.customSorts === undefined && query.thenBy === undefined && !listAllFilters(query).some(({ read }) => read);
  if (isOnlyChange && hasChangeBound(query)) return listByChange(collection, query);
  const records = await readFew(collection, query, owners, terms);
  if (!records && isOnlyChange) return listByChange(collection, query);
  if (!records) return listByPaths(collection, unresolved);
  const seen = await showVisible(collection, query, records.filter(matches));
  const keyed = seen.flatMap((record) => {
    const key = recordSortKey(collection, query, record);
    return key === undefined ? [] : [{ key, record }];
  });
  keyed.sort((a, b) => (isBefore(a.key, b.key, query.order) ? -1 : 1));
  const { rows, hasMore } = slicePage(query, keyed, ({ key }) => key, position?.after);
  const found = { rows: rows.map(({ record }) => record), hasMore, searched: records.length, isVisibilityChecked: true };
  return buildPage(collection, query, found, { total: keyed.length, isLowerBound: false });
}

const hasChangeBound = (query: ListQuery): boolean =>
  (query.fieldFilters ?? []).some(({ field, operator }) => field === "updated_at" && operator === "gte");

/** Returns whether a list is one value of a declared path, so that entries give it in its order. */
async function isServedByPath<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<boolean> {
  const [path, ...others] = Object.keys(query.paths ?? {});
  const isMore =
    query.fieldFilters ||
    query.where ||
    query.search ||
    query.thenBy ||
    Object.keys({ ...query.filters, ...query.ranges }).length > 0;
  if (path === undefined || others.length > 0 || isMore || query.deleted || query.sort !== "created_at" || isChangeQuery(query))
    return false;
  const { all } = await readDeclarations(collection);
  return all.some((declaration) => declaration.path === path && declaration.filter && declaration.status === "READY");
}

/** Reads a list by declared paths. Refuses what paths cannot express. */
function listByPaths<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Page<R>> {
  const [operator] = Object.keys(query.paths ?? {}).filter((name) => name.includes("["));
  const [condition] = listAllFilters(query).filter(({ field }) => isCustomPath(field));
  const name = operator ?? condition?.field ?? (query.thenBy && isCustomPath(query.sort) ? "sort" : undefined);
  if (name !== undefined)
    throw invalid(name, `More than ${MAX_SORTED_ROWS} records would have to be read: filter them by other fields too`);
  return listByPath(collection, query);
}

/** Reads the records that pass the conditions on rows; undefined if there are too many. */
async function readFew<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  owners: Owners,
  terms: readonly string[] | undefined,
): Promise<R[] | undefined> {
  if (terms && !query.personIds && query.parent === undefined && !query.deleted) {
    const { ids, truncated } = await searchIds(collection.name, terms, owners);
    return truncated || ids.length > MAX_SORTED_ROWS ? undefined : loadRecords(collection, ids);
  }
  const rowQuery: ListQuery = { ...keepRowFilters(query), sort: "created_at", thenBy: undefined, customSorts: undefined };
  const scopes = [
    Counter.ALL,
    ...Counter.ownerScopes(owners),
    ...(query.personIds ?? []),
    ...listExtraScopes(collection, query, owners),
  ];
  const conditions = buildConditions(collection, rowQuery, owners, terms);
  const plan = findBestPlan(collection, rowQuery, conditions, await readCounters(collection, [...new Set(scopes)]));
  const ids = new Set<string>();
  let read = 0;
  for await (const { key, row } of queryPartitions(collection, plan.partitions, {
    order: "desc",
    after: undefined,
    chunk: 1000,
  })) {
    const record = collection.fromRow({ key, row });
    if (!plan.rowFilter || plan.rowFilter(record)) ids.add(record.id);
    if (ids.size > MAX_SORTED_ROWS || ++read > MAX_READ_ROWS) return undefined;
  }
  const records = await loadRecords(collection, [...ids]);
  return records.filter(({ deleted_at }) => Boolean(deleted_at) === query.deleted);
}

/** Records below a parent are visible to all who see the parent. */
const showVisible = async <R extends BaseRecord>(collection: Collection<R>, { parent }: ListQuery, records: readonly R[]) =>
  parent === undefined
    ? Visibility.recheckVisible(collection, records)
    : records.filter((record) => Visibility.isOpenToActor(collection, record));
