import { useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { CELL_COUNT, Counter, cellKey, counterKey, INTERNAL_ATTRIBUTES } from "../read/counter.ts";
import { Cache } from "../table/cache.ts";
import { readItem, readItems, tableName, update } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import type { Key } from "../table/key.ts";
import { isTransient, retryTransient, Transaction } from "../write/transaction.ts";

/**
 * Counters that many consumers write at the same time. After a conflict at a counter, a transaction writes one of its cells instead, and so
 * do later transactions of this process for a while. Busy consumers thus spread out, and a quiet tenant never has cells. Before its first
 * cell is written, the counter is marked as having cells, for ever, so that no reader misses one.
 */

/** The cell that this process writes, for counters on which it had conflicts. */
const cellsInUse = new Cache<number>(600, 10_000);
const cacheKey = (tenant: string, kind: string, scope: string): string => `${tenant}/${kind}/${scope}`;

/** Returns the item in which this process counts. */
export async function resolveCounterKey(tenant: string, kind: string, scope: string): Promise<Key> {
  const as = cacheKey(tenant, kind, scope);
  if (!cellsInUse.has(as)) return counterKey(tenant, kind, scope);
  return cellKey(tenant, kind, scope, await cellsInUse.get(as, async () => drawCell()));
}

const drawCell = (): number => Math.floor(Math.random() * CELL_COUNT);

/** Makes this process count in a cell; in another cell if it had a conflict in its cell. */
export async function moveToCell(tenant: string, kind: string, scope: string): Promise<void> {
  const as = cacheKey(tenant, kind, scope);
  if (!cellsInUse.has(as)) await announceCells(counterKey(tenant, kind, scope));
  cellsInUse.invalidate(as);
  await cellsInUse.get(as, async () => drawCell());
}

async function announceCells(key: Key): Promise<void> {
  if ((await readItem(key))?.cells) return;
  const values = { ExpressionAttributeValues: { ":cells": CELL_COUNT } };
  await retryTransient(() => update({ Key: key, UpdateExpression: "SET cells = :cells", ...values }));
}

/**
 * Adds a counter's cells to the counter and empties them, in one transaction. Returns false if another process counted meanwhile. `folds`
 * is the same in the counter and all its cells, so that readers detect a torn read.
 */
export async function foldCells(kind: string, scope: string): Promise<boolean> {
  const tenant = useTenant();
  const key = counterKey(tenant, kind, scope);
  const places = Array.from({ length: CELL_COUNT }, (_, cell) => cellKey(tenant, kind, scope, cell));
  const [counter, ...cells]: (Item | undefined)[] = await readItems([key, ...places]);
  const sum = Counter.sumItems(cells.filter((cell) => cell !== undefined));
  const counts = Object.entries(sum).filter(([name, value]) => !INTERNAL_ATTRIBUTES.has(name) && value !== 0);
  if (!counter || counts.length === 0) return true;
  const folds = Number(counter.folds ?? 0);
  const tx = new Transaction().add({
    Update: {
      TableName: tableName(),
      Key: key,
      UpdateExpression: `SET as_of = :as_of, folds = :folds ADD revision :one, ${counts.map((_, index) => `#c${index} :c${index}`).join(", ")}`,
      ConditionExpression: folds === 0 ? "attribute_not_exists(folds)" : "folds = :read",
      ExpressionAttributeNames: Object.fromEntries(counts.map(([name], index) => [`#c${index}`, name])),
      ExpressionAttributeValues: {
        ":as_of": [String(counter.as_of ?? ""), String(sum.as_of ?? "")].sort().at(-1),
        ":folds": folds + 1,
        ":one": 1,
        ...(folds === 0 ? {} : { ":read": folds }),
        ...Object.fromEntries(counts.map(([, value], index) => [`:c${index}`, value])),
      },
    },
  });
  for (const [index, cell] of cells.entries()) tx.put(buildEmptyCell(places[index] as Key, cell, folds + 1), cellCondition(cell));
  try {
    await tx.commit(undefined);
  } catch (error) {
    if (isTransient(error) || (isFailure(error) && error.code === "CONFLICT")) return false;
    throw error;
  }
  Counter.invalidate(tenant, kind, scope);
  return true;
}

const buildEmptyCell = (key: Key, cell: Item | undefined, folds: number): Item => ({
  ...key,
  folds,
  revision: Number(cell?.revision ?? 0) + 1,
});

const cellCondition = (cell: Item | undefined) =>
  cell
    ? { condition: "revision = :revision", values: { ":revision": cell.revision } }
    : { condition: "attribute_not_exists(pk)" };
