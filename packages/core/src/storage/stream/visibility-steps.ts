import { buildCounts } from "../read/counter.ts";
import { buildVisibilityEntry, type Life, listSortValues, recordLife, visibilityEntryKey } from "../read/visibility-entries.ts";
import { readItems, tableName } from "../table/database.ts";
import type { Item, WriteAction } from "../table/item.ts";
import { formerEntriesKey, hashTexts } from "../table/key.ts";
import { addDeltas, type CommitUnit } from "./commit.ts";
import type { RecordState } from "./path-steps.ts";

/**
 * The writes that update the visibility entries (read/visibility-entries.ts) of a record to its current owners, together with the owners'
 * counters. The record's checkpoint names the existing entries and changes in the same transaction: an entry that no checkpoint names would
 * show the record to users who may not see it.
 */

/** `<life> <owner>` → digest of the entry's content, and what it adds to the owner's counter. */
export type VisibilityEntries = Readonly<Record<string, { digest: string; counts: Readonly<Record<string, number>> }>>;

/** Maximum entries of a step: with their counters and the checkpoint they fit into a transaction. */
const MAX_STEP_ENTRIES = 40;

const entryName = (life: Life, owner: string): string => `${life} ${owner}`;
const parseEntryName = (name: string): [Life, string] => name.split(" ") as [Life, string];

/** Builds the entries of a record under owners; none if it was removed. */
export function buildVisibilityEntries({ collection, after }: RecordState, owners: readonly string[]): VisibilityEntries {
  if (!after) return {};
  const life = recordLife(after);
  const rowHash = hashTexts(collection.rowDigestText(after), ...listSortValues(collection, after).map(([, value]) => value));
  const entry = { digest: rowHash.slice(0, 8), counts: buildCounts(collection, after) };
  return Object.fromEntries(owners.map((owner) => [entryName(life, owner), entry]));
}

/** A step towards the expected entries. `isChanged` if it writes any. */
interface VisibilityStep extends Pick<CommitUnit, "actions" | "deltas"> {
  entries: VisibilityEntries;
  isChanged: boolean;
  done: boolean;
}

export function buildVisibilityStep(
  tenant: string,
  recordState: RecordState,
  before: VisibilityEntries,
  owners: readonly string[],
): VisibilityStep {
  const { collection, id, after } = recordState;
  const expectedEntries = buildVisibilityEntries(recordState, owners);
  const removedNames = Object.keys(before).filter((name) => !(name in expectedEntries));
  const writtenNames = Object.keys(expectedEntries).filter((name) => before[name]?.digest !== expectedEntries[name]?.digest);
  const entries = { ...before };
  const [actions, deltas]: [WriteAction[], CommitUnit["deltas"]] = [[], new Map()];
  for (const name of [...removedNames, ...writtenNames].slice(0, MAX_STEP_ENTRIES)) {
    const [life, owner] = parseEntryName(name);
    const [previousEntry, next] = [before[name], expectedEntries[name]];
    const scope = `${collection.name}/${owner}`;
    if (previousEntry) addDeltas(deltas, scope, previousEntry.counts, -1);
    if (next) addDeltas(deltas, scope, next.counts, 1);
    if (next && after) {
      entries[name] = next;
      actions.push({ Put: { TableName: tableName(), Item: buildVisibilityEntry(tenant, collection, owner, after) } });
    } else {
      delete entries[name];
      actions.push({ Delete: { TableName: tableName(), Key: visibilityEntryKey(tenant, collection.name, owner, life, id) } });
    }
  }
  return {
    actions,
    deltas,
    entries,
    isChanged: actions.length > 0,
    done: removedNames.length + writtenNames.length <= MAX_STEP_ENTRIES,
  };
}

/** Reads the entries named in checkpoints, by record id. Earlier releases stored the names in a separate item. */
export async function readVisibilityEntries(
  tenant: string,
  items: ReadonlyMap<string, Item | undefined>,
): Promise<Map<string, VisibilityEntries>> {
  const formerIds = [...items].flatMap(([id, item]) => (item && item.entries === undefined ? [id] : []));
  const formerItems = await readItems(formerIds.map((id) => formerEntriesKey(tenant, id)));
  const all = new Map([...items, ...formerIds.map((id, index) => [id, formerItems[index]] as const)]);
  return new Map([...all].map(([id, item]) => [id, item ? (JSON.parse(String(item.entries)) as VisibilityEntries) : {}]));
}
