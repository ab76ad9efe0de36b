import { Counter } from "../read/counter.ts";
import { formatTagOwners, TAG_COUNTER, type TagCheckpoint, tagScope } from "../read/tag-counts.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { tableName } from "../table/database.ts";
import type { WriteAction } from "../table/item.ts";
import { tagCheckpointKey } from "../table/key.ts";
import { resolveTagViewer } from "../table/viewer.ts";
import { addDeltas, type CommitStep, type CommitUnit } from "./commit.ts";
import type { RecordState } from "./path-steps.ts";

/**
 * The writes that update the tag counters to the tags of a record. The record has a checkpoint with the tags that are counted. It changes
 * in one transaction with the counters, in steps; after each step it describes exactly what is counted. A record that never had a tag has
 * no checkpoint.
 */

/** Maximum tags of a step: each changes up to two counters, which fit into a transaction with the checkpoint. */
const MAX_STEP_TAGS = 45;

/** A record, and whether one of its changes concerns its tags or their owner. */
export interface TaggedRecord extends RecordState {
  hasTagChange: boolean;
}

type TagOwners = TagCheckpoint["owners"];

/** Returns the viewer under whom each tag of a record is counted, by tag key. */
export function resolveTagOwners(collection: Collection<BaseRecord>, record: BaseRecord | undefined): TagOwners {
  const viewer = record && resolveTagViewer(collection, record);
  if (viewer === undefined) return new Map();
  return new Map([...collection.tagsByKey(record).keys()].map((key) => [key, viewer]));
}

/** Lists the tags whose owner differs. */
export const diffTagOwners = (previousOwners: TagOwners, currentOwners: TagOwners): string[] =>
  [...new Set([...previousOwners.keys(), ...currentOwners.keys()])].filter(
    (tag) => previousOwners.get(tag) !== currentOwners.get(tag),
  );

/** A step, and the keys of the tags that it counts. */
interface TagStep extends CommitStep {
  countedTags: readonly string[];
}

/** Builds the next step from a checkpoint to the current tags of a record; undefined if they are counted. */
export function buildTagStep(tenant: string, tagged: TaggedRecord, checkpoint: TagCheckpoint): TagStep | undefined {
  const { collection, id, version, after, changedAt, hasTagChange } = tagged;
  if (version < checkpoint.version) return undefined;
  const [previousOwners, currentOwners] = [checkpoint.owners, resolveTagOwners(collection, after)];
  const changedTags = diffTagOwners(previousOwners, currentOwners);
  // Writes the checkpoint even without a difference, so that a delayed change can see that it is outdated.
  if (changedTags.length === 0 && (!hasTagChange || version === checkpoint.version)) return undefined;
  const unit: CommitUnit = { idempotentWrites: [], actions: [], deltas: new Map(), at: changedAt };
  const owners = new Map(previousOwners);
  const step = changedTags.slice(0, MAX_STEP_TAGS);
  for (const tag of step) {
    const [old, next] = [previousOwners.get(tag), currentOwners.get(tag)];
    if (old !== undefined) addTagCounts(unit, collection.name, old, tag, -1);
    if (next !== undefined) addTagCounts(unit, collection.name, next, tag, 1);
    if (next === undefined) owners.delete(tag);
    else owners.set(tag, next);
  }
  const done = step.length === changedTags.length;
  const next = { turn: checkpoint.turn + 1, version: done ? version : checkpoint.version, owners };
  unit.actions.push(buildCheckpointAction(tenant, id, next));
  return { unit, done, countedTags: step.filter((tag) => currentOwners.has(tag)) };
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
