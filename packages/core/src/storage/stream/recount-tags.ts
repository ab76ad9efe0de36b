import { useTenant } from "../../kernel/context.ts";
import { Counter } from "../read/counter.ts";
import { formatTagOwners, readTagCheckpoints, TAG_COUNTER, type TagCheckpoint, tagScope } from "../read/tag-counts.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { checkpointKey, recordKey } from "../table/key.ts";
import type { Difference } from "./recount-difference.ts";
import { readRecordPages } from "./recount-pages.ts";
import type { AddCounts } from "./recount-runs.ts";
import { compareCounts, type RecountSubject, readCounters } from "./recount-subject.ts";
import { diffTagOwners, resolveTagOwners } from "./tag-steps.ts";

/** Recounts tags: compares each record's tag checkpoint with the record, and the counters with the sum of the checkpoints. */
export function buildTagSubject(all: readonly Collection<BaseRecord>[]): RecountSubject {
  const taggedCollections = all.filter(({ countsTags }) => countsTags).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    name: TAG_COUNTER,
    readStored: (after) => readCounters(TAG_COUNTER, after),
    async *pages(after, { add }) {
      const [from, behind] = after?.split(" ") ?? [];
      for (const collection of taggedCollections.filter(({ name }) => from === undefined || name >= from)) {
        const partitions = [...collection.allPartitions("live"), ...collection.allPartitions("deleted")];
        for await (const { key, records } of readRecordPages(
          collection,
          partitions,
          collection.name === from ? behind : undefined,
        )) {
          const differences = await verifyTags(collection, records, add);
          yield { after: `${collection.name} ${key}`, records: 0, differences };
        }
      }
    },
    findDifferences: (storedCounter, scope, sum) => compareCounts(TAG_COUNTER, storedCounter, scope, sum),
    isCounter: true,
  };
}

async function verifyTags(
  collection: Collection<BaseRecord>,
  rows: readonly BaseRecord[],
  add: AddCounts,
): Promise<Difference[]> {
  const tenant = useTenant();
  const checkpoints = await readTagCheckpoints(
    tenant,
    rows.map(({ id }) => id),
  );
  const doubted = rows.flatMap(({ id }, index) => {
    const { owners } = checkpoints[index] as TagCheckpoint;
    for (const [tag, owner] of owners)
      for (const scope of [Counter.ALL, owner]) add(tagScope(scope, tag), { [collection.name]: 1 });
    return diffTagOwners(owners, resolveTagOwners(collection, rows[index])).length > 0
      ? [{ id, storedOwners: formatTagOwners(owners) }]
      : [];
  });
  const items = await readItems(doubted.flatMap(({ id }) => [recordKey(tenant, id), checkpointKey(tenant, id)]));
  return doubted.flatMap(({ id, storedOwners }, index): Difference[] => {
    const [item, checkpoint] = items.slice(2 * index);
    // Ignores changes that the stream has not delivered yet, and records that are not migrated yet.
    if (!item || checkpoint?.version !== item.version || Number(item.shape) < collection.shape) return [];
    const expectedOwners = formatTagOwners(resolveTagOwners(collection, collection.fromItem(item)));
    return storedOwners === expectedOwners
      ? []
      : [{ kind: TAG_COUNTER, where: id, what: "tags", kept: storedOwners, counted: expectedOwners }];
  });
}
