import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { type ColumnSet, readColumnSet } from "../columns/column-set.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { digestColumns, listKindColumns } from "./column-kind.ts";
import { KindRows } from "./column-rows.ts";
import { findFeed, RETENTION_SECONDS } from "./event-feed.ts";
import { noteCallerWrites } from "./read-after.ts";

/** Bytes of segments that a process keeps in memory; the kinds that were used least recently leave first. */
const MAX_BYTES = 256 * 1024 * 1024;
/** How long a process uses a set of segments, or knows that there is none, before it looks for a newer one, in milliseconds. */
const RECHECK_MS = 20_000;

interface CacheEntry {
  readonly rows: Promise<KindRows | undefined>;
  readonly checkedAt: number;
  /** The rows, once they are loaded. */
  loaded?: KindRows | undefined;
}

const entriesByDatabase = new WeakMap<object, Map<string, CacheEntry>>();

function useEntries(): Map<string, CacheEntry> {
  const { database } = usePorts();
  const entries = entriesByDatabase.get(database) ?? new Map<string, CacheEntry>();
  entriesByDatabase.set(database, entries);
  return entries;
}

/** Returns whether columns can be kept of a kind: its changes must be in a feed, and lists must be able to read all of it. */
export const hasColumns = (collection: Collection<BaseRecord>): boolean =>
  findFeed(collection) !== undefined && collection.definition.indexes.by_time !== undefined;

/** Returns the rows of a kind with all changes up to now; undefined if there are none yet, or too many changes since they were written. */
export async function openRows(collection: Collection<BaseRecord>): Promise<KindRows | undefined> {
  if (!hasColumns(collection)) return undefined;
  const entries = useEntries();
  const key = `${useTenant()} ${collection.name}`;
  const entry = entries.get(key);
  const now = Clock.machineTime();
  const former = entry?.loaded?.isLost ? undefined : entry?.loaded;
  const isFresh = entry !== undefined && former === entry.loaded && now - entry.checkedAt < RECHECK_MS;
  const current: CacheEntry = isFresh ? entry : { rows: loadRows(collection, former), checkedAt: now };
  entries.delete(key);
  entries.set(key, current);
  current.rows.catch(() => entries.delete(key));
  const rows = await current.rows;
  current.loaded = rows;
  if (!rows) return undefined;
  await noteCallerWrites();
  if (!(await rows.catchUp())) return undefined;
  dropUnused(entries, key);
  return rows;
}

/** Loads the newest set. A kind whose objects cannot be read is listed without columns until the next check. */
async function loadRows(collection: Collection<BaseRecord>, former: KindRows | undefined): Promise<KindRows | undefined> {
  try {
    return await loadNewest(collection, former);
  } catch (error) {
    usePorts().log.write("warn", "Columns could not be read", { kind: collection.name, error: (error as Error).message });
    return undefined;
  }
}

/** Whether changes since the set was written may have left the feed. */
const isBehindFeed = ({ built_at }: ColumnSet): boolean => built_at < Clock.addSeconds(-RETENTION_SECONDS);

async function loadNewest(collection: Collection<BaseRecord>, former: KindRows | undefined): Promise<KindRows | undefined> {
  const set = await readColumnSet(collection.name);
  if (set?.digest !== digestColumns(listKindColumns(collection)) || isBehindFeed(set)) return undefined;
  if (former && former.set.revision === set.revision) return former;
  return KindRows.load(collection, set, former);
}

/** Removes the kinds that were used least recently, until the rest fits into memory. */
function dropUnused(entries: Map<string, CacheEntry>, used: string): void {
  let bytes = 0;
  for (const [key, { loaded }] of [...entries].reverse()) {
    bytes += loaded?.size ?? 0;
    if (bytes > MAX_BYTES && key !== used) entries.delete(key);
  }
}

/** Forgets what this process keeps of a kind, so that the next list looks for a newer set. */
export const forgetRows = (kind: string): void => {
  useEntries().delete(`${useTenant()} ${kind}`);
};
