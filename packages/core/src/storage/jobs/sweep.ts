import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import { atMost } from "../../kernel/pool.ts";
import type { Ports } from "../../kernel/ports.ts";
import { query } from "../table/database.ts";
import { type Lane, shardName } from "../table/due.ts";
import { systemKey } from "../table/key.ts";
import { Fenced } from "../write/job.ts";
import { type Handed, type HandingOut, handOut } from "./hand-out.ts";
import { keepPace } from "./pace.ts";
import { DAY, dayOf, keep, type Progress, readShards, type Shard, take } from "./sweep-progress.ts";

/**
 * The sweep over what is due. A record stands in a sparse index, by lane, day and shard, in the order of instants (table/due.ts).
 * Several sweeps may run at a time: each takes shards that nobody has, and goes on where the last one stopped. In a shard a sweep
 * first looks at all that is due, and hands out a turn of each tenant; those of whom more is due wait for further turns, one after
 * the other. So nobody waits for what others have, however much that is. See docs/clocks.md.
 */
export interface Swept extends Handed {
  /** Shards that another sweep has. */
  held: number;
  /** Whether all that is due was looked at; otherwise another run goes on where this one stopped. */
  done: boolean;
}

/** How a lane is swept: requests under way at a time, and seconds until what was handed out is looked at again. */
const ways: Record<Lane, { atOnce: number; again: number }> = {
  prompt: { atOnce: 25, again: 0 },
  bulk: { atOnce: 10, again: 60 * 60 },
};
/** Places of the index that are read at a time; of a tenant that has more, places that are handed out at a time. */
const PAGE = 1000;
const TURN = 100;
/** While tenants have their turns, what has become due meanwhile is looked at after so many milliseconds. */
const LOOK_AFTER = 15 * 1000;
/** Tenants that wait for turns at a time: they are written down. */
const MOST_BEHIND = 1000;
/** A turn in bulk looks so often whether the stream is behind still. */
const LOOKS = 25;
/** The index shows a write a moment late: what a pass goes on behind is looked at once more, for so many seconds. */
const LATE = 2 * 60;

export interface SweepOptions {
  /** What one run may take. */
  seconds?: number;
  page?: number;
  turn?: number;
}

interface Run extends HandingOut {
  swept: Swept;
  /** Of `Clock.ms()`. */
  deadline: number;
  page: number;
  turn: number;
}

export async function sweep(ports: Ports, { seconds = 50, page = PAGE, turn = TURN }: SweepOptions = {}): Promise<Swept> {
  const swept: Swept = { found: 0, published: 0, again: 0, overdue: 0, unreadable: 0, held: 0, done: true };
  const deadline = Clock.ms() + seconds * 1000;
  const limited = { prompt: atMost(ways.prompt.atOnce), bulk: atMost(ways.bulk.atOnce) };
  const ends = await runIn(systemContext(ports, undefined, "due", ["due", "claim", "watermark", "tenants"]), async () =>
    Promise.allSettled(
      (await readShards()).map((shard) =>
        sweepShard({ ports, limited: limited[shard.lane], swept, deadline, page, turn }, shard),
      ),
    ),
  );
  // A shard that failed is looked at again by the next run; the others are done.
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return swept;
}

/** A sweep's way through a shard. */
interface Walk {
  run: Run;
  shard: Shard;
  /** Who has the shard: nobody, until there is something to be done. */
  worker: string | undefined;
  stored: string | undefined;
  /** Days in which something may stand: one leaves once it was read from its beginning, and was empty. */
  open: Set<string>;
  after: string | undefined;
  /** In the order of their turns. */
  behind: Map<string, string>;
  began: string;
  /** Tenants whose places could not be handed out, and why: the others go on, and the next run tries again. */
  failed: Map<string, unknown>;
}

function walkOf(run: Run, shard: Shard): Walk {
  const { day, open, after, behind = {}, began = "" } = shard.progress;
  const now = Clock.now();
  const isOver = Object.keys(behind).length === 0 && began <= Clock.after(-ways[shard.lane].again);
  // A clock that was set back leaves nothing to go on behind.
  const isAnew = began > now || (after ?? "") > now || (isOver && ways[shard.lane].again > 0);
  return {
    run,
    shard,
    worker: undefined,
    stored: shard.stored,
    open: new Set([...open, ...daysBetween(earlier(day, yesterday()), now)]),
    after: isAnew ? undefined : after,
    behind: new Map(isAnew ? [] : Object.entries(behind)),
    began: isAnew || !began ? now : began,
    failed: new Map(),
  };
}

async function sweepShard(run: Run, shard: Shard): Promise<void> {
  const walk = walkOf(run, shard);
  try {
    if (shard.isHeld) throw new Fenced("Another sweep has the shard");
    if (!(await walkThrough(walk))) run.swept.done = false;
    await write(walk, false);
  } catch (error) {
    run.swept.done = false;
    if (!(error instanceof Fenced)) {
      // So the next run need not wait for the lease to end.
      await write(walk, false).catch(() => undefined);
      throw error;
    }
    run.swept.held++;
  }
  for (const why of walk.failed.values()) throw why;
}

/** Whether all that is due was handed out. */
async function walkThrough(walk: Walk): Promise<boolean> {
  let isThrough: boolean;
  do {
    isThrough = await lookAhead(walk);
    await takeTurns(walk);
  } while (!isOver(walk) && (!isThrough || nextOf(walk)));
  if (!isThrough || walk.behind.size > 0) return false;
  // The next pass begins anew: at once, or when what was handed out has had its time.
  if (ways[walk.shard.lane].again === 0) walk.after = undefined;
  return true;
}

const isOver = ({ run }: Walk): boolean => Clock.ms() >= run.deadline;

/** Looks at all that is due in its order, and hands out a turn of each tenant; whether it got to the end. */
async function lookAhead(walk: Walk): Promise<boolean> {
  const { after = "", shard, open } = walk;
  const until = Clock.now();
  // In bulk, the next pass finds what came late.
  const start = shard.lane === "bulk" ? after : earlier(after, Clock.after(-LATE));
  for (const day of daysBetween(yesterday(), until)) open.add(day);
  const taken = new Map<string, number>();
  for (const day of [...open].sort().filter((each) => each >= start.slice(0, 10))) {
    const found = await lookAt(walk, { day, from: start, until: `${until}~` }, taken);
    if (found === undefined) return false;
    if (found === 0 && start <= day) open.delete(day);
  }
  return true;
}

/** How many places a day has; undefined where the time was up before all of them were looked at. */
async function lookAt(walk: Walk, part: Part, taken: Map<string, number>): Promise<number | undefined> {
  let [found, { from }] = [0, part];
  for (let isEnd = false; !isEnd; ) {
    if (isOver(walk) || walk.behind.size - walk.failed.size >= MOST_BEHIND) return undefined;
    const page = await pageOf(walk, { ...part, from }, walk.run.page);
    found += page.places.length;
    await handOutEach(walk, turnsOf(walk, page.places, taken, from), from);
    const last = page.places.at(-1)?.sort;
    if (last !== undefined && last > (walk.after ?? "")) walk.after = last;
    from = last ?? from;
    isEnd = page.isEnd;
    if (!isEnd) await write(walk, true);
  }
  return found;
}

/** Of these places those that are handed out now, by tenant: a turn of each, and nothing of tenants that wait for another. */
function turnsOf(walk: Walk, places: readonly Place[], taken: Map<string, number>, from: string): Map<string, Place[]> {
  const turns = new Map<string, Place[]>();
  for (const [tenant, ofTenant] of Map.groupBy(places, (place) => place.tenant)) {
    if (walk.behind.has(tenant)) continue;
    const before = taken.get(tenant) ?? 0;
    const turn = ofTenant.slice(0, walk.run.turn - before);
    taken.set(tenant, before + turn.length);
    if (turn.length > 0) turns.set(tenant, turn);
    if (turn.length < ofTenant.length) walk.behind.set(tenant, turn.at(-1)?.sort ?? from);
  }
  return turns;
}

/** Who is behind, and has the next turn. */
const nextOf = ({ behind, failed }: Walk): [tenant: string, from: string] | undefined =>
  [...behind].find(([tenant]) => !failed.has(tenant));

/** Tenants that are behind take turns, until nobody is, or what became due meanwhile is to be looked at. */
async function takeTurns(walk: Walk): Promise<void> {
  const until = Clock.ms() + LOOK_AFTER;
  const { run, behind, failed, open, after = "" } = walk;
  for (let next = nextOf(walk); next && !isOver(walk) && Clock.ms() < until; next = nextOf(walk)) {
    const [tenant, from] = next;
    const [day = after, later = "~"] = [...open].sort().filter((each) => each >= from.slice(0, 10));
    const page = await pageOf(walk, { day, from, until: after }, run.turn);
    await handOutEach(walk, new Map([[tenant, page.places.filter((place) => place.tenant === tenant)]]), from);
    if (failed.has(tenant)) continue;
    const through = page.isEnd ? later : (page.places.at(-1)?.sort ?? later);
    behind.delete(tenant);
    if (through < after) behind.set(tenant, through);
    await write(walk, true);
  }
}

/** Hands out what each tenant has a turn for; one that fails is behind from where it stood. */
async function handOutEach(walk: Walk, turns: ReadonlyMap<string, readonly Place[]>, from: string): Promise<void> {
  if (turns.size === 0) return;
  // What comes in bulk changes as many records: it does not outrun the stream.
  let looks = 0;
  if (walk.shard.lane === "bulk") await keepPace(() => ++looks < LOOKS && !isOver(walk));
  await hold(walk);
  const each = [...turns].map(async ([tenant, places]) => {
    try {
      await handOut(
        walk.run,
        tenant,
        places.map(({ id }) => id),
      );
    } catch (error) {
      walk.failed.set(tenant, error);
      walk.behind.set(tenant, from);
    }
  });
  await Promise.all(each);
}

async function hold(walk: Walk): Promise<string> {
  walk.worker ??= await take(walk.shard);
  if (walk.worker === undefined) throw new Fenced("Another sweep has the shard");
  return walk.worker;
}

/** Writes down how far the shard is, unless nothing is different and nobody had to take it: a quiet minute writes nothing. */
async function write(walk: Walk, goesOn: boolean): Promise<void> {
  const { shard, after, behind, began } = walk;
  const day = yesterday();
  const progress: Progress = {
    day,
    open: [...walk.open].filter((each) => each < day).sort(),
    after,
    ...(behind.size > 0 ? { behind: Object.fromEntries(behind) } : {}),
    ...(after === undefined ? {} : { began }),
  };
  const text = JSON.stringify(progress);
  if (text === walk.stored && walk.worker === undefined) return;
  await keep(shard, await hold(walk), text, goesOn);
  walk.stored = text;
}

/** A place in the index. */
interface Place {
  tenant: string;
  id: string;
  sort: string;
}

/** Places of a day behind one, through another. */
interface Part {
  day: string;
  from: string;
  until: string;
}

async function pageOf(
  walk: Walk,
  { day, from: after, until }: Part,
  limit: number,
): Promise<{ places: Place[]; isEnd: boolean }> {
  const from = after.startsWith(day) ? after : day;
  if (from > until) return { places: [], isEnd: true };
  const { lane, shard } = walk.shard;
  const { Items = [], LastEvaluatedKey } = await walk.run.limited(() =>
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

const earlier = (one: string, other: string): string => [one, other].sort()[0] ?? one;

/** A day's slack: a write takes a while to its index, and clocks differ. */
const yesterday = (): string => dayOf(Clock.ms() - DAY);

/** Every day from a day to that of the instant. */
function daysBetween(day: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${day}T00:00:00Z`); at <= Date.parse(until); at += DAY) days.push(dayOf(at));
  return days;
}
