import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { idTime } from "../../kernel/id.ts";
import { listFirstTenants } from "../read/tenants.ts";
import { isConditionFailed, queryAll, send, tableName, update } from "../table/database.ts";
import { DUE_SHARDS, type Lane, lanes, shardName } from "../table/due-index.ts";
import type { Item } from "../table/item.ts";
import { type Key, systemKey } from "../table/key.ts";
import { LeaseLost } from "../write/job.ts";

/**
 * The progress of the sweep over a shard, stored in an item together with the lease of the worker. The days that may have entries are those
 * from `day` on, and the earlier days in `open`.
 */
export interface SweepProgress {
  day: string;
  open: readonly string[];
  /** The sort key up to which the current pass has read. */
  after?: string | undefined;
  /** Tenants with more entries before `after` than fit into a slice, with the sort key up to which their entries were published. */
  behind?: Readonly<Record<string, string>> | undefined;
  /** When the pass began. */
  began?: string | undefined;
}

export interface Shard {
  lane: Lane;
  shard: number;
  progress: SweepProgress;
  /** The progress as stored text; undefined if there is none yet. */
  stored: string | undefined;
  /** Whether a worker has leased it. */
  isLeased: boolean;
}

/** The partition of the sweep's progress, with an item for each shard. */
export const PROGRESS_PARTITION = systemKey("watermark", "due");
export const progressKey = ({ lane, shard }: Pick<Shard, "lane" | "shard">): Key => ({
  pk: PROGRESS_PARTITION,
  sk: shardName(lane, shard),
});

/** Seconds of a lease. Each save of the progress renews it. A killed sweep blocks a shard for this time at most. */
const LEASE_SECONDS = 30;

/** Leases a shard if its progress is unchanged. Returns the worker's id; undefined if another sweep has the shard or has continued it. */
export async function claimShard(shard: Shard): Promise<string | undefined> {
  const [worker, asRead] = [randomUUID(), shard.stored === undefined ? "attribute_not_exists(progress)" : "progress = :progress"];
  try {
    await update({
      Key: progressKey(shard),
      UpdateExpression: "SET worker = :me, leased_until = :leased_until",
      ConditionExpression: `${asRead} AND (attribute_not_exists(leased_until) OR leased_until <= :now OR leased_until > :future)`,
      ExpressionAttributeValues: {
        ":me": worker,
        ":leased_until": Clock.addSeconds(LEASE_SECONDS),
        ":now": Clock.now(),
        ":future": maxLeaseEnd(),
        ...(shard.stored === undefined ? {} : { ":progress": shard.stored }),
      },
    });
    return worker;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return undefined;
  }
}

/** Saves the progress of a shard that the worker has leased. Renews the lease if `goesOn`, otherwise releases it. */
export async function saveShard(
  shard: Pick<Shard, "lane" | "shard">,
  worker: string,
  progress: string,
  goesOn: boolean,
): Promise<void> {
  try {
    await send(
      new PutCommand({
        TableName: tableName(),
        Item: { ...progressKey(shard), progress, ...(goesOn ? { worker, leased_until: Clock.addSeconds(LEASE_SECONDS) } : {}) },
        ConditionExpression: "worker = :me",
        ExpressionAttributeValues: { ":me": worker },
      }),
    );
  } catch (error) {
    throw isConditionFailed(error) ? new LeaseLost("Another sweep acquired the shard") : error;
  }
}

/** A lease that ends later than this was made before the clock was set back. */
const maxLeaseEnd = (): string => Clock.addSeconds(2 * LEASE_SECONDS);

/** Reads all shards. Shards without progress start at the first day that may have entries. */
export async function readShards(): Promise<Shard[]> {
  const now = Clock.now();
  const items = await queryAll(PROGRESS_PARTITION);
  const bySort = new Map(items.map((item) => [String(item.sk), item]));
  const all = lanes.flatMap((lane) => Array.from({ length: DUE_SHARDS }, (_, shard) => ({ lane, shard })));
  const shardStates = all.map(({ lane, shard }) => {
    const item = bySort.get(shardName(lane, shard));
    const leased_until = String(item?.leased_until ?? "");
    const { day } = parseProgress(bySort.get(String(shard))) ?? parseProgress(bySort.get("due")) ?? {};
    // Earlier releases stored one item for all shards and had no bulk lane.
    const progress = parseProgress(item) ?? (day === undefined ? undefined : { day, open: [] });
    return { lane, shard, item, progress, isLeased: leased_until > now && leased_until <= maxLeaseEnd() };
  });
  const beginning = shardStates.every(({ progress }) => progress !== undefined) ? now : await readOldestTenantTime(now);
  return shardStates.map(({ lane, shard, item, progress, isLeased }) => ({
    lane,
    shard,
    progress: progress ?? { day: beginning.slice(0, 10), open: [] },
    stored: item?.progress === undefined ? undefined : String(item.progress),
    isLeased,
  }));
}

/** No record is older than the oldest tenant. */
async function readOldestTenantTime(now: string): Promise<string> {
  const [oldest] = await listFirstTenants(1);
  return oldest === undefined ? now : new Date(idTime(oldest)).toISOString();
}

/** Returns the earliest day that may still have entries to process, according to these items. */
export function findEarliestOpenDay(items: readonly Item[]): string | undefined {
  return items
    .flatMap((item) => parseProgress(item) ?? [])
    .flatMap(({ day, open }) => [day, ...open])
    .sort()[0];
}

/** Rewinds the progress, so that all days from `day` on are read again. */
export const rewindProgress = (items: readonly Item[], day: string): Item[] =>
  items.flatMap((item): Item[] => {
    const storedProgress = parseProgress(item);
    if (!storedProgress) return [];
    const progress: SweepProgress = { day: day < storedProgress.day ? day : storedProgress.day, open: storedProgress.open };
    return [{ pk: item.pk, sk: item.sk, progress: JSON.stringify(progress) }];
  });

/** Earlier releases stored an instant, or the index key at which a pass stopped. */
function parseProgress(item: Item | undefined): SweepProgress | undefined {
  if (item?.progress !== undefined) {
    const storedProgress = JSON.parse(String(item.progress)) as SweepProgress & { cursor?: { day: string; after?: Item } };
    const { cursor, ...progress } = storedProgress;
    return cursor ? { ...progress, after: String(cursor.after?.due_sort ?? cursor.day) } : progress;
  }
  return item?.instant === undefined ? undefined : { day: toDay(Date.parse(String(item.instant)) - DAY_MS), open: [] };
}

export const DAY_MS = 24 * 60 * 60 * 1000;
export const toDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
