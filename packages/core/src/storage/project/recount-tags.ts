import { useTenant } from "../../kernel/context.ts";
import { Counter } from "../read/counter.ts";
import { readTagCheckpoints, TAG_COUNTER, tagScope, textOf } from "../read/tag-counts.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { checkpointKey, recordKey } from "../table/key.ts";
import type { Difference } from "./difference.ts";
import { idsOf } from "./recount-ids.ts";
import type { Adding } from "./recount-runs.ts";
import { countersOf, type Subject, wrongCounts } from "./recount-subject.ts";
import { countedUnder } from "./tag-steps.ts";

/** What a recount proves of tags: that the checkpoint of each record says what it bears, and that the counters are the sum of the checkpoints. */
export function tagsOf(all: readonly Collection<BaseRecord>[]): Subject {
  const counted = all.filter(({ countsTags }) => countsTags).sort((one, other) => (one.name < other.name ? -1 : 1));
  return {
    name: TAG_COUNTER,
    kept: (after) => countersOf(TAG_COUNTER, after),
    async *pages(after, { add }) {
      const [from, behind] = after?.split(" ") ?? [];
      for (const each of counted.filter(({ name }) => from === undefined || name >= from)) {
        for await (const ids of idsOf(each, each.name === from ? behind : undefined)) {
          const differences = await proveTags(each, ids, add);
          yield { after: `${each.name} ${ids.at(-1)}`, records: 0, differences };
        }
      }
    },
    wrong: (kept, scope, sum) => wrongCounts(TAG_COUNTER, kept, scope, sum),
    isCounter: true,
  };
}

async function proveTags(collection: Collection<BaseRecord>, ids: readonly string[], add: Adding): Promise<Difference[]> {
  const tenant = useTenant();
  const [items, checkpoints] = await Promise.all([
    getAll(ids.map((id) => recordKey(tenant, id))),
    readTagCheckpoints(tenant, ids),
  ]);
  const told = ids.flatMap((id, at): (Difference & { version: number })[] => {
    const [item, kept] = [items[at], checkpoints[at]?.owners ?? new Map<string, string>()];
    for (const [tag, owner] of kept)
      for (const scope of [Counter.ALL, owner]) add(tagScope(scope, tag), { [collection.name]: 1 });
    // One of an earlier release is counted as it passes.
    if (!item || Number(item.shape) < collection.shape) return [];
    const [is, wanted] = [textOf(kept), textOf(countedUnder(collection, collection.fromItem(item)))];
    const version = Number(item.version);
    return is === wanted ? [] : [{ kind: TAG_COUNTER, where: id, what: "tags", kept: is, counted: wanted, version }];
  });
  // What the stream has not brought yet is no difference.
  const brought = await getAll(told.map(({ where }) => checkpointKey(tenant, where)));
  return told.flatMap(({ version, ...difference }, at) => (brought[at]?.version === version ? [difference] : []));
}
