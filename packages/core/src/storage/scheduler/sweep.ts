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
 * The sweep over what is due. A record stands in a sparse index, by lane, day and shard, in the order of instants (table/due.ts).
 * Several sweeps may run at a time: each takes shards that nobody has, and goes on where the last one stopped. In a shard a sweep
 * first looks at all that is due, and hands out a turn of each tenant; those of whom more is due wait for further turns, one after
 * the other. So nobody waits for what others have, however much that is. See docs/storage/clocks.md.
 */
export interface SweepResult extends DistributionResult {
  /** Shards that another sweep has. */
  held: number;
  /** Whether all that is due was looked at; otherwise another run goes on where this one stopped. */
  done: boolean;
}

/** How a lane is swept: requests under way at a time, and seconds until what was handed out is looked at again. */
const laneSettings: Record<Lane, { atOnce: number; again: number }> = {
  prompt: { atOnce: 25, again: 0 },
  bulk: { atOnce: 10, again: 60 * 60 },
};
/** Places of the index that are read at a time; of a tenant that has more, places that are handed out at a time. */
const PAGE_SIZE = 1000;
const SLICE_SIZE = 100;
/** While tenants have their turns, what has become due meanwhile is looked at after so many milliseconds. */
const RESCAN_INTERVAL_MS = 15 * 1000;
/** Tenants that wait for turns at a time: they are written down. */
const MAX_WAITING_TENANTS = 1000;
/** A turn in bulk looks so often whether the stream is behind still. */
const MAX_LAG_CHECKS = 25;
/** The index shows a write a moment late: what a pass goes on behind is looked at once more, for so many seconds. */
const INDEX_LAG_SECONDS = 2 * 60;

export interface SweepOptions {
  /** What one run may take. */
  seconds?: number;
  pageSize?: number;
  sliceSize?: number;
}

interface SweepRun extends Distribution {
  result: SweepResult;
  /** Of `Clock.ms()`. */
  deadline: number;
  pageSize: number;
  sliceSize: number;
}

export async function sweep(
  ports: Ports,
  { seconds = 50, pageSize: page = PAGE_SIZE, sliceSize: turn = SLICE_SIZE }: SweepOptions = {},
): Promise<SweepResult> {
  const swept: SweepResult = { found: 0, published: 0, again: 0, overdue: 0, unreadable: 0, held: 0, done: true };
  const deadline = Clock.ms() + seconds * 1000;
  const limited = { prompt: limitConcurrency(laneSettings.prompt.atOnce), bulk: limitConcurrency(laneSettings.bulk.atOnce) };
  const ends = await runIn(systemContext(ports, undefined, "due", ["due", "claim", "watermark", "tenants"]), async () =>
    Promise.allSettled(
      (await readShards()).map((shard) =>
        sweepShard({ ports, limit: limited[shard.lane], result: swept, deadline, pageSize: page, sliceSize: turn }, shard),
      ),
    ),
  );
  // A shard that failed is looked at again by the next run; the others are done.
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return swept;
}

/** A sweep's way through a shard. */
interface ShardWalk {
  run: SweepRun;
  shard: Shard;
  /** Who has the shard: nobody, until there is something to be done. */
  worker: string | undefined;
  stored: string | undefined;
  /** Days in which something may stand: one leaves once it was read from its beginning, and was empty. */
  openDays: Set<string>;
  after: string | undefined;
  /** In the order of their turns. */
  waiting: Map<string, string>;
  beganAt: string;
  /** Tenants whose places could not be handed out, and why: the others go on, and the next run tries again. */
  failures: Map<string, unknown>;
}

function buildWalk(run: SweepRun, shard: Shard): ShardWalk {
  const { day, open, after, behind = {}, began = "" } = shard.progress;
  const now = Clock.now();
  const isOver = Object.keys(behind).length === 0 && began <= Clock.addSeconds(-laneSettings[shard.lane].again);
  // A clock that was set back leaves nothing to go on behind.
  const isAnew = began > now || (after ?? "") > now || (isOver && laneSettings[shard.lane].again > 0);
  return {
    run,
    shard,
    worker: undefined,
    stored: shard.stored,
    openDays: new Set([...open, ...listDays(earlierText(day, yesterday()), now)]),
    after: isAnew ? undefined : after,
    waiting: new Map(isAnew ? [] : Object.entries(behind)),
    beganAt: isAnew || !began ? now : began,
    failures: new Map(),
  };
}

async function sweepShard(run: SweepRun, shard: Shard): Promise<void> {
  const walk = buildWalk(run, shard);
  try {
    if (shard.isLeased) throw new LeaseLost("Another sweep has the shard");
    if (!(await walkShard(walk))) run.result.done = false;
    await saveWalk(walk, false);
  } catch (error) {
    run.result.done = false;
    if (!(error instanceof LeaseLost)) {
      // So the next run need not wait for the lease to end.
      await saveWalk(walk, false).catch(() => undefined);
      throw error;
    }
    run.result.held++;
  }
  for (const why of walk.failures.values()) throw why;
}

/** Whether all that is due was handed out. */
async function walkShard(walk: ShardWalk): Promise<boolean> {
  let isThrough: boolean;
  do {
    isThrough = await scanDue(walk);
    await distributeSlices(walk);
  } while (!isTimeUp(walk) && (!isThrough || nextTenant(walk)));
  if (!isThrough || walk.waiting.size > 0) return false;
  // The next pass begins anew: at once, or when what was handed out has had its time.
  if (laneSettings[walk.shard.lane].again === 0) walk.after = undefined;
  return true;
}

const isTimeUp = ({ run }: ShardWalk): boolean => Clock.ms() >= run.deadline;

/** Looks at all that is due in its order, and hands out a turn of each tenant; whether it got to the end. */
async function scanDue(walk: ShardWalk): Promise<boolean> {
  const { after = "", shard, openDays: open } = walk;
  const until = Clock.now();
  // In bulk, the next pass finds what came late.
  const start = shard.lane === "bulk" ? after : earlierText(after, Clock.addSeconds(-INDEX_LAG_SECONDS));
  for (const day of listDays(yesterday(), until)) open.add(day);
  const taken = new Map<string, number>();
  for (const day of [...open].sort().filter((each) => each >= start.slice(0, 10))) {
    const found = await scanDay(walk, { day, from: start, until: `${until}~` }, taken);
    if (found === undefined) return false;
    if (found === 0 && start <= day) open.delete(day);
  }
  return true;
}

/** How many places a day has; undefined where the time was up before all of them were looked at. */
async function scanDay(walk: ShardWalk, part: DayPart, taken: Map<string, number>): Promise<number | undefined> {
  let [found, { from }] = [0, part];
  for (let isEnd = false; !isEnd; ) {
    if (isTimeUp(walk) || walk.waiting.size - walk.failures.size >= MAX_WAITING_TENANTS) return undefined;
    const page = await readPage(walk, { ...part, from }, walk.run.pageSize);
    found += page.places.length;
    await distributeEach(walk, pickSlices(walk, page.places, taken, from), from);
    const last = page.places.at(-1)?.sort;
    if (last !== undefined && last > (walk.after ?? "")) walk.after = last;
    from = last ?? from;
    isEnd = page.isEnd;
    if (!isEnd) await saveWalk(walk, true);
  }
  return found;
}

/** Of these places those that are handed out now, by tenant: a turn of each, and nothing of tenants that wait for another. */
function pickSlices(
  walk: ShardWalk,
  places: readonly DuePlace[],
  taken: Map<string, number>,
  from: string,
): Map<string, DuePlace[]> {
  const turns = new Map<string, DuePlace[]>();
  for (const [tenant, ofTenant] of Map.groupBy(places, (place) => place.tenant)) {
    if (walk.waiting.has(tenant)) continue;
    const before = taken.get(tenant) ?? 0;
    const turn = ofTenant.slice(0, walk.run.sliceSize - before);
    taken.set(tenant, before + turn.length);
    if (turn.length > 0) turns.set(tenant, turn);
    if (turn.length < ofTenant.length) walk.waiting.set(tenant, turn.at(-1)?.sort ?? from);
  }
  return turns;
}

/** Who is behind, and has the next turn. */
const nextTenant = ({ waiting: behind, failures: failed }: ShardWalk): [tenant: string, from: string] | undefined =>
  [...behind].find(([tenant]) => !failed.has(tenant));

/** Tenants that are behind take turns, until nobody is, or what became due meanwhile is to be looked at. */
async function distributeSlices(walk: ShardWalk): Promise<void> {
  const until = Clock.ms() + RESCAN_INTERVAL_MS;
  const { run, waiting: behind, failures: failed, openDays: open, after = "" } = walk;
  for (let next = nextTenant(walk); next && !isTimeUp(walk) && Clock.ms() < until; next = nextTenant(walk)) {
    const [tenant, from] = next;
    const [day = after, later = "~"] = [...open].sort().filter((each) => each >= from.slice(0, 10));
    const page = await readPage(walk, { day, from, until: after }, run.sliceSize);
    await distributeEach(walk, new Map([[tenant, page.places.filter((place) => place.tenant === tenant)]]), from);
    if (failed.has(tenant)) continue;
    const through = page.isEnd ? later : (page.places.at(-1)?.sort ?? later);
    behind.delete(tenant);
    if (through < after) behind.set(tenant, through);
    await saveWalk(walk, true);
  }
}

/** Hands out what each tenant has a turn for; one that fails is behind from where it stood. */
async function distributeEach(walk: ShardWalk, turns: ReadonlyMap<string, readonly DuePlace[]>, from: string): Promise<void> {
  if (turns.size === 0) return;
  // What comes in bulk changes as many records: it does not outrun the stream.
  let looks = 0;
  if (walk.shard.lane === "bulk") await waitForStream(() => ++looks < MAX_LAG_CHECKS && !isTimeUp(walk));
  await requireLease(walk);
  const each = [...turns].map(async ([tenant, places]) => {
    try {
      await distribute(
        walk.run,
        tenant,
        places.map(({ id }) => id),
      );
    } catch (error) {
      walk.failures.set(tenant, error);
      walk.waiting.set(tenant, from);
    }
  });
  await Promise.all(each);
}

async function requireLease(walk: ShardWalk): Promise<string> {
  walk.worker ??= await claimShard(walk.shard);
  if (walk.worker === undefined) throw new LeaseLost("Another sweep has the shard");
  return walk.worker;
}

/** Writes down how far the shard is, unless nothing is different and nobody had to take it: a quiet minute writes nothing. */
async function saveWalk(walk: ShardWalk, goesOn: boolean): Promise<void> {
  const { shard, after, waiting: behind, beganAt: began } = walk;
  const day = yesterday();
  const progress: SweepProgress = {
    day,
    open: [...walk.openDays].filter((each) => each < day).sort(),
    after,
    ...(behind.size > 0 ? { behind: Object.fromEntries(behind) } : {}),
    ...(after === undefined ? {} : { began }),
  };
  const text = JSON.stringify(progress);
  if (text === walk.stored && walk.worker === undefined) return;
  await saveShard(shard, await requireLease(walk), text, goesOn);
  walk.stored = text;
}

/** A place in the index. */
interface DuePlace {
  tenant: string;
  id: string;
  sort: string;
}

/** Places of a day behind one, through another. */
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
    // A checkpoint has the place of its record.
    id: String(sk).replace(/^~/, ""),
    sort: String(due_sort),
  }));
  return { places: places.filter(({ sort }) => sort !== from), isEnd: LastEvaluatedKey === undefined };
}

const earlierText = (one: string, other: string): string => [one, other].sort()[0] ?? one;

/** A day's slack: a write takes a while to its index, and clocks differ. */
const yesterday = (): string => toDay(Clock.ms() - DAY_MS);

/** Every day from a day to that of the instant. */
function listDays(day: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${day}T00:00:00Z`); at <= Date.parse(until); at += DAY_MS) days.push(toDay(at));
  return days;
}
