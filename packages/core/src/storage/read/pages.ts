import { Clock } from "../../kernel/clock.ts";
import { type Owners, useTenant } from "../../kernel/context.ts";
import { Page } from "../../kernel/page.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { Asks } from "./ask.ts";
import * as Cursor from "./cursor.ts";
import { fieldAsked } from "./order-entries.ts";
import { isFree, orderOf, sortIndex } from "./plan.ts";
import type { ListQuery } from "./query.ts";
import { comesBefore } from "./scan.ts";
import { Visible } from "./visibility.ts";

/** What lists share however they are read: whose records, the place of a record in an order, the page and its cursor. */

/** Rows that one request reads beside those that it shows. */
export const MOST_READ = 3000;

export interface Found<R> {
  rows: readonly R[];
  more: boolean;
  /** Where reading stopped, if that is not the last row shown. */
  stopped?: string | undefined;
  /** Whether it was asked of the rows already who sees them now. */
  isAsked?: boolean;
}

export interface Total {
  total: number;
  bound: boolean;
}

/** The owners whose records are asked for and may be seen; of what is shared, the names under which the caller finds it (share.ts). */
export async function ownersOf<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<Owners> {
  const { owner: field, revealed, shares } = collection.definition;
  if (query.parent !== undefined || (field === undefined && revealed === undefined)) return "all";
  const visible = await Visible.namesSeen(collection);
  const { owner } = query.filters;
  // Some of what others own is shared with the caller: whose it is, is then asked of it as any filter is.
  if (shares && visible !== "all") return visible;
  if (owner === undefined) return visible;
  return visible === "all" || visible.has(owner) ? new Set([owner]) : new Set();
}

/** The place of a record in the order that is asked for; undefined where it has none, as in the order's index. */
export function sortKey<R extends BaseRecord>(collection: Collection<R>, query: ListQuery, record: R): string | undefined {
  const field = fieldAsked(collection, query);
  if (field !== undefined) {
    const place = collection.placesOf({ ...record, deleted_at: null })[field];
    return place === undefined ? undefined : `${place}#${record.id}`;
  }
  if (query.sort === "updated_at") return `${record.updated_at}#${record.id}`;
  if (isFree(collection, query)) return `${Asks.placeIn(collection, query.sort, query.order, record)}\u0001${record.id}`;
  const index = sortIndex(collection, query);
  if (orderOf(collection, index) === "by_time") return record.id;
  const value = collection.definition.indexes[index]?.sort?.(record) ?? undefined;
  return value === undefined ? undefined : `${value}#${record.id}`;
}

/** The page out of what is in order already. */
export function slice<T>(
  query: ListQuery,
  all: readonly T[],
  keyOf: (each: T) => string,
  after: string | undefined,
): { rows: T[]; more: boolean } {
  const behind = all.findIndex((each) => after === undefined || comesBefore(after, keyOf(each), query.order));
  const from = after === undefined ? (query.page - 1) * query.limit : behind === -1 ? all.length : behind;
  return { rows: all.slice(from, from + query.limit), more: all.length > from + query.limit };
}

export async function pageOf<R extends BaseRecord>(
  collection: Collection<R>,
  query: ListQuery,
  { rows, more, stopped, isAsked = false }: Found<R>,
  { total, bound }: Total,
  as_of: string = Clock.now(),
): Promise<Page<R>> {
  const last = rows.at(-1);
  const after = stopped ?? (last && sortKey(collection, query, last));
  const next_cursor =
    more && after !== undefined ? await Cursor.seal({ after, total, bound }, fingerprint(collection, query)) : null;
  const { page, limit } = query;
  const meta = { page, limit, total, totalPages: Math.ceil(total / limit), next_cursor, as_of };
  const isShared = collection.definition.shares && query.parent === undefined && !isAsked;
  const open = isShared ? await Visible.amongFound(collection, rows) : rows.filter((row) => Visible.isOpen(collection, row));
  return new Page(await marked(collection, query, open), bound ? { ...meta, total_is_lower_bound: true } : meta);
}

/**
 * Rows as lists show them, with the marks that are asked for: one read of them all. A record says these with its other fields as they
 * are then, so that a version is that of what is shown. One that has just changed hands stays as it was found, without them.
 */
export async function marked<R extends BaseRecord>(
  collection: Collection<R>,
  { include }: ListQuery,
  rows: readonly R[],
): Promise<readonly R[]> {
  const isWhole = ({ version }: Partial<R>): boolean => version !== undefined;
  const tenant = useTenant();
  const keys = include ? rows.flatMap((row) => (isWhole(row) ? [] : recordKey(tenant, row.id))) : [];
  const read = new Map<unknown, R>();
  for (const item of await getAll(keys, { consistent: false })) if (item) read.set(item.sk, collection.fromItem(item));
  const isSame = (row: R, record: R): boolean =>
    collection.ownerOf(record) === collection.ownerOf(row) && !record.deleted_at === !row.deleted_at;
  return rows.map((row) => {
    const record = isWhole(row) ? row : read.get(row.id);
    return record && isSame(row, record) ? collection.asRow(record, include) : row;
  });
}

/** What a cursor is bound to, beside tenant and actor. */
export function fingerprint<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): string {
  const { sort, order, search, deleted, parent, within, between, filters, ranges, until, paths, asks, where } = query;
  const more = [paths, asks && { asks }, where && { where }].filter((each) => each !== undefined);
  const asked = [collection.name, parent, sort, order, search, deleted, filters, ranges, until, ...more];
  return JSON.stringify(within || between ? [...asked, within?.[0], between] : asked);
}
