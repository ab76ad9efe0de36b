import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { type Owners, useTenant } from "../../kernel/context.ts";
import { Cache } from "../table/cache.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { NONE } from "../table/collection.ts";
import { query, readItems } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";

/**
 * Totals of lists. A kind has one counter item for all records, one for each owner and, for records below a parent, one for each parent.
 * Each item has a number for each filter value. The stream consumer (stream/projector.ts) counts each version of a record exactly once.
 * Counters therefore lag writes by moments; `as_of` is the instant up to which they are complete.
 */
export const ALL = "*";

export const counterKey = (tenant: string, kind: string, scope: string): Key => ({
  pk: tenantKey(tenant, "COUNT", kind),
  sk: scope,
});

/**
 * Concurrent consumers conflict on counters that every change updates, because only one transaction can write an item at a time. A counter
 * that had conflicts therefore gets cells (stream/counter-cells.ts). Each cell has a part of the same numbers, and the value of the counter
 * is the sum of them all. A recount folds the cells into the counter.
 */
export const CELL_COUNT = 32;

export const cellKey = (tenant: string, kind: string, scope: string, cell: number): Key =>
  counterKey(tenant, kind, `${scope}#${cell}`);

/** Returns the counter that an item of this sort key belongs to. Parts of keys never contain `#`. */
export const parseScope = (sk: unknown): string => String(sk).split("#", 1)[0] as string;

/** Attributes of a counter item that are not counts. */
export const INTERNAL_ATTRIBUTES: ReadonlySet<string> = new Set(["pk", "sk", "as_of", "revision", "cells", "folds"]);

/** Sums a counter and its cells. */
export function sumItems([first, ...cells]: readonly Item[]): Item {
  const sum: Item = { ...first, sk: parseScope(first?.sk) };
  for (const item of cells) {
    if (!sum.as_of || String(item.as_of ?? "") > String(sum.as_of)) sum.as_of = item.as_of ?? sum.as_of;
    for (const [name, value] of Object.entries(item))
      if (!INTERNAL_ATTRIBUTES.has(name)) sum[name] = Number(sum[name] ?? 0) + Number(value);
  }
  return sum;
}

export const LIVE = "live";
export const DELETED = "deleted";
export const filterCount = (filter: string, value: string): string => `${filter}=${value}`;

/** Returns what a record adds to the counters of its kind and its owner. */
export function buildCounts<R extends BaseRecord>(collection: Collection<R>, record: R): Record<string, number> {
  if (record.deleted_at) return { [DELETED]: 1 };
  const counts: Record<string, number> = { [LIVE]: 1 };
  const { filters = {}, ranges = {} } = collection.definition;
  for (const [name, filter] of Object.entries(filters)) {
    const value = filter.hasOwnCounters ? undefined : collection.facet(filter, record);
    if (value !== undefined) counts[filterCount(name, value)] = 1;
  }
  for (const [range, { field }] of Object.entries(ranges)) counts[filterCount(range, String(Number(record[field] ?? 0)))] = 1;
  return counts;
}

/** Returns the counters that together give the total of what an actor sees. */
export const ownerScopes = (owners: Owners): readonly string[] => (owners === "all" ? [ALL] : [...owners]);

export interface Counters {
  scopes: ReadonlyMap<string, Item>;
  /** The instant up to which changes are counted; undefined if nothing was counted yet. */
  as_of: string | undefined;
}

/** Cached briefly: a list that is requested repeatedly pays one query, and its total lags little more than it does anyway. */
const counterCache = new Cache<Item | undefined>(2, 10_000);
const cacheKey = (tenant: string, kind: string, scope: string): string => `${tenant}/${kind}/${scope}`;

/** Call after this process has changed a counter. */
export const invalidate = (tenant: string, kind: string, scope: string): void =>
  counterCache.invalidate(cacheKey(tenant, kind, scope));

export async function read(kind: string, scopes: readonly string[]): Promise<Counters> {
  const tenant = useTenant();
  const items = await counterCache.getAll(
    scopes.map((scope) => cacheKey(tenant, kind, scope)),
    (missing) =>
      load(
        kind,
        missing.map((name) => name.split("/")[2] ?? ""),
        { consistent: false },
      ),
  );
  const instants = items.flatMap((item) => (item?.as_of ? [String(item.as_of)] : []));
  return { scopes: new Map(scopes.map((scope, index) => [scope, items[index] ?? {}])), as_of: instants.sort().at(-1) };
}

/** Reads counters consistently, without the cache, for decisions that must not use stale numbers. */
export async function readConsistent(kind: string, scopes: readonly string[]): Promise<Item[]> {
  return (await load(kind, scopes, { consistent: true })).filter((item) => item !== undefined);
}

async function load(kind: string, scopes: readonly string[], options: { consistent: boolean }): Promise<(Item | undefined)[]> {
  const tenant = useTenant();
  const items = await readItems(
    scopes.map((scope) => counterKey(tenant, kind, scope)),
    options,
  );
  return Promise.all(
    items.map(async (item, index) => (item?.cells ? readWithCells(kind, scopes[index] as string, options.consistent) : item)),
  );
}

const MAX_TRIES = 5;

/**
 * Reads a counter that has cells. A fold writes its number to the counter and all cells, so different numbers show that the read was torn;
 * it is then repeated.
 */
async function readWithCells(kind: string, scope: string, consistent: boolean): Promise<Item> {
  for (let attempt = 1; ; attempt++) {
    const items = await queryRange(kind, scope, scope, { ConsistentRead: consistent || attempt > 1 });
    const folds = new Set(items.map((item) => Number(item.folds ?? 0)));
    if (folds.size <= 1 || attempt >= MAX_TRIES) return sumItems(items);
  }
}

/** Reads the counters whose names lie between two names, both included, consistently. `counts` limits the numbers that are read. */
export async function readRange(kind: string, from: string, to: string, counts?: readonly string[]): Promise<Item[]> {
  const projection = counts && {
    ProjectionExpression: ["sk", ...counts.map((_, index) => `#c${index}`)].join(", "),
    ExpressionAttributeNames: Object.fromEntries(counts.map((count, index) => [`#c${index}`, count])),
  };
  return collectItems(iterateRange(kind, from, to, { ...projection, ConsistentRead: true }));
}

const queryRange = (kind: string, from: string, to: string, options: Partial<QueryCommandInput>): Promise<Item[]> =>
  collectItems(queryItems(kind, from, to, options));

async function collectItems(items: AsyncGenerator<Item>): Promise<Item[]> {
  const collectedItems: Item[] = [];
  for await (const item of items) collectedItems.push(item);
  return collectedItems;
}

/** Like `readRange`, but yields the counters one by one and reads only as far as the caller consumes. */
export async function* iterateRange(
  kind: string,
  from: string,
  to: string,
  options: Partial<QueryCommandInput> = {},
): AsyncGenerator<Item> {
  let scopeItems: Item[] = [];
  for await (const item of queryItems(kind, from, to, options)) {
    if (scopeItems[0] && parseScope(scopeItems[0].sk) !== parseScope(item.sk)) {
      yield sumItems(scopeItems);
      scopeItems = [];
    }
    scopeItems.push(item);
  }
  if (scopeItems.length > 0) yield sumItems(scopeItems);
}

async function* queryItems(kind: string, from: string, to: string, options: Partial<QueryCommandInput>): AsyncGenerator<Item> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and sk between :from and :to",
      // Includes the cells of the last counter.
      ExpressionAttributeValues: { ":pk": counterKey(useTenant(), kind, ALL).pk, ":from": from, ":to": `${to}#~` },
      ...options,
      ExclusiveStartKey: start,
    });
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}

export const sum = (counters: Counters, scopes: readonly string[], count: string): number =>
  scopes.reduce((total, scope) => total + Number(counters.scopes.get(scope)?.[count] ?? 0), 0);

/** Counts the records whose whole number, from 0 to 100, is at least `from`. */
export function sumFrom(counters: Counters, scopes: readonly string[], range: string, from: number): number {
  let total = 0;
  for (let value = Math.max(0, from); value <= 100; value++) total += sum(counters, scopes, filterCount(range, String(value)));
  return total;
}

export const UNOWNED = NONE;

export * as Counter from "./counter.ts";
