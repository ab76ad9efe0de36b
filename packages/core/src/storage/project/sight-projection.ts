import { isDeepStrictEqual } from "node:util";
import { useTenant } from "../../kernel/context.ts";
import { readSights } from "../read/sights.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { collectionOfId } from "../table/collections.ts";
import { getAll, tableName } from "../table/database.ts";
import { recordKey, sightKey } from "../table/key.ts";
import { Moved } from "../table/moved.ts";
import { revealOf } from "../table/share.ts";
import { ownerAttribute, type Sight, standsUnder } from "../table/sight.ts";
import { transaction } from "../write/transaction.ts";
import type { Change } from "./change.ts";
import type { Shown } from "./path-steps.ts";

/**
 * What follows where records that reveal another come, go or change hands: the other stands in the lists of other owners, and its
 * words say so. It is brought to what sights say now, any number of times, in any order and by several at once.
 */

/** The records that these changes reveal to others than before, where they are not among the changes themselves. */
export async function revealedBy(changes: readonly Change[]): Promise<Shown[]> {
  const ids = new Map<string, string>();
  for (const { collection, before, after, at } of changes) {
    const [old, next] = [revealOf(collection, before), revealOf(collection, after)];
    if (isDeepStrictEqual(old, next)) continue;
    for (const each of [old, next]) if (each) ids.set(each.id, at);
    // No transaction takes a record away for good: who did has left its sight as it was, and it is made anew.
    if (old && !after) await doubt(old.id);
  }
  const known = new Set(changes.map(({ id }) => id));
  const found: Shown[] = [];
  const tenant = useTenant();
  // A record that was joined to another is found by its own sight among the deleted, and the other is by both.
  for (let wanted = [...ids.keys()]; wanted.length > 0; ) {
    const items = await getAll(wanted.map((id) => recordKey(tenant, id)));
    const next: string[] = [];
    for (const [at, id] of wanted.entries()) {
      const collection = await collectionOfId(id);
      const item = items[at];
      if (!collection?.definition.revealed || !item) continue;
      const after = collection.fromItem(item);
      const instant = ids.get(id) as string;
      if (!known.has(id)) found.push({ collection, id, version: after.version, after, at: instant });
      const into = collection.definition.revealed.into(after);
      if (into !== null && !ids.has(into)) {
        ids.set(into, instant);
        next.push(into);
      }
    }
    wanted = next;
  }
  return found;
}

/** Whatever a sight says, it is asked of the records again. */
async function doubt(id: string): Promise<void> {
  const tx = transaction().add({
    Update: {
      TableName: tableName(),
      Key: sightKey(useTenant(), id),
      UpdateExpression: "REMOVE whole ADD revision :one",
      ExpressionAttributeValues: { ":one": 1 },
    },
  });
  await tx.commit(undefined);
}

/** The owners under whom records stand, in their order; sights of an earlier release become whole on the way. */
export async function standing(records: readonly Shown[]): Promise<(readonly string[])[]> {
  const under: (readonly string[])[] = [];
  for (const [collection, ofKind] of Map.groupBy(records, (record) => record.collection)) {
    const { revealed } = collection.definition;
    const idsOf = ({ id, after }: Shown): string[] => [id, ...((after && revealed?.also(after)) ?? [])];
    const ids = [...new Set(ofKind.flatMap(idsOf))];
    const sights = revealed ? await readSights(collection, ids) : [];
    const known = new Map(ids.map((id, at) => [id, sights[at]]));
    for (const [id, sight] of known) if (sight && !sight.whole) await keep(id, sight);
    for (const each of ofKind)
      under[records.indexOf(each)] = revealed ? standsUnder(idsOf(each).flatMap((id) => known.get(id) ?? [])) : [];
  }
  return under;
}

/** Writes a sight that says all, unless it has moved since. */
async function keep(id: string, { revision, maker, into, also, owners }: Sight): Promise<void> {
  const counts = Object.fromEntries([...owners].map(([owner, count]) => [ownerAttribute(owner), count]));
  const item = { ...sightKey(useTenant(), id), whole: true, maker, also, ...(into ? { into } : {}), ...counts };
  const tx = transaction().put(
    { ...item, revision: revision + 1 },
    {
      condition: revision === 0 ? "attribute_not_exists(pk)" : "revision = :read",
      ...(revision === 0 ? {} : { values: { ":read": revision } }),
      refused: () => new Moved(`The sight of ${id} has moved`),
    },
  );
  await tx.commit(undefined).catch((error) => {
    if (!(error instanceof Moved)) throw error;
  });
}

/** Whether others reveal records of the kind. */
export const isRevealed = ({ definition }: Collection<BaseRecord>): boolean => definition.revealed !== undefined;
