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
  changedAt: string;
}

/** Builds the next step from a checkpoint to the entries that a record should have; undefined if it has them. */
export function buildPathStep(
  tenant: string,
  { collection, id, version, after, changedAt }: RecordState,
  checkpoint: PathCheckpoint,
  declared: readonly PathDeclaration[],
): CommitStep | undefined {
  const fingerprint = declarationsFingerprint(declared);
  if (version < checkpoint.version || (version === checkpoint.version && fingerprint === checkpoint.under)) return undefined;
  const expectedEntries = buildEntryNames(after, declared);
  const row = after ? collection.serialize(after).row : "";
  const owner = after && collection.ownerId(after);
  const digest = hashTexts(after ? collection.rowDigestText(after) : "", owner ?? "").slice(0, 8);
  const removedNames = Object.keys(checkpoint.entries).filter((name) => !expectedEntries.names.has(name));
  const writtenNames = [...expectedEntries.names].filter((name) => checkpoint.entries[name] !== digest);
  const entries = { ...checkpoint.entries };
  const unit: CommitUnit = { idempotentWrites: [], actions: [], deltas: new Map(), at: changedAt };
  const kind = collection.name;
  const count = (scope: string, counterName: string, sign: 1 | -1): void =>
    addDeltas(unit.deltas, `${pathCounter(kind)}/${scope}`, { [counterName]: 1 }, sign);
  for (const name of [...removedNames, ...writtenNames].slice(0, MAX_STEP_ENTRIES)) {
    const isGone = !expectedEntries.names.has(name);
    if (isGone) delete entries[name];
    else entries[name] = digest;
    unit.actions.push(
      isGone
        ? { Delete: { TableName: tableName(), Key: buildEntryKey(tenant, kind, name, id) } }
        : { Put: { TableName: tableName(), Item: buildEntryItem(tenant, kind, name, id, row, owner) } },
    );
    if (isValueEntry(name) && isGone === name in checkpoint.entries) count(name, FILLED, isGone ? -1 : 1);
  }
  const done = removedNames.length + writtenNames.length <= MAX_STEP_ENTRIES;
  const next: PathCheckpoint = {
    turn: checkpoint.turn + 1,
    ...(done
      ? { version, under: fingerprint, cut: expectedEntries.cut }
      : { version: checkpoint.version, under: checkpoint.under, cut: checkpoint.cut }),
    entries,
  };
  for (const [counterName, before, now] of [
    [FILLED, listFilledDeclarations(checkpoint), listFilledDeclarations(next)],
    [CUT, checkpoint.cut, next.cut],
  ] as const) {
    for (const scope of before) if (!now.includes(scope)) count(scope, counterName, -1);
    for (const scope of now) if (!before.includes(scope)) count(scope, counterName, 1);
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
