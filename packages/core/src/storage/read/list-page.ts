import { Clock } from "../../kernel/clock.ts";
import { type Owners, useTenant } from "../../kernel/context.ts";
import { minIdAt } from "../../kernel/id.ts";
import { describeSearch, Page, type PageMeta } from "../../kernel/page.ts";
import { type BaseRecord, type Collection, mayBeArchived } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import * as Cursor from "./cursor.ts";
import { recordSortKey } from "./list-order.ts";
import type { ListQuery, Partition } from "./list-query.ts";
import { isBefore } from "./partition-query.ts";
import { Visibility } from "./visibility.ts";

/** Shared by all ways to read a list: the visible owners, the page and its cursor. */

/** Maximum rows that one request reads to filter them. */
export const MAX_READ_ROWS = 3000;

export interface FoundRows<R> {
  rows: readonly R[];
  hasMore: boolean;
  /** The rows looked at so far, by all pages of the cursor. */
  searched: number;
  /** Whether candidate rows are left that no further page looks at. */
  isCut?: boolean;
  /** The key at which reading stopped, if it is not the last row of the page. */
  stoppedAt?: string | undefined;
  /** Whether the current visibility of the rows was already checked. */
  isVisibilityChecked?: boolean;
}

export interface ListTotal {
  total: number;
  isLowerBound: boolean;
}

/** Returns the owners whose records the list shows. For shared records these are the viewer names of the caller (table/viewer.ts). */
export async function resolveListOwners<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Owners> {
  const { owner: field, derivedVisibility, sharing } = collection.definition;
  if (query.parent !== undefined || (field === undefined && derivedVisibility === undefined)) return "all";
  const visible = await Visibility.loadVisibleNames(collection);
  const { owner } = query.filters;
  // The caller also sees shared records of other owners, so `owner` becomes an ordinary filter.
  if (sharing && visible !== "all") return visible;
  if (owner === undefined) return visible;
  return visible === "all" || visible.has(owner) ? new Set([owner]) : new Set();
}

/** Cuts a page out of sorted values. */
export function slicePage<T>(
  query: ListQuery,
  all: readonly T[],
  readKey: (row: T) => string,
  after: string | undefined,
): { rows: T[]; hasMore: boolean } {
  const behind = all.findIndex((row) => after === undefined || isBefore(after, readKey(row), query.order));
  const from = after === undefined ? (query.page - 1) * query.limit : behind === -1 ? all.length : behind;
  return { rows: all.slice(from, from + query.limit), hasMore: all.length > from + query.limit };
}

/** Sorts rows in memory and cuts out the page. */
export function sortPage<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  all: readonly R[],
  after: string | undefined,
): Pick<FoundRows<R>, "rows" | "hasMore"> {
  const keyed = all.flatMap((record) => {
    const key = recordSortKey(collection, query, record);
    return key === undefined ? [] : [{ key, record }];
  });
  keyed.sort((a, b) => (isBefore(a.key, b.key, query.order) ? -1 : 1));
  const page = slicePage(query, keyed, ({ key }) => key, after);
  return { rows: page.rows.map(({ record }) => record), hasMore: page.hasMore };
}

export async function buildPage<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  { rows, hasMore, searched, isCut = false, stoppedAt, isVisibilityChecked = false }: FoundRows<R>,
  { total, isLowerBound }: ListTotal,
  as_of: string = Clock.now(),
  mark: ArchiveMark = {},
): Promise<Page<R>> {
  const last = rows.at(-1);
  const after = stoppedAt ?? (last && recordSortKey(collection, query, last));
  const next_cursor =
    hasMore && after !== undefined
      ? await Cursor.seal({ after, total, isLowerBound, searched }, queryFingerprint(collection, query))
      : null;
  const { page, limit } = query;
  const meta = { page, limit, total, totalPages: Math.ceil(total / limit), next_cursor, as_of, ...mark };
  const isShared = collection.definition.sharing && query.parent === undefined && !isVisibilityChecked;
  const open = isShared
    ? await Visibility.recheckVisible(collection, rows)
    : rows.filter((row) => Visibility.isOpenToActor(collection, row));
  const isStopped = isCut || next_cursor !== null;
  return new Page(await withIncludedFields(collection, query, open), {
    ...meta,
    ...(isLowerBound ? { total_is_lower_bound: true } : {}),
    ...describeSearch({ rowCount: open.length, limit, searched, isStopped }),
  });
}

/** Returns the page of a list that has no rows for this caller. */
export const buildEmptyPage = <R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  as_of?: string,
): Promise<Page<R>> =>
  buildPage(collection, query, { rows: [], hasMore: false, searched: 0 }, { total: 0, isLowerBound: false }, as_of);

type ArchiveMark = Pick<PageMeta, "archived_before">;

/** Returns the `meta` of a list whose partitions lack archived records; nothing if it is complete. */
export async function readArchiveMark<R extends BaseRecord>(
  collection: Collection<R>,
  { deleted }: ListQuery,
  partitions: readonly Partition[],
): Promise<ArchiveMark> {
  const { kind } = collection;
  const incomplete = partitions.filter((partition) => !collection.isComplete(partition) && mayBeArchived(kind, partition.from));
  if (deleted || incomplete.length === 0) return {};
  const { findArchiveEnd } = await import("./archive.ts");
  const end = await findArchiveEnd(kind);
  if (end === undefined) return {};
  const bound = minIdAt(kind, Date.parse(end));
  return incomplete.some(({ from = "" }) => from < bound) ? { archived_before: end } : {};
}

/**
 * Adds the requested version fields and long texts to rows, by one read of all records. A record that is read also gives its other fields, so
 * that the version belongs to the values shown. A row whose owner changed meanwhile, or that became private to others, stays as it was found,
 * without these fields.
 */
export async function withIncludedFields<R extends BaseRecord>(
  collection: Collection<R>,
  { include }: ListQuery,
  rows: readonly R[],
): Promise<readonly R[]> {
  const isWhole = ({ version }: Partial<R>): boolean => version !== undefined;
  const tenant = useTenant();
  const keys = include ? rows.flatMap((row) => (isWhole(row) ? [] : recordKey(tenant, row.id))) : [];
  const read = new Map<unknown, R>();
  for (const item of await readItems(keys, { consistent: false })) if (item) read.set(item.sk, collection.fromItem(item));
  const isSame = (row: R, record: R): boolean =>
    collection.ownerId(record) === collection.ownerId(row) &&
    !record.deleted_at === !row.deleted_at &&
    Visibility.isOpenToActor(collection, record);
  return rows.map((row) => {
    const record = isWhole(row) ? row : read.get(row.id);
    return record && isSame(row, record) ? collection.toRow(record, include) : row;
  });
}

/** Returns the query as text. Cursors are bound to it, in addition to tenant and actor. */
export function queryFingerprint<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): string {
  const {
    sort,
    order,
    thenBy,
    search,
    deleted,
    parent,
    personIds,
    timeRange,
    filters,
    ranges,
    upperBound,
    paths,
    fieldFilters,
    where,
  } = query;
  const more = [paths, fieldFilters && { asks: fieldFilters }, where && { where }, thenBy && { thenBy }].filter(
    (part) => part !== undefined,
  );
  const fingerprintParts = [collection.name, parent, sort, order, search, deleted, filters, ranges, upperBound, ...more];
  return JSON.stringify(personIds || timeRange ? [...fingerprintParts, personIds?.[0], timeRange] : fingerprintParts);
}
