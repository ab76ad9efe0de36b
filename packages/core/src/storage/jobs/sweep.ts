import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext, useActorId, useRequest } from "../../kernel/context.ts";
import { timeOf } from "../../kernel/id.ts";
import { atMost } from "../../kernel/pool.ts";
import type { DomainEvent, Ports } from "../../kernel/ports.ts";
import { DUE_SHARDS } from "../table/collection.ts";
import { collectionOfId } from "../table/collections.ts";
import { chunksOf, getAll, isConditionFailed, query, queryAll, send, tableName, update } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, systemKey } from "../table/key.ts";
import { limits } from "../table/table.ts";

/**
 * The sweep over what is due. A record stands in a sparse index, by day and shard, at the earliest instant of its clocks. Each
 * clock that is due is claimed by a conditional write and published as the event `<kind>.<clock>_due`; who listens acts, and
 * moves the clock with the same write, so that the record leaves its place in the index. A claim is a lease: what was not done
 * by its end is handed out again. See docs/clocks.md.
 */
export interface Swept {
  /** Places in the index that were looked at. */
  found: number;
  /** Clocks handed out, and those of them that were before. */
  published: number;
  again: number;
  /** Clocks that were handed out a week ago and are due still, and records that nothing could be made of. */
  overdue: number;
  unreadable: number;
  /** Whether all that is due was looked at; otherwise the next run goes on where this one stopped. */
  done: boolean;
}

const DAY = 24 * 60 * 60 * 1000;
/** Seconds of one run: the next begins after a minute. */
const LONGEST = 50;
/** Requests under way at a time. */
const AT_ONCE = 25;
/** Places of the index that are read at a time, of each shard. */
const PAGE = 500;
/** Seconds until a clock is handed out again, doubled each time, and the most. */
const LEASE = 2 * 60;
const LONGEST_LEASE = 60 * 60;
/** What is not done for so long after it was handed out needs somebody. */
const OVERDUE_AFTER = 7 * DAY;

export interface SweepOptions {
  seconds?: number;
  page?: number;
}

interface Run {
  ports: Ports;
  /** What is due by then is handed out. */
  until: string;
  /** Of `performance.now()`. */
  deadline: number;
  page: number;
  limited: ReturnType<typeof atMost>;
  swept: Swept;
}

export async function sweep(ports: Ports, { seconds = LONGEST, page = PAGE }: SweepOptions = {}): Promise<Swept> {
  const swept: Swept = { found: 0, published: 0, again: 0, overdue: 0, unreadable: 0, done: true };
  const deadline = performance.now() + seconds * 1000;
  const run: Run = { ports, until: Clock.now(), deadline, page, limited: atMost(AT_ONCE), swept };
  const shards = await runIn(systemContext(ports, undefined, "due", ["due", "claim", "watermark", "tenants"]), async () => {
    const kept = await readProgress(run.until);
    return Promise.allSettled(kept.map((progress, shard) => sweepShard(run, shard, progress)));
  });
  // A shard that failed is looked at again by the next run; the others are done.
  for (const shard of shards) if (shard.status === "rejected") throw shard.reason;
  return swept;
}

/**
 * Days of a shard in which something may stand: those from `day` on, and earlier ones that are `open`. A day leaves once
 * it was read from its beginning and nothing stood in it. So what is not acted on is found for as long as it takes, and a quiet
 * minute writes nothing.
 */
interface Progress {
  day: string;
  open: readonly string[];
  /** Where a run stopped, because its time was up or it was killed. */
  cursor?: { day: string; after?: Record<string, unknown> | undefined } | undefined;
}

async function sweepShard(run: Run, shard: number, kept: Progress): Promise<void> {
  // A day's slack: a write takes a while to its index, and clocks differ.
  const yesterday = dayOf(Date.parse(run.until) - DAY);
  const first = [kept.day, yesterday].sort()[0] ?? yesterday;
  const days = [...kept.open.filter((day) => day < first), ...daysBetween(first, run.until)];
  const left = new Set(days);
  let written = JSON.stringify(kept);
  const write = async (cursor?: Progress["cursor"]): Promise<void> => {
    const progress: Progress = { day: yesterday, open: days.filter((day) => left.has(day) && day < yesterday), cursor };
    const text = JSON.stringify(progress);
    if (text === written) return;
    await send(new PutCommand({ TableName: tableName(), Item: { ...progressKey(shard), progress: text } }));
    written = text;
  };
  const { cursor } = kept;
  for (const day of days.filter((each) => !cursor || each >= cursor.day)) {
    let after = cursor?.day === day ? cursor.after : undefined;
    // What lies before the cursor was not looked at in this run.
    let isEmpty = after === undefined;
    do {
      if (performance.now() >= run.deadline) {
        run.swept.done = false;
        return write({ day, after });
      }
      const page = await run.limited(() =>
        query({
          IndexName: "due",
          KeyConditionExpression: "due = :bucket and due_sort <= :until",
          ExpressionAttributeValues: { ":bucket": systemKey("due", `${day}.${shard}`), ":until": `${run.until}~` },
          Limit: run.page,
          ExclusiveStartKey: after,
        }),
      );
      if (await handOut(run, page.Items ?? [])) isEmpty = false;
      after = page.LastEvaluatedKey;
      if (after) await write({ day, after });
    } while (after);
    if (isEmpty) left.delete(day);
  }
  await write();
}

/** Hands out what is due of a page of places; whether anything still stands there. */
async function handOut(run: Run, places: readonly Item[]): Promise<boolean> {
  run.swept.found += places.length;
  const byTenant = Map.groupBy(places, ({ pk }) => /^T#([^#]+)#/.exec(String(pk))?.[1] ?? "");
  const chunks = [...byTenant].flatMap(([tenant, ofTenant]) =>
    chunksOf(ofTenant, limits.batchGet).map((chunk) => ({ tenant, chunk })),
  );
  const ends = await Promise.allSettled(chunks.map(({ tenant, chunk }) => handOutChunk(run, tenant, chunk)));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return ends.some((end) => end.status === "fulfilled" && end.value);
}

/** A clock that is due. */
interface DueClock {
  tenant: string;
  id: string;
  kind: string;
  clock: string;
  due_at: string;
  version: number;
}

/** A hundred at most, of one tenant: one read, a claim for each clock that is due, and their events. */
async function handOutChunk(run: Run, tenant: string, places: readonly Item[]): Promise<boolean> {
  const keys = places.map(({ pk, sk }): Key => ({ pk: String(pk), sk: String(sk) }));
  const items = await run.limited(() => runIn(systemContext(run.ports, tenant, "due"), () => getAll(keys)));
  let stands = false;
  const due: DueClock[] = [];
  for (const [at, item] of items.entries()) {
    if (item?.life !== "live") continue;
    const clocks = await clocksOf(run, tenant, item);
    // Of another place in the index than the record's own, nothing is left once the index has followed.
    if (item.due_sort === places[at]?.due_sort && clocks?.length !== 0) stands = true;
    due.push(...(clocks ?? []).filter(({ due_at }) => due_at <= run.until));
  }
  const claims = await Promise.allSettled(due.map((each) => run.limited(() => claim(run, each))));
  const won = due.filter((_, at) => (claims[at] as { value?: boolean }).value);
  if (won.length > 0) await run.limited(() => run.ports.bus.publish(won.map(eventOf)));
  run.swept.published += won.length;
  for (const each of claims) if (each.status === "rejected") throw each.reason;
  return stands;
}

/** The clocks of a record that are set; undefined where that cannot be told, until it can. */
async function clocksOf(run: Run, tenant: string, item: Item): Promise<DueClock[] | undefined> {
  const id = String(item.sk);
  try {
    const collection = await collectionOfId(id);
    if (!collection) throw new Error("Nothing of this kind is known");
    const kind = collection.name;
    const clocks = Object.entries(collection.clocksOf(collection.fromItem(item)));
    return clocks.map(([clock, due_at]) => ({ tenant, id, kind, clock, due_at, version: Number(item.version) }));
  } catch (error) {
    run.swept.unreadable++;
    const why = error instanceof Error ? error.message : "";
    run.ports.log.write("error", "A due record could not be read", { tenant, id, error: why });
    return undefined;
  }
}

const claimKey = ({ tenant, id, clock, due_at }: DueClock): Key => ({
  pk: systemKey("claim", tenant, id),
  sk: `${clock}@${due_at}`,
});

/** Takes a clock's lease; false where another sweep has it. */
async function claim(run: Run, due: DueClock): Promise<boolean> {
  const lease = (seconds: number) => ({
    leased_until: Clock.after(seconds),
    ttl: Clock.epoch(Clock.after(seconds)) + DAY / 1000,
  });
  const [now, future] = [Clock.now(), Clock.after(LONGEST_LEASE)];
  const { leased_until, ttl } = lease(LEASE);
  const claimed = await unless(async () => {
    const { Attributes } = await update({
      Key: claimKey(due),
      UpdateExpression:
        "SET leased_until = :leased_until, claimed_at = :now, first_at = if_not_exists(first_at, :now), #ttl = :ttl ADD tries :one",
      // One from the future was made before the clock was set back; clocks that differ a little are no reason to doubt it.
      ConditionExpression: "attribute_not_exists(pk) OR leased_until <= :now OR claimed_at > :future",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":leased_until": leased_until, ":ttl": ttl, ":now": now, ":future": future, ":one": 1 },
      ReturnValues: "ALL_NEW",
    });
    return { tries: Number(Attributes?.tries), first_at: String(Attributes?.first_at) };
  });
  if (!claimed) return false;
  const { tries, first_at } = claimed;
  if (tries === 1) return true;
  run.swept.again++;
  const { tenant, id, clock, due_at } = due;
  const isOverdue = Date.parse(first_at) < Date.parse(now) - OVERDUE_AFTER;
  if (isOverdue) run.swept.overdue++;
  run.ports.log.write(
    isOverdue ? "error" : "warn",
    isOverdue ? "A clock has been handed out for a week, and is due still" : "A clock is handed out again",
    {
      tenant,
      id,
      clock,
      due_at,
      tries,
    },
  );
  const longer = lease(Math.min(LEASE * 2 ** (tries - 1), LONGEST_LEASE));
  await unless(() =>
    update({
      Key: claimKey(due),
      UpdateExpression: "SET leased_until = :leased_until, #ttl = :ttl",
      ConditionExpression: "claimed_at = :now AND tries = :tries",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":leased_until": longer.leased_until, ":ttl": longer.ttl, ":now": now, ":tries": tries },
    }),
  );
  return true;
}

/** Undefined where the condition did not hold. */
async function unless<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return undefined;
  }
}

const eventOf = ({ tenant, id, kind, clock, due_at, version }: DueClock): DomainEvent => ({
  id: `${id}.${clock}.${due_at}`,
  type: `${kind}.${clock}_due`,
  tenant_id: tenant,
  record_id: id,
  version,
  actor_id: useActorId(),
  request_id: useRequest().id,
  at: Clock.now(),
  changed: [],
  due_at,
});

/** The partition of the sweep's progress, an item for each shard. */
export const PROGRESS = systemKey("watermark", "due");
export const progressKey = (shard: number): Key => ({ pk: PROGRESS, sk: String(shard) });

/** The day of the earliest place of the index that may not have been attended, as these items of progress say. */
export function earliestOpen(items: readonly Item[]): string | undefined {
  return items
    .flatMap((item) => progressOf(item))
    .flatMap(({ day, open }) => [day, ...open])
    .sort()[0];
}

/** Items of progress with all days from `day` on to be looked at again. */
export const rewind = (items: readonly Item[], day: string): Item[] =>
  items.flatMap((item) =>
    progressOf(item).map(({ day: kept, open }): Item => {
      const progress: Progress = { day: day < kept ? day : kept, open };
      return { pk: item.pk, sk: item.sk, progress: JSON.stringify(progress) };
    }),
  );

/** An earlier release kept one instant for all shards. */
function progressOf(item: Item | undefined): Progress[] {
  if (item?.progress !== undefined) return [JSON.parse(String(item.progress)) as Progress];
  return item?.instant === undefined ? [] : [{ day: dayOf(Date.parse(String(item.instant)) - DAY), open: [] }];
}

async function readProgress(until: string): Promise<Progress[]> {
  const items = await queryAll(PROGRESS);
  const bySort = new Map(items.map((item) => [String(item.sk), item]));
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => bySort.get(String(shard)) ?? bySort.get("due"));
  const beginning = shards.every((item) => item !== undefined) ? until : await oldestTenant(until);
  return shards.map((item) => progressOf(item)[0] ?? { day: beginning.slice(0, 10), open: [] });
}

/** Nothing was written before there was a tenant. */
async function oldestTenant(until: string): Promise<string> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :all",
    ExpressionAttributeValues: { ":all": systemKey("tenants", "all") },
    Limit: 1,
  });
  const [oldest] = Items;
  return oldest ? new Date(timeOf(String(oldest.sk))).toISOString() : until;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Every day from a day to that of the instant. */
function daysBetween(day: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${day}T00:00:00Z`); at <= Date.parse(until); at += DAY) days.push(dayOf(at));
  return days;
}
