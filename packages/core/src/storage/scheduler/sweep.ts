import { Clock } from "../../kernel/clock.ts";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { query } from "../table/database.ts";
import { type Lane, shardName } from "../table/due-index.ts";
import { systemKey } from "../table/key.ts";
import { LeaseLost } from "../write/job.ts";
import { waitForStream } from "./backpressure.ts";
import { type Distribution, type DistributionResult, distribute } from "./distribute.ts";
import { claimShard, DAY_MS, readShards, type Shard, type SweepProgress, saveShard, toDay } from "./sweep-progress.ts";

/**
 * Sweeps the index of due clocks. A record has an entry in the sparse index `due`, by lane, day and shard, in order of instants
 * (table/due-index.ts). Several sweeps may run at the same time: each leases free shards and continues where the last sweep stopped. In a
 * shard, a sweep first reads all due entries and publishes one slice for each tenant. Tenants with more entries then get further slices in
 * rotation, so that a tenant with many entries does not delay others. See docs/storage/clocks.md.
 */
interface SweepResult extends DistributionResult {
  /** Shards that another sweep has leased. */
  held: number;
  /** Whether all due entries were processed; if not, the next run continues. */
  done: boolean;
}

/** Settings of a lane: concurrent requests, and seconds until published entries are read again. */
const laneSettings: Record<Lane, { atOnce: number; again: number }> = {
  prompt: { atOnce: 25, again: 0 },
  bulk: { atOnce: 10, again: 60 * 60 },
};
/** Index entries of one read, and entries of one slice of a tenant with more of them. */
const PAGE_SIZE = 1000;
const SLICE_SIZE = 100;
/** Milliseconds after which newly due entries are read while tenants get further slices. */
const RESCAN_INTERVAL_MS = 15 * 1000;
/** Maximum tenants that wait for further slices. They are stored in the progress. */
const MAX_WAITING_TENANTS = 1000;
/** Maximum checks of the stream's lag before a slice of the bulk lane. */
const MAX_LAG_CHECKS = 25;
/** The index shows writes with a delay. A pass reads entries of the last seconds before its position again. */
const INDEX_LAG_SECONDS = 2 * 60;

export interface SweepOptions {
  /** Maximum duration of one run. */
  seconds?: number;
  pageSize?: number;
  sliceSize?: number;
}

interface SweepRun extends Distribution {
  result: SweepResult;
  /** A time of `Clock.ms()`. */
  deadline: number;
  pageSize: number;
  sliceSize: number;
}

export async function sweep(
  ports: Ports,
  { seconds = 50, pageSize = PAGE_SIZE, sliceSize = SLICE_SIZE }: SweepOptions = {},
): Promise<SweepResult> {
  const swept: SweepResult = { found: 0, published: 0, again: 0, overdue: 0, unreadable: 0, held: 0, done: true };
  const deadline = Clock.ms() + seconds * 1000;
  const limited = { prompt: limitConcurrency(laneSettings.prompt.atOnce), bulk: limitConcurrency(laneSettings.bulk.atOnce) };
  const ends = await runIn(systemContext(ports, undefined, "due", ["due", "claim", "watermark", "tenants"]), async () =>
    Promise.allSettled(
      (await readShards()).map((shard) =>
        sweepShard({ ports, limit: limited[shard.lane], result: swept, deadline, pageSize, sliceSize }, shard),
      ),
    ),
  );
  // The next run processes a failed shard again; the other shards are complete.
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return swept;
}

/** The walk of a sweep through a shard. */
interface ShardWalk {
  run: SweepRun;
  shard: Shard;
  /** The id of the lease; undefined until there is something to publish. */
  worker: string | undefined;
  stored: string | undefined;
  /** Days that may have entries. A day is removed when it was read from its beginning and was empty. */
  openDays: Set<string>;
  after: string | undefined;
  /** Tenants that wait for further slices, in order, with the sort key up to which their entries were published. */
  waitingKeys: Map<string, string>;
  beganAt: string;
  /** Tenants whose entries could not be published, with the error. The others continue, and the next run tries again. */
  failures: Map<string, unknown>;
}

function buildWalk(run: SweepRun, shard: Shard): ShardWalk {
  const { day, open, after, behind = {}, began: passStart = "" } = shard.progress;
  const now = Clock.now();
  const isOver = Object.keys(behind).length === 0 && passStart <= Clock.addSeconds(-laneSettings[shard.lane].again);
  // After the clock was set back, the pass starts again.
  const isAnew = passStart > now || (after ?? "") > now || (isOver && laneSettings[shard.lane].again > 0);
  return {
    run,
    shard,
    worker: undefined,
    stored: shard.stored,
    openDays: new Set([...open, ...listDays(earlierText(day, yesterday()), now)]),
    after: isAnew ? undefined : after,
    waitingKeys: new Map(isAnew ? [] : Object.entries(behind)),
    beganAt: isAnew || !passStart ? now : passStart,
    failures: new Map(),
  };
}

async function sweepShard(run: SweepRun, shard: Shard): Promise<void> {
  const walk = buildWalk(run, shard);
  try {
    if (shard.isLeased) throw new LeaseLost("Another sweep holds the shard");
    if (!(await walkShard(walk))) run.result.done = false;
    await saveWalk(walk, false);
  } catch (error) {
    run.result.done = false;
    if (!(error instanceof LeaseLost)) {
      // Releases the lease, so that the next run need not wait for it to expire.
      await saveWalk(walk, false).catch(() => undefined);
      throw error;
    }
    run.result.held++;
  }
  for (const why of walk.failures.values()) throw why;
}

/** Returns whether all due entries were published. */
async function walkShard(walk: ShardWalk): Promise<boolean> {
  let isThrough: boolean;
  do {
    isThrough = await scanDue(walk);
    await distributeSlices(walk);
  } while (!isTimeUp(walk) && (!isThrough || nextTenant(walk)));
  if (!isThrough || walk.waitingKeys.size > 0) return false;
  // The next pass starts from the beginning: at once, or after the lane's waiting time.
  if (laneSettings[walk.shard.lane].again === 0) walk.after = undefined;
  return true;
}

const isTimeUp = ({ run }: ShardWalk): boolean => Clock.ms() >= run.deadline;

/** Reads all due entries in order and publishes one slice for each tenant. Returns whether it reached the end. */
async function scanDue(walk: ShardWalk): Promise<boolean> {
  const { after = "", shard, openDays } = walk;
  const until = Clock.now();
  // In the bulk lane, the next pass finds entries that appear late in the index.
  const start = shard.lane === "bulk" ? after : earlierText(after, Clock.addSeconds(-INDEX_LAG_SECONDS));
  for (const day of listDays(yesterday(), until)) openDays.add(day);
  const countByTenant = new Map<string, number>();
  for (const day of [...openDays].sort().filter((openDay) => openDay >= start.slice(0, 10))) {
    const entryCount = await scanDay(walk, { day, from: start, until: `${until}~` }, countByTenant);
    if (entryCount === undefined) return false;
    if (entryCount === 0 && start <= day) openDays.delete(day);
  }
  return true;
}

/** Returns the number of entries of a day; undefined if the time was up before all were read. */
async function scanDay(walk: ShardWalk, part: DayPart, countByTenant: Map<string, number>): Promise<number | undefined> {
  let [entryCount, { from }] = [0, part];
  for (let isEnd = false; !isEnd; ) {
    if (isTimeUp(walk) || walk.waitingKeys.size - walk.failures.size >= MAX_WAITING_TENANTS) return undefined;
    const page = await readPage(walk, { ...part, from }, walk.run.pageSize);
    entryCount += page.places.length;
    await distributeEach(walk, pickSlices(walk, page.places, countByTenant, from), from);
    const last = page.places.at(-1)?.sort;
    if (last !== undefined && last > (walk.after ?? "")) walk.after = last;
    from = last ?? from;
    isEnd = page.isEnd;
    if (!isEnd) await saveWalk(walk, true);
  }
  return entryCount;
}

/** Selects the entries to publish now: one slice for each tenant, except tenants that already wait for further slices. */
function pickSlices(
  walk: ShardWalk,
  places: readonly DuePlace[],
  countByTenant: Map<string, number>,
  from: string,
): Map<string, DuePlace[]> {
  const turns = new Map<string, DuePlace[]>();
  for (const [tenant, ofTenant] of Map.groupBy(places, (place) => place.tenant)) {
    if (walk.waitingKeys.has(tenant)) continue;
    const before = countByTenant.get(tenant) ?? 0;
    const turn = ofTenant.slice(0, walk.run.sliceSize - before);
    countByTenant.set(tenant, before + turn.length);
    if (turn.length > 0) turns.set(tenant, turn);
    if (turn.length < ofTenant.length) walk.waitingKeys.set(tenant, turn.at(-1)?.sort ?? from);
  }
  return turns;
}

/** Returns the waiting tenant that gets the next slice. */
const nextTenant = ({ waitingKeys, failures }: ShardWalk): [tenant: string, from: string] | undefined =>
  [...waitingKeys].find(([tenant]) => !failures.has(tenant));

/** Publishes further slices of waiting tenants in rotation, until no tenant waits or newly due entries must be read. */
async function distributeSlices(walk: ShardWalk): Promise<void> {
  const until = Clock.ms() + RESCAN_INTERVAL_MS;
  const { run, waitingKeys, failures, openDays, after = "" } = walk;
  for (let next = nextTenant(walk); next && !isTimeUp(walk) && Clock.ms() < until; next = nextTenant(walk)) {
    const [tenant, from] = next;
    const [day = after, nextDay = "~"] = [...openDays].sort().filter((openDay) => openDay >= from.slice(0, 10));
    const page = await readPage(walk, { day, from, until: after }, run.sliceSize);
    await distributeEach(walk, new Map([[tenant, page.places.filter((place) => place.tenant === tenant)]]), from);
    if (failures.has(tenant)) continue;
    const through = page.isEnd ? nextDay : (page.places.at(-1)?.sort ?? nextDay);
    waitingKeys.delete(tenant);
    if (through < after) waitingKeys.set(tenant, through);
    await saveWalk(walk, true);
  }
}

/** Publishes the slice of each tenant. A tenant whose slice fails keeps its former position. */
async function distributeEach(walk: ShardWalk, turns: ReadonlyMap<string, readonly DuePlace[]>, from: string): Promise<void> {
  if (turns.size === 0) return;
  // Each event of the bulk lane changes a record, so publishing waits while the stream lags.
  let looks = 0;
  if (walk.shard.lane === "bulk") await waitForStream(() => ++looks < MAX_LAG_CHECKS && !isTimeUp(walk));
  await requireLease(walk);
  const distributions = [...turns].map(async ([tenant, places]) => {
    try {
      await distribute(
        walk.run,
        tenant,
        places.map(({ id }) => id),
      );
    } catch (error) {
      walk.failures.set(tenant, error);
      walk.waitingKeys.set(tenant, from);
    }
  });
  await Promise.all(distributions);
}

async function requireLease(walk: ShardWalk): Promise<string> {
  walk.worker ??= await claimShard(walk.shard);
  if (walk.worker === undefined) throw new LeaseLost("Another sweep holds the shard");
  return walk.worker;
}

/** Saves the progress, unless it is unchanged and no lease was taken: a minute without due clocks writes nothing. */
async function saveWalk(walk: ShardWalk, goesOn: boolean): Promise<void> {
  const { shard, after, waitingKeys, beganAt } = walk;
  const day = yesterday();
  const progress: SweepProgress = {
    day,
    open: [...walk.openDays].filter((openDay) => openDay < day).sort(),
    after,
    ...(waitingKeys.size > 0 ? { behind: Object.fromEntries(waitingKeys) } : {}),
    ...(after === undefined ? {} : { began: beganAt }),
  };
  const text = JSON.stringify(progress);
  if (text === walk.stored && walk.worker === undefined) return;
  await saveShard(shard, await requireLease(walk), text, goesOn);
  walk.stored = text;
}

/** An entry of the index. */
interface DuePlace {
  tenant: string;
  id: string;
  sort: string;
}

/** The entries of a day after `from`, up to and including `until`. */
interface DayPart {
  day: string;
  from: string;
  until: string;
}

async function readPage(
  walk: ShardWalk,
  { day, from: after, until }: DayPart,
  limit: number,
): Promise<{ places: DuePlace[]; isEnd: boolean }> {
  const from = after.startsWith(day) ? after : day;
  if (from > until) return { places: [], isEnd: true };
  const { lane, shard } = walk.shard;
  const { Items = [], LastEvaluatedKey } = await walk.run.limit(() =>
    query({
      IndexName: "due",
      KeyConditionExpression: "due = :bucket and due_sort between :from and :until",
      ExpressionAttributeValues: {
        ":bucket": systemKey("due", `${day}.${shardName(lane, shard)}`),
        ":from": from,
        ":until": until,
      },
      Limit: limit + 1,
    }),
  );
  const places = Items.map(({ pk, sk, due_sort }) => ({
    tenant: /^T#([^#]+)#/.exec(String(pk))?.[1] ?? "",
    // A checkpoint holds the bulk entry of its record.
    id: String(sk).replace(/^~/, ""),
    sort: String(due_sort),
  }));
  return { places: places.filter(({ sort }) => sort !== from), isEnd: LastEvaluatedKey === undefined };
}

const earlierText = (a: string, b: string): string => [a, b].sort()[0] ?? a;

/** A day of tolerance: index writes are delayed, and clocks differ. */
const yesterday = (): string => toDay(Clock.ms() - DAY_MS);

/** Lists every day up to that of the instant, both included. */
function listDays(day: string, until: string): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(`${day}T00:00:00Z`); ms <= Date.parse(until); ms += DAY_MS) days.push(toDay(ms));
  return days;
}
