import { isDeepStrictEqual } from "node:util";
import { useTenant } from "../../kernel/context.ts";
import { readPersonVisibilities } from "../read/person-visibility.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { loadCollectionById } from "../table/collection-registry.ts";
import { WriteConflict } from "../table/conflict.ts";
import { readItems, tableName } from "../table/database.ts";
import { personVisibilityKey, recordKey } from "../table/key.ts";
import { ownerAttribute, type PersonVisibility, resolveOwners } from "../table/person-visibility.ts";
import { buildVisibilityGrant } from "../table/viewer.ts";
import { transaction } from "../write/transaction.ts";
import type { RecordState } from "./path-steps.ts";
import type { RecordChange } from "./record-change.ts";

/**
 * Updates records with derived visibility when the records that make them visible are created, changed or deleted: their entries under
 * owners and their word items follow the visibility items. It may run any number of times, in any order and concurrently.
 */

/** Returns the records whose visibility these changes affect, unless they are among the changes themselves. */
export async function listAffectedRecords(changes: readonly RecordChange[]): Promise<RecordState[]> {
  const ids = new Map<string, string>();
  for (const { collection, before, after, changedAt } of changes) {
    const [old, next] = [buildVisibilityGrant(collection, before), buildVisibilityGrant(collection, after)];
    if (isDeepStrictEqual(old, next)) continue;
    for (const grant of [old, next]) if (grant) ids.set(grant.id, changedAt);
    // A permanent removal does not update the visibility item in its transaction, so the item must be computed again.
    if (old && !after) await invalidateVisibility(old.id);
  }
  const changedIds = new Set(changes.map(({ id }) => id));
  const affectedRecords: RecordState[] = [];
  const tenant = useTenant();
  // A merged record stays visible among the deleted records by its own visibility item; the record into which it was merged is visible by
  // both.
  for (let pendingIds = [...ids.keys()]; pendingIds.length > 0; ) {
    const items = await readItems(pendingIds.map((id) => recordKey(tenant, id)));
    const next: string[] = [];
    for (const [index, id] of pendingIds.entries()) {
      const collection = await loadCollectionById(id);
      const item = items[index];
      if (!collection?.definition.derivedVisibility || !item) continue;
      const after = collection.fromItem(item);
      const instant = ids.get(id) as string;
      if (!changedIds.has(id)) affectedRecords.push({ collection, id, version: after.version, after, changedAt: instant });
      const into = collection.definition.derivedVisibility.mergedInto(after);
      if (into !== null && !ids.has(into)) {
        ids.set(into, instant);
        next.push(into);
      }
    }
    pendingIds = next;
  }
  return affectedRecords;
}

/** Marks a visibility item as incomplete, so that it is computed again from the records. */
async function invalidateVisibility(id: string): Promise<void> {
  const tx = transaction().add({
    Update: {
      TableName: tableName(),
      Key: personVisibilityKey(useTenant(), id),
      UpdateExpression: "REMOVE whole ADD revision :one",
      ExpressionAttributeValues: { ":one": 1 },
    },
  });
  await tx.commit(undefined);
}

/** Returns the owners of records, in their order. Visibility items of an earlier release are completed on the way. */
export async function loadOwners(records: readonly RecordState[]): Promise<(readonly string[])[]> {
  const ownerLists: (readonly string[])[] = [];
  for (const [collection, ofKind] of Map.groupBy(records, (record) => record.collection)) {
    const { derivedVisibility } = collection.definition;
    const listRecordIds = ({ id, after }: RecordState): string[] => [
      id,
      ...((after && derivedVisibility?.mergedIds(after)) ?? []),
    ];
    const ids = [...new Set(ofKind.flatMap(listRecordIds))];
    const sights = derivedVisibility ? await readPersonVisibilities(collection, ids) : [];
    const visibilityById = new Map(ids.map((id, index) => [id, sights[index]]));
    for (const [id, sight] of visibilityById) if (sight && !sight.isComplete) await saveVisibility(id, sight);
    for (const record of ofKind)
      ownerLists[records.indexOf(record)] = derivedVisibility
        ? resolveOwners(listRecordIds(record).flatMap((id) => visibilityById.get(id) ?? []))
        : [];
  }
  return ownerLists;
}

/** Writes a complete visibility item, unless it changed meanwhile. */
async function saveVisibility(
  id: string,
  { revision, creator, mergedInto, mergedIds, countsByOwner }: PersonVisibility,
): Promise<void> {
  const counts = Object.fromEntries([...countsByOwner].map(([owner, count]) => [ownerAttribute(owner), count]));
  const item = {
    ...personVisibilityKey(useTenant(), id),
    whole: true,
    maker: creator,
    also: mergedIds,
    ...(mergedInto ? { into: mergedInto } : {}),
    ...counts,
  };
  const tx = transaction().put(
    { ...item, revision: revision + 1 },
    {
      condition: revision === 0 ? "attribute_not_exists(pk)" : "revision = :read",
      ...(revision === 0 ? {} : { values: { ":read": revision } }),
      rejection: () => new WriteConflict(`The visibility of ${id} was changed concurrently`),
    },
  );
  await tx.commit(undefined).catch((error) => {
    if (!(error instanceof WriteConflict)) throw error;
  });
}

export const hasDerivedVisibility = ({ definition }: Collection<BaseRecord>): boolean =>
  definition.derivedVisibility !== undefined;
