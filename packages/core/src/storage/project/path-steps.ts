import type { Declaration } from "../read/declared.ts";
import {
  CUT,
  declarationOf,
  entriesOf,
  FILLED,
  filledOf,
  isValue,
  orderKey,
  orderPartition,
  type PathCheckpoint,
  pathCounter,
  underOf,
  valuePartition,
} from "../read/path-entries.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { tableName } from "../table/database.ts";
import type { Action, Item } from "../table/item.ts";
import { hashed, type Key, pathCheckpointKey } from "../table/key.ts";
import { addDeltas, type Step, type Unit } from "./unit.ts";

/** The writes that bring the entries of a record up to what is declared (read/path-entries.ts says what they are). */

/** Entries written in a step: with their counters and the checkpoint they fit into a transaction. */
const STEP = 18;

/** A record as the stream or the table gives it. */
export interface Shown {
  collection: Collection<BaseRecord>;
  id: string;
  version: number;
  after: BaseRecord | undefined;
  at: string;
}

/** The next step from a checkpoint to what a record has now, or nothing when it is there. */
export function stepOf(
  tenant: string,
  { collection, id, version, after, at }: Shown,
  checkpoint: PathCheckpoint,
  declared: readonly Declaration[],
): Step | undefined {
  const under = underOf(declared);
  if (version < checkpoint.version || (version === checkpoint.version && under === checkpoint.under)) return undefined;
  const wanted = entriesOf(after, declared);
  const row = after ? collection.texts(after).row : "";
  const owner = after && collection.ownerOf(after);
  const digest = hashed(after ? collection.shown(after) : "", owner ?? "").slice(0, 8);
  const gone = Object.keys(checkpoint.entries).filter((name) => !wanted.names.has(name));
  const written = [...wanted.names].filter((name) => checkpoint.entries[name] !== digest);
  const entries = { ...checkpoint.entries };
  const unit: Unit = { before: [], actions: [], deltas: new Map(), at };
  const kind = collection.name;
  const count = (scope: string, of: string, sign: 1 | -1): void =>
    addDeltas(unit.deltas, `${pathCounter(kind)}/${scope}`, { [of]: 1 }, sign);
  for (const name of [...gone, ...written].slice(0, STEP)) {
    const isGone = !wanted.names.has(name);
    if (isGone) delete entries[name];
    else entries[name] = digest;
    unit.actions.push(
      isGone
        ? { Delete: { TableName: tableName(), Key: entryKey(tenant, kind, name, id) } }
        : { Put: { TableName: tableName(), Item: entryItem(tenant, kind, name, id, row, owner) } },
    );
    if (isValue(name) && isGone === name in checkpoint.entries) count(name, FILLED, isGone ? -1 : 1);
  }
  const done = gone.length + written.length <= STEP;
  const next: PathCheckpoint = {
    turn: checkpoint.turn + 1,
    ...(done
      ? { version, under, cut: wanted.cut }
      : { version: checkpoint.version, under: checkpoint.under, cut: checkpoint.cut }),
    entries,
  };
  for (const [of, before, now] of [
    [FILLED, filledOf(checkpoint), filledOf(next)],
    [CUT, checkpoint.cut, next.cut],
  ] as const) {
    for (const scope of before) if (!now.includes(scope)) count(scope, of, -1);
    for (const scope of now) if (!before.includes(scope)) count(scope, of, 1);
  }
  unit.actions.unshift(checkpointAction(tenant, id, next));
  return { unit, done };
}

function entryKey(tenant: string, kind: string, name: string, id: string): Key {
  if (isValue(name)) return { pk: valuePartition(tenant, kind, name), sk: id };
  const declaration = declarationOf(name);
  return { pk: orderPartition(tenant, kind, declaration), sk: orderKey(name.slice(declaration.length + 1), id) };
}

function entryItem(tenant: string, kind: string, name: string, id: string, row: string, owner: string | undefined): Item {
  const key = entryKey(tenant, kind, name, id);
  if (owner === undefined) return { ...key, row };
  if (isValue(name)) return { ...key, row, id, by_owner: valuePartition(tenant, kind, name, owner) };
  return { ...key, row, by_rank: orderPartition(tenant, kind, declarationOf(name), owner), by_rank_sort: key.sk };
}

const checkpointAction = (tenant: string, id: string, { entries, cut, ...checkpoint }: PathCheckpoint): Action => ({
  Put: {
    TableName: tableName(),
    Item: { ...pathCheckpointKey(tenant, id), ...checkpoint, entries: JSON.stringify(entries), cut: cut.join(" ") },
    ConditionExpression: checkpoint.turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",
    ...(checkpoint.turn === 1 ? {} : { ExpressionAttributeValues: { ":read": checkpoint.turn - 1 } }),
  },
});
