import { isFailure } from "../../kernel/error.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { findMasterKind } from "../../kernel/registry.ts";
import { readChangedIds } from "../../storage/read/change-index.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Master } from "../master-data/master.ts";
import { listUsages, type MasterUsage } from "../master-data/usage.ts";
import type { ImportRecord } from "./import.ts";
import { type MadeValue, RowLog } from "./row-log.ts";

/** Removes the master data that an import added. A value that a record has meanwhile stays. */

/** Changed records among which uses are searched. With more, the values stay: they can be removed by hand. */
const MAX_RECORDS = 20_000;
/** Values that are removed after one search. */
const VALUES_PER_SEARCH = 500;

/** Adds a value in the name of the import. A revert removes it. */
export const makeValue = (importId: string, kind: MasterKind, name: string): Promise<string> =>
  Master.add(kind, name, (tx, id) => tx.put(RowLog.buildMadeItem(importId, kind.name, id)));

/** Removes a value that only refused rows name. */
export async function removeUnusedValue({ id: importId, created_at }: ImportRecord, kind: MasterKind, id: string): Promise<void> {
  const used = await findUsedIds(kind.name, new Set([id]), created_at);
  if (used?.size === 0) await removeValue(kind, id);
  else return;
  await RowLog.deleteMadeValue(importId, id);
}

/** Removes the values that the import added and that no record has; returns whether all are done. */
export async function removeMadeValues(
  { id, created_at }: Pick<ImportRecord, "id" | "created_at">,
  until: number,
): Promise<boolean> {
  for (;;) {
    const values = await RowLog.listMadeValues(id, VALUES_PER_SEARCH);
    if (values.length === 0) return true;
    if (performance.now() >= until) return false;
    for (const kindName of new Set(values.map(({ kind }) => kind)))
      await removeValuesOfKind(
        id,
        kindName,
        values.filter(({ kind }) => kind === kindName),
        created_at,
      );
  }
}

async function removeValuesOfKind(
  importId: string,
  kindName: string,
  values: readonly MadeValue[],
  since: string,
): Promise<void> {
  const kind = findMasterKind(kindName);
  const used = await findUsedIds(kindName, new Set(values.map(({ id }) => id)), since);
  for (const { id } of values) {
    if (kind && used && !used.has(id)) await removeValue(kind, id);
    await RowLog.deleteMadeValue(importId, id);
  }
}

async function removeValue(kind: MasterKind, id: string): Promise<void> {
  try {
    await Master.remove({ kind: kind.name, id });
  } catch (error) {
    // Removed before, or kept by a rule of its kind.
    if (!isFailure(error)) throw error;
  }
}

/**
 * Returns which values records have that changed since the import began: before, no record could have them. Undefined if too many records have changed.
 */
async function findUsedIds(kindName: string, ids: ReadonlySet<string>, since: string): Promise<ReadonlySet<string> | undefined> {
  const kind = findMasterKind(kindName);
  const usages = kind ? await listUsages(kind) : [];
  const used = new Set<string>();
  let count = 0;
  for (const [collection, fields] of groupByCollection(usages)) {
    for await (const changedIds of readChangedIds(collection, since)) {
      count += changedIds.length;
      if (count > MAX_RECORDS) return undefined;
      for (const record of await Records.loadMany(collection, changedIds)) {
        if (!record || record.deleted_at) continue;
        const values: Readonly<Record<string, unknown>> = { ...record };
        for (const field of fields)
          for (const value of [values[field]].flat()) if (typeof value === "string" && ids.has(value)) used.add(value);
      }
    }
  }
  return used;
}

function groupByCollection(usages: readonly MasterUsage[]): ReadonlyMap<Collection<BaseRecord>, string[]> {
  const fieldsByCollection = new Map<Collection<BaseRecord>, string[]>();
  for (const { collection, field } of usages)
    fieldsByCollection.set(collection, [...(fieldsByCollection.get(collection) ?? []), field]);
  return fieldsByCollection;
}
