import type { Item } from "./item.ts";
import { systemKey } from "./key.ts";

/**
 * The index of what is due. It is cut by day, and each day into shards, so that no partition of it takes every tenant's writes;
 * and into two lanes, so that clocks of which a million may be due at one instant stand before nobody's reminder.
 */
export const DUE_SHARDS = 8;
export const lanes = ["prompt", "bulk"] as const;
export type Lane = (typeof lanes)[number];

/** The shard of a lane, as keys have it behind the day; the prompt lane is the one of releases before there were two. */
export const shardName = (lane: Lane, shard: number): string => (lane === "bulk" ? `${shard}.bulk` : String(shard));

/** A place in the index. */
export interface DueEntry {
  /** Day and shard, the partition without its keyspace. */
  bucket: string;
  at: string;
}

/**
 * Where the sweep finds a record that has these clocks. Beside it stands the earliest of those that are prompt; of bulk clocks the
 * earliest, where it has no other. Where it has both, the bulk clock's place is with its checkpoint, and so follows from the stream.
 */
export function computeDueEntries(
  id: string,
  clocks: Readonly<Record<string, string>>,
  bulk: readonly string[],
  now: string,
): { recordEntry: DueEntry | undefined; checkpointEntry: DueEntry | undefined } {
  const earliest = (lane: Lane): DueEntry | undefined => {
    const inLane = Object.entries(clocks).filter(([clock]) => bulk.includes(clock) === (lane === "bulk"));
    const due = inLane.map(([, at]) => at).sort()[0];
    if (due === undefined) return undefined;
    // What was due before it was written is due now: the sweep looks at no day twice.
    const at = due < now ? now : due;
    return { bucket: `${at.slice(0, 10)}.${shardName(lane, pickShard(id))}`, at };
  };
  const [prompt, inBulk] = [earliest("prompt"), earliest("bulk")];
  return { recordEntry: prompt ?? inBulk, checkpointEntry: prompt && inBulk };
}

/** The attributes by which an item beside a record stands in the index. */
export const dueAttributes = (id: string, place: DueEntry | undefined): Item =>
  place ? { due: systemKey("due", place.bucket), due_sort: `${place.at}#${id}` } : {};

const pickShard = (id: string): number => [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 997, 7) % DUE_SHARDS;
