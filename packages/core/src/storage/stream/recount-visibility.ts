import { useTenant } from "../../kernel/context.ts";
import { readPersonVisibilities } from "../read/person-visibility.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import type { Item } from "../table/item.ts";
import { resolveOwners } from "../table/person-visibility.ts";
import { buildVisibilityGrant, hasVisibilityEntries, listSharedNames } from "../table/viewer.ts";
import type { Difference } from "./recount-difference.ts";
import { readIdPages, readRecordPages } from "./recount-pages.ts";
import type { AddCounts, Counts } from "./recount-runs.ts";
import type { RecountSubject } from "./recount-subject.ts";
import { buildVisibilityEntries, readVisibilityEntries } from "./visibility-steps.ts";

/** Recounts derived visibility: compares visibility items with records, and entries and owners' counters with visibility items. */

/**
 * Adds what visibility entries contribute to the counters of their owners, and returns the records whose entries differ from the expected
 * ones.
 */
export async function verifyEntries(
  collection: Collection<BaseRecord>,
  records: readonly BaseRecord[],
  checkpoints: readonly (Item | undefined)[],
  add: AddCounts,
): Promise<Difference[]> {
  if (!hasVisibilityEntries(collection) || records.length === 0) return [];
  const seen = await readVisibilityEntries(useTenant(), new Map(records.map(({ id }, index) => [id, checkpoints[index]])));
  const findExpectedOwners = await loadExpectedOwners(collection, records, checkpoints);
  return records.flatMap((record, index): Difference[] => {
    const [version, entries = {}] = [Number(checkpoints[index]?.version ?? 0), seen.get(record.id)];
    for (const [name, { counts }] of Object.entries(entries)) {
      add(name.slice(name.indexOf(" ") + 1), counts);
    }
    // A pending change in the stream is not a difference.
    const owners = version > 0 && version < record.version ? undefined : findExpectedOwners(record);
    if (!owners) return [];
    const recordState = { collection, id: record.id, version: record.version, after: record, changedAt: record.updated_at };
    const [storedNames, expectedNames] = [entries, buildVisibilityEntries(recordState, owners)].map((visibilityEntries) =>
      Object.keys(visibilityEntries).sort().join(", "),
    );
    return storedNames === expectedNames
      ? []
      : [{ kind: collection.name, where: record.id, what: "under", kept: storedNames, counted: expectedNames }];
  });
}

/** Returns the owners under whom records should have entries; undefined for records that are not migrated yet. */
async function loadExpectedOwners(
  collection: Collection<BaseRecord>,
  records: readonly BaseRecord[],
  checkpoints: readonly (Item | undefined)[],
): Promise<(record: BaseRecord) => readonly string[] | undefined> {
  const { derivedVisibility } = collection.definition;
  if (!derivedVisibility) {
    const formerRecords = new Set(records.filter((_, index) => checkpoints[index] && checkpoints[index].entries === undefined));
    return (record) => (formerRecords.has(record) ? undefined : listSharedNames(collection, record));
  }
  const listMergedIds = (record: BaseRecord): string[] => [record.id, ...derivedVisibility.mergedIds(record)];
  const ids = [...new Set(records.flatMap(listMergedIds))];
  const sights = new Map((await readPersonVisibilities(collection, ids)).map((sight, index) => [ids[index] as string, sight]));
  return (record) =>
    sights.get(record.id)?.isComplete ? resolveOwners(listMergedIds(record).flatMap((id) => sights.get(id) ?? [])) : undefined;
}

/** Recounts the visibility items of records with derived visibility from the records that make them visible. */
export function buildVisibilitySubject(
  collection: Collection<BaseRecord>,
  all: readonly Collection<BaseRecord>[],
): RecountSubject {
  const revealing = all.filter(({ definition }) => definition.visibilityGrant).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    name: `${collection.name}.sight`,
    async *readStored(after) {
      for await (const ids of readIdPages(collection, after)) {
        const sights = await readPersonVisibilities(collection, ids);
        for (const [index, scope] of ids.entries()) {
          const sight = sights[index];
          if (!sight?.isComplete) continue;
          const numbers = Object.fromEntries(sight.countsByOwner);
          yield { scope, revision: String(sight.revision), numbers, items: [] };
        }
      }
    },
    async *pages(after, { add }) {
      const [from, behind] = after?.split(" ") ?? [];
      for (const revealingCollection of revealing.filter(({ name }) => from === undefined || name >= from)) {
        const last = revealingCollection.name === from ? behind : undefined;
        for await (const { key, records } of readRecordPages(
          revealingCollection,
          revealingCollection.allPartitions("live"),
          last,
        )) {
          for (const record of records) {
            const revealed = buildVisibilityGrant(revealingCollection, record);
            if (revealed) add(revealed.id, Object.fromEntries(revealed.owners.map((owner) => [owner, 1])));
          }
          yield { after: `${revealingCollection.name} ${key}`, records: 0, differences: [] };
        }
      }
    },
    findDifferences(sight, where, counts) {
      if (!sight) return [];
      const [storedCounts, expectedCounts] = [formatOwnerCounts(sight.numbers), formatOwnerCounts(counts)];
      return storedCounts === expectedCounts
        ? []
        : [{ kind: collection.name, where, what: "sight", kept: storedCounts, counted: expectedCounts }];
    },
    isCounter: false,
  };
}

const formatOwnerCounts = (owners: Counts): string =>
  Object.entries(owners)
    .map(([owner, count]) => `${owner} ${count}`)
    .sort()
    .join(", ");
