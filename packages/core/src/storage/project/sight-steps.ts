import { countsOf } from "../read/counter.ts";
import { entryItem, entryKey, type Life, lifeOf } from "../read/sight-entries.ts";
import { getAll, tableName } from "../table/database.ts";
import type { Action, Item } from "../table/item.ts";
import { hashed, seenCheckpointKey } from "../table/key.ts";
import type { Shown } from "./path-steps.ts";
import { addDeltas, type Step, type Unit } from "./unit.ts";

/**
 * The writes that bring the entries of a revealed record (read/sight-entries.ts) to the owners under whom it stands, and the
 * counters of these with them. Beside the record a checkpoint says which entries there are; each step is on the condition of
 * the one before, and after each it says just what is there.
 */

export interface SeenCheckpoint {
  turn: number;
  version: number;
  /** `<life> <owner>` → what the entry shows, as a digest, and what it adds to the owner's counter. */
  entries: Readonly<Record<string, { digest: string; counts: Readonly<Record<string, number>> }>>;
}

export const nobodySaw: SeenCheckpoint = { turn: 0, version: 0, entries: {} };

/** Entries written in a step: with their counters and the checkpoint they fit into a transaction. */
const STEP = 40;

export const entryName = (life: Life, owner: string): string => `${life} ${owner}`;
const partsOf = (name: string): [Life, string] => name.split(" ") as [Life, string];

/** The entries that a record has under owners; none when it is gone. */
export function entriesUnder({ collection, after }: Shown, under: readonly string[]): SeenCheckpoint["entries"] {
  if (!after) return {};
  const life = lifeOf(after);
  const entry = { digest: hashed(collection.shown(after)).slice(0, 8), counts: countsOf(collection, after) };
  return Object.fromEntries(under.map((owner) => [entryName(life, owner), entry]));
}

/** The next step from a checkpoint to what a record stands under now, or nothing when it is there. */
export function stepOf(tenant: string, shown: Shown, checkpoint: SeenCheckpoint, under: readonly string[]): Step | undefined {
  const { collection, id, version, after, at } = shown;
  if (version < checkpoint.version) return undefined;
  const wanted = entriesUnder(shown, under);
  const gone = Object.keys(checkpoint.entries).filter((name) => !(name in wanted));
  const written = Object.keys(wanted).filter((name) => checkpoint.entries[name]?.digest !== wanted[name]?.digest);
  if (gone.length + written.length === 0) return undefined;
  const entries = { ...checkpoint.entries };
  const unit: Unit = { before: [], actions: [], deltas: new Map(), at };
  for (const name of [...gone, ...written].slice(0, STEP)) {
    const [life, owner] = partsOf(name);
    const [before, next] = [checkpoint.entries[name], wanted[name]];
    const scope = `${collection.name}/${owner}`;
    if (before) addDeltas(unit.deltas, scope, before.counts, -1);
    if (next) addDeltas(unit.deltas, scope, next.counts, 1);
    if (next && after) {
      entries[name] = next;
      unit.actions.push({ Put: { TableName: tableName(), Item: entryItem(tenant, collection, owner, after) } });
    } else {
      delete entries[name];
      unit.actions.push({ Delete: { TableName: tableName(), Key: entryKey(tenant, collection.name, owner, life, id) } });
    }
  }
  const done = gone.length + written.length <= STEP;
  unit.actions.unshift(checkpointAction(tenant, id, { turn: checkpoint.turn + 1, version, entries }));
  return { unit, done };
}

export const seenCheckpointItem = (tenant: string, id: string, { turn, version, entries }: SeenCheckpoint): Item => ({
  ...seenCheckpointKey(tenant, id),
  turn,
  version,
  entries: JSON.stringify(entries),
});

const checkpointAction = (tenant: string, id: string, checkpoint: SeenCheckpoint): Action => {
  const { turn } = checkpoint;
  return {
    Put: {
      TableName: tableName(),
      Item: seenCheckpointItem(tenant, id, checkpoint),
      ConditionExpression: turn === 1 ? "attribute_not_exists(pk)" : "turn = :read",
      ...(turn === 1 ? {} : { ExpressionAttributeValues: { ":read": turn - 1 } }),
    },
  };
};

export async function readSeenCheckpoints(tenant: string, ids: readonly string[]): Promise<SeenCheckpoint[]> {
  const items = await getAll(ids.map((id) => seenCheckpointKey(tenant, id)));
  return items.map((item) => (item ? checkpointIn(item) : nobodySaw));
}

const checkpointIn = (item: Item): SeenCheckpoint => ({
  turn: Number(item.turn),
  version: Number(item.version),
  entries: JSON.parse(String(item.entries)) as SeenCheckpoint["entries"],
});
