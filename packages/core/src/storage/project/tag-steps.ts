import { Counter } from "../read/counter.ts";
import { TAG_COUNTER, type TagCheckpoint, tagScope, textOf } from "../read/tag-counts.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { NONE } from "../table/collection.ts";
import { tableName } from "../table/database.ts";
import type { Action } from "../table/item.ts";
import { tagCheckpointKey } from "../table/key.ts";
import type { Shown } from "./path-steps.ts";
import { addDeltas, type Step, type Unit } from "./unit.ts";

/**
 * The writes that bring the counters of tags to what a record bears. Beside the record stands a checkpoint with the tags that it is
 * counted under; it moves with the counters, in steps after each of which it says just what is counted. A record that never had a tag
 * has none, and costs nothing.
 */

/** Tags of a step: each moves two counters at most, which with the checkpoint fit into a transaction. */
export const STEP = 45;

/** A record, and whether one of the changes that tell of it moves its tags or their owner. */
export interface Tagged extends Shown {
  moved: boolean;
}

type Owners = TagCheckpoint["owners"];

/** The owner under whom each tag of a record is counted, by the tag's key. */
export function countedUnder(collection: Collection<BaseRecord>, record: BaseRecord | undefined): Owners {
  const owner = (record && collection.ownerOf(record)) ?? NONE;
  return new Map([...collection.tagsOf(record).keys()].map((key) => [key, owner]));
}

/** The tags of which the owner is not the same. */
export const differing = (had: Owners, has: Owners): string[] =>
  [...new Set([...had.keys(), ...has.keys()])].filter((tag) => had.get(tag) !== has.get(tag));

/** A step, and the keys of the tags that it counts. */
export interface TagStep extends Step {
  counted: readonly string[];
}

/** The next step from a checkpoint to what a record bears now, or nothing where it is there. */
export function stepOf(tenant: string, tagged: Tagged, checkpoint: TagCheckpoint): TagStep | undefined {
  const { collection, id, version, after, at, moved } = tagged;
  if (version < checkpoint.version) return undefined;
  const [had, has] = [checkpoint.owners, countedUnder(collection, after)];
  const wanted = differing(had, has);
  // Also where nothing differs any more: what comes late must find that it is late.
  if (wanted.length === 0 && (!moved || version === checkpoint.version)) return undefined;
  const unit: Unit = { before: [], actions: [], deltas: new Map(), at };
  const owners = new Map(had);
  const step = wanted.slice(0, STEP);
  for (const tag of step) {
    const [old, next] = [had.get(tag), has.get(tag)];
    if (old !== undefined) count(unit, collection.name, old, tag, -1);
    if (next !== undefined) count(unit, collection.name, next, tag, 1);
    if (next === undefined) owners.delete(tag);
    else owners.set(tag, next);
  }
  const done = step.length === wanted.length;
  const next = { turn: checkpoint.turn + 1, version: done ? version : checkpoint.version, owners };
  unit.actions.push(checkpointAction(tenant, id, next));
  return { unit, done, counted: step.filter((tag) => has.has(tag)) };
}

function count({ deltas }: Unit, kind: string, owner: string, tag: string, sign: 1 | -1): void {
  for (const scope of [Counter.ALL, owner]) addDeltas(deltas, `${TAG_COUNTER}/${tagScope(scope, tag)}`, { [kind]: 1 }, sign);
}

const checkpointAction = (tenant: string, id: string, { turn, version, owners }: TagCheckpoint): Action => ({
  Put: {
    TableName: tableName(),
    Item: { ...tagCheckpointKey(tenant, id), turn, version, tags: textOf(owners) },
    ConditionExpression: turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",
    ...(turn === 1 ? {} : { ExpressionAttributeValues: { ":read": turn - 1 } }),
  },
});
