import { useTenant } from "../../kernel/context.ts";
import { readTagCheckpoints, type TagCheckpoint } from "../read/tag-counts.ts";
import { splitIntoChunks } from "../table/database.ts";
import { TagSpelling } from "../write/tag-spelling.ts";
import { commitSteps } from "./commit.ts";
import type { RecordChange } from "./record-change.ts";
import { buildTagStep, diffTagOwners, resolveTagOwners, type TaggedRecord } from "./tag-steps.ts";

/** Records that are processed together. */
const BATCH_SIZE = 50;

/**
 * Counts the tags of records according to the latest of these changes. It may run any number of times, in any order and concurrently: each
 * step is conditional on the checkpoint from which it was made. Records that had no tags and have none cost nothing. The spelling of new
 * tags is stored on the way.
 */
export async function countTags(changes: readonly RecordChange[]): Promise<void> {
  const tenant = useTenant();
  const byId = Map.groupBy(
    changes.filter(({ collection }) => collection.countsTags),
    ({ id }) => id,
  );
  const tagged = [...byId.values()].flatMap((versions): TaggedRecord[] => {
    const owners = versions.map(({ collection, before, after }) =>
      [before, after].map((record) => resolveTagOwners(collection, record)),
    );
    if (owners.flat().every(({ size }) => size === 0)) return [];
    const latest = versions.reduce((newest, next) => (next.version > newest.version ? next : newest));
    return [
      {
        ...latest,
        hasTagChange: owners.some(
          ([previousOwners, currentOwners]) =>
            previousOwners && currentOwners && diffTagOwners(previousOwners, currentOwners).length > 0,
        ),
      },
    ];
  });
  for (const chunk of splitIntoChunks(tagged, BATCH_SIZE)) {
    await commitSteps(tenant, chunk, async (remainingRecords) => {
      const checkpoints = await readTagCheckpoints(
        tenant,
        remainingRecords.map(({ id }) => id),
      );
      const steps = remainingRecords.map((record, index) => buildTagStep(tenant, record, checkpoints[index] as TagCheckpoint));
      const spellings = steps.flatMap(
        (step, index) => step?.countedTags.flatMap((key) => listSpellings(remainingRecords[index], key)) ?? [],
      );
      await TagSpelling.save(spellings);
      return steps;
    });
  }
}

const listSpellings = (tagged: TaggedRecord | undefined, key: string): string[] => {
  const tag = tagged?.collection.tagsByKey(tagged.after).get(key);
  return tag === undefined ? [] : [tag];
};
