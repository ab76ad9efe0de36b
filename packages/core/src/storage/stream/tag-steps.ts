import { Counter } from "../read/counter.ts";
import { formatTagOwners, TAG_COUNTER, type TagCheckpoint, tagScope } from "../read/tag-counts.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { NONE } from "../table/collection.ts";
import { tableName } from "../table/database.ts";
import type { WriteAction } from "../table/item.ts";
import { tagCheckpointKey } from "../table/key.ts";
import { addDeltas, type CommitStep, type CommitUnit } from "./commit.ts";
import type { RecordState } from "./path-steps.ts";

/**
 * The writes that bring the counters of tags to what a record bears. Beside the record stands a checkpoint with the tags that it is
 * counted under; it moves with the counters, in steps after each of which it says just what is counted. A record that never had a tag
 * has none, and costs nothing.
 */

/** Tags of a step: each moves two counters at most, which with the checkpoint fit into a transaction. */
export const MAX_STEP_TAGS = 45;

/** A record, and whether one of the changes that tell of it moves its tags or their owner. */
export interface TaggedRecord extends RecordState {
  hasTagChange: boolean;
}

type TagOwners = TagCheckpoint["owners"];

/** The owner under whom each tag of a record is counted, by the tag's key. */
export function resolveTagOwners(collection: Collection<BaseRecord>, record: BaseRecord | undefined): TagOwners {
  const owner = (record && collection.ownerId(record)) ?? NONE;
  return new Map([...collection.tagsByKey(record).keys()].map((key) => [key, owner]));
}

/** The tags of which the owner is not the same. */
export const diffTagOwners = (had: TagOwners, has: TagOwners): string[] =>
  [...new Set([...had.keys(), ...has.keys()])].filter((tag) => had.get(tag) !== has.get(tag));

/** A step, and the keys of the tags that it counts. */
export interface TagStep extends CommitStep {
  countedTags: readonly string[];
}

/** The next step from a checkpoint to what a record bears now, or nothing where it is there. */
export function buildTagStep(tenant: string, tagged: TaggedRecord, checkpoint: TagCheckpoint): TagStep | undefined {
  const { collection, id, version, after, at, hasTagChange: moved } = tagged;
  if (version < checkpoint.version) return undefined;
  const [had, has] = [checkpoint.owners, resolveTagOwners(collection, after)];
  const wanted = diffTagOwners(had, has);
  // Also where nothing differs any more: what comes late must find that it is late.
  if (wanted.length === 0 && (!moved || version === checkpoint.version)) return undefined;
  const unit: CommitUnit = { idempotentWrites: [], actions: [], deltas: new Map(), at };
  const owners = new Map(had);
  const step = wanted.slice(0, MAX_STEP_TAGS);
  for (const tag of step) {
    const [old, next] = [had.get(tag), has.get(tag)];
    if (old !== undefined) addTagCounts(unit, collection.name, old, tag, -1);
    if (next !== undefined) addTagCounts(unit, collection.name, next, tag, 1);
    if (next === undefined) owners.delete(tag);
    else owners.set(tag, next);
  }
  const done = step.length === wanted.length;
  const next = { turn: checkpoint.turn + 1, version: done ? version : checkpoint.version, owners };
  unit.actions.push(buildCheckpointAction(tenant, id, next));
  return { unit, done, countedTags: step.filter((tag) => has.has(tag)) };
}

function addTagCounts({ deltas }: CommitUnit, kind: string, owner: string, tag: string, sign: 1 | -1): void {
  for (const scope of [Counter.ALL, owner]) addDeltas(deltas, `${TAG_COUNTER}/${tagScope(scope, tag)}`, { [kind]: 1 }, sign);
}

const buildCheckpointAction = (tenant: string, id: string, { turn, version, owners }: TagCheckpoint): WriteAction => ({
  Put: {
    TableName: tableName(),
    Item: { ...tagCheckpointKey(tenant, id), turn, version, tags: formatTagOwners(owners) },
    ConditionExpression: turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",
    ...(turn === 1 ? {} : { ExpressionAttributeValues: { ":read": turn - 1 } }),
  },
});
