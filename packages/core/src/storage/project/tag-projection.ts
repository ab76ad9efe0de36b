import { useTenant } from "../../kernel/context.ts";
import { readTagCheckpoints, type TagCheckpoint } from "../read/tag-counts.ts";
import { chunksOf } from "../table/database.ts";
import { Spelling } from "../write/spelling.ts";
import type { Change } from "./change.ts";
import { countedUnder, differing, stepOf, type Tagged } from "./tag-steps.ts";
import { commitSteps } from "./unit.ts";

/** Records that are brought up together. */
const TOGETHER = 50;

/**
 * Counts the tags of records as the latest of these changes has them: any number of times, in any order and by several at once, as each step
 * is on the condition of the checkpoint that it was made from. Changes of records that had no tags and have none cost nothing. Of tags
 * that no release has spelled yet, the spelling is kept on the way.
 */
export async function countTags(changes: readonly Change[]): Promise<void> {
  const tenant = useTenant();
  const byId = Map.groupBy(
    changes.filter(({ collection }) => collection.countsTags),
    ({ id }) => id,
  );
  const tagged = [...byId.values()].flatMap((versions): Tagged[] => {
    const owners = versions.map(({ collection, before, after }) => [before, after].map((is) => countedUnder(collection, is)));
    if (owners.flat().every(({ size }) => size === 0)) return [];
    const latest = versions.reduce((newest, next) => (next.version > newest.version ? next : newest));
    return [{ ...latest, moved: owners.some(([had, has]) => had && has && differing(had, has).length > 0) }];
  });
  for (const some of chunksOf(tagged, TOGETHER)) {
    await commitSteps(tenant, some, async (left) => {
      const checkpoints = await readTagCheckpoints(
        tenant,
        left.map(({ id }) => id),
      );
      const steps = left.map((each, at) => stepOf(tenant, each, checkpoints[at] as TagCheckpoint));
      const counted = steps.flatMap((step, at) => step?.counted.flatMap((key) => spelledIn(left[at], key)) ?? []);
      await Spelling.keep(counted);
      return steps;
    });
  }
}

const spelledIn = (tagged: Tagged | undefined, key: string): string[] => {
  const tag = tagged?.collection.tagsOf(tagged.after).get(key);
  return tag === undefined ? [] : [tag];
};
