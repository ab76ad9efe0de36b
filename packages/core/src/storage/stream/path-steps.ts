import type { PathDeclaration } from "../read/path-declarations.ts";
import {
  buildEntryNames,
  CUT,
  declarationsFingerprint,
  FILLED,
  isValueEntry,
  listFilledDeclarations,
  orderKey,
  orderPartition,
  type PathCheckpoint,
  parseDeclarationId,
  pathCounter,
  valuePartition,
} from "../read/path-entries.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { tableName } from "../table/database.ts";
import type { Item, WriteAction } from "../table/item.ts";
import { hashTexts, type Key, pathCheckpointKey } from "../table/key.ts";
import { addDeltas, type CommitStep, type CommitUnit } from "./commit.ts";

/** The writes that update the entries of a record (read/path-entries.ts) to the current declarations. */

/** Maximum entries of a step: with their counters and the checkpoint they fit into a transaction. */
const MAX_STEP_ENTRIES = 18;

/** A record as read from the stream or the table. */
export interface RecordState {
  collection: Collection<BaseRecord>;
  id: string;
  version: number;
  after: BaseRecord | undefined;
  at: string;
}

/** Builds the next step from a checkpoint to the entries that a record should have; undefined if it has them. */
export function buildPathStep(
  tenant: string,
  { collection, id, version, after, at }: RecordState,
  checkpoint: PathCheckpoint,
  declared: readonly PathDeclaration[],
): CommitStep | undefined {
  const under = declarationsFingerprint(declared);
  if (version < checkpoint.version || (version === checkpoint.version && under === checkpoint.under)) return undefined;
  const wanted = buildEntryNames(after, declared);
  const row = after ? collection.serialize(after).row : "";
  const owner = after && collection.ownerId(after);
  const digest = hashTexts(after ? collection.rowDigestText(after) : "", owner ?? "").slice(0, 8);
  const gone = Object.keys(checkpoint.entries).filter((name) => !wanted.names.has(name));
  const written = [...wanted.names].filter((name) => checkpoint.entries[name] !== digest);
  const entries = { ...checkpoint.entries };
  const unit: CommitUnit = { idempotentWrites: [], actions: [], deltas: new Map(), at };
  const kind = collection.name;
  const count = (scope: string, of: string, sign: 1 | -1): void =>
    addDeltas(unit.deltas, `${pathCounter(kind)}/${scope}`, { [of]: 1 }, sign);
  for (const name of [...gone, ...written].slice(0, MAX_STEP_ENTRIES)) {
    const isGone = !wanted.names.has(name);
    if (isGone) delete entries[name];
    else entries[name] = digest;
    unit.actions.push(
      isGone
        ? { Delete: { TableName: tableName(), Key: buildEntryKey(tenant, kind, name, id) } }
        : { Put: { TableName: tableName(), Item: buildEntryItem(tenant, kind, name, id, row, owner) } },
    );
    if (isValueEntry(name) && isGone === name in checkpoint.entries) count(name, FILLED, isGone ? -1 : 1);
  }
  const done = gone.length + written.length <= MAX_STEP_ENTRIES;
  const next: PathCheckpoint = {
    turn: checkpoint.turn + 1,
    ...(done
      ? { version, under, cut: wanted.cut }
      : { version: checkpoint.version, under: checkpoint.under, cut: checkpoint.cut }),
    entries,
  };
  for (const [of, before, now] of [
    [FILLED, listFilledDeclarations(checkpoint), listFilledDeclarations(next)],
    [CUT, checkpoint.cut, next.cut],
  ] as const) {
    for (const scope of before) if (!now.includes(scope)) count(scope, of, -1);
    for (const scope of now) if (!before.includes(scope)) count(scope, of, 1);
  }
  unit.actions.unshift(buildCheckpointAction(tenant, id, next));
  return { unit, done };
}

function buildEntryKey(tenant: string, kind: string, name: string, id: string): Key {
  if (isValueEntry(name)) return { pk: valuePartition(tenant, kind, name), sk: id };
  const declaration = parseDeclarationId(name);
  return { pk: orderPartition(tenant, kind, declaration), sk: orderKey(name.slice(declaration.length + 1), id) };
}

function buildEntryItem(tenant: string, kind: string, name: string, id: string, row: string, owner: string | undefined): Item {
  const key = buildEntryKey(tenant, kind, name, id);
  if (owner === undefined) return { ...key, row };
  if (isValueEntry(name)) return { ...key, row, id, by_owner: valuePartition(tenant, kind, name, owner) };
  return { ...key, row, by_rank: orderPartition(tenant, kind, parseDeclarationId(name), owner), by_rank_sort: key.sk };
}

const buildCheckpointAction = (tenant: string, id: string, { entries, cut, ...checkpoint }: PathCheckpoint): WriteAction => ({
  Put: {
    TableName: tableName(),
    Item: { ...pathCheckpointKey(tenant, id), ...checkpoint, entries: JSON.stringify(entries), cut: cut.join(" ") },
    ConditionExpression: checkpoint.turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",
    ...(checkpoint.turn === 1 ? {} : { ExpressionAttributeValues: { ":read": checkpoint.turn - 1 } }),
  },
});
