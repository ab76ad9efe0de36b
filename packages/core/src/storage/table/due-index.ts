import type { Item } from "./item.ts";
import { systemKey } from "./key.ts";

/**
 * The index of due clocks. It is partitioned by day and shard, so that no partition takes the writes of all tenants. It has two lanes, so
 * that a million bulk clocks due at one instant do not delay reminders.
 */
export const DUE_SHARDS = 8;
export const lanes = ["prompt", "bulk"] as const;
export type Lane = (typeof lanes)[number];

/** Returns the shard's name in keys, after the day. Names of the prompt lane are those of releases with one lane. */
export const shardName = (lane: Lane, shard: number): string => (lane === "bulk" ? `${shard}.bulk` : String(shard));

/** An entry of the index. */
export interface DueEntry {
  /** Day and shard: the partition without its keyspace. */
  bucket: string;
  at: string;
}

/**
 * Computes the entries of a record with these clocks. The record's own entry is its earliest prompt clock, or its earliest bulk clock if it
 * has no prompt clock. If it has both, the bulk entry is on its checkpoint, which the stream consumer writes.
 */
export function computeDueEntries(
  id: string,
  clocks: Readonly<Record<string, string>>,
  bulk: readonly string[],
  now: string,
): { recordEntry: DueEntry | undefined; checkpointEntry: DueEntry | undefined } {
  const earliest = (lane: Lane): DueEntry | undefined => {
    const inLane = Object.entries(clocks).filter(([clock]) => bulk.includes(clock) === (lane === "bulk"));
    const due = inLane.map(([, clockTime]) => clockTime).sort()[0];
    if (due === undefined) return undefined;
    // A clock that is already due when it is written gets the current time, because the sweep does not return to earlier days.
    const dueAt = due < now ? now : due;
    return { bucket: `${dueAt.slice(0, 10)}.${shardName(lane, pickShard(id))}`, at: dueAt };
  };
  const [prompt, inBulk] = [earliest("prompt"), earliest("bulk")];
  return { recordEntry: prompt ?? inBulk, checkpointEntry: prompt && inBulk };
}

/** Returns the attributes that put a checkpoint into the index. */
export const dueAttributes = (id: string, place: DueEntry | undefined): Item =>
  place ? { due: systemKey("due", place.bucket), due_sort: `${place.at}#${id}` } : {};

const pickShard = (id: string): number => [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 997, 7) % DUE_SHARDS;
