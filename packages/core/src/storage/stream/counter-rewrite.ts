import { useTenant } from "../../kernel/context.ts";
import { Counter, counterKey } from "../read/counter.ts";
import { readItem } from "../table/database.ts";
import type { WriteStep } from "../table/item.ts";
import { isTransient, transaction } from "../write/transaction.ts";
import type { Counts } from "./recount-runs.ts";
import type { StoredCounter } from "./recount-subject.ts";

/**
 * Overwrites a counter with the recounted numbers, unless it changed since it was read. A fold does not count as a change. Returns false if
 * it changed. `step` is written in the same transaction.
 */
export async function rewriteCounter(
  { kind, scope }: { kind: string; scope: string },
  read: StoredCounter | undefined,
  counts: Counts,
  step?: WriteStep,
): Promise<boolean> {
  const key = counterKey(useTenant(), kind, scope);
  const item = (await readItem(key)) ?? {};
  const [previousItem] = read?.items ?? [];
  const revision = Number(item.revision ?? 0);
  const folds = Number(item.folds ?? 0) - Number(previousItem?.folds ?? 0);
  if (revision !== Number(previousItem?.revision ?? 0) + folds) return false;
  const { as_of = new Date(0).toISOString(), cells } = item;
  const next = { ...key, ...counts, as_of, revision: revision + 1, ...(cells ? { cells, folds: item.folds } : {}) };
  const tx = transaction().put(next, {
    condition: revision === 0 ? "attribute_not_exists(revision)" : "revision = :read",
    ...(revision === 0 ? {} : { values: { ":read": revision } }),
  });
  if (step) tx.addStep(step);
  try {
    await tx.commit(undefined);
    Counter.invalidate(useTenant(), kind, scope);
    return true;
  } catch (error) {
    if (isTransient(error)) return false;
    throw error;
  }
}
