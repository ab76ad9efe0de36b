import { useSettings, useTenant } from "../../kernel/context.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { readChangedIds } from "../read/change-index.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { checkpointKey, recordKey } from "../table/key.ts";
import { emptyCheckpoint, listAdditions, parseCheckpoint } from "./checkpoint.ts";
import { rewriteCounter } from "./counter-rewrite.ts";
import type { Difference } from "./recount-difference.ts";
import { ScopeSums } from "./recount-runs.ts";
import { compareCounts, readCounters, type StoredCounter } from "./recount-subject.ts";

/**
 * The recount of some days: counters with a day in their names beside what the records say that changed since, for nothing counts on
 * a day that was written before it. It reads a key, a record and a checkpoint for each of these, and no other record.
 */
export interface DayCounters<R extends BaseRecord> {
  collection: Collection<R>;
  /** Behind which name, and up to which, the counters of days lie, from the first day to the last. */
  ranges(from: string, to: string): Iterable<ScopeRange> | AsyncIterable<ScopeRange>;
  /** The day of a counter; undefined of another one. */
  parseDay(scope: string): string | undefined;
}

type ScopeRange = readonly [behind: string, last: string];

/** Days by which a day may have begun earlier than it does in the tenant's time zone of now. */
const ZONE_SLACK_DAYS = 2;

/**
 * What counters of days say that records do not; it is mended. What differs is counted a second time before: an index shows a record a
 * moment late, which looks like a counter that is wrong.
 */
export async function verifyDays<R extends BaseRecord>(of: DayCounters<R>, from: string, to: string): Promise<Difference[]> {
  const first = await findWrongCounters(of, from, to);
  if (first.size === 0) return [];
  const kind = of.collection.name;
  const told: Difference[] = [];
  for (const [scope, { differences, storedCounter: kept, counted }] of await findWrongCounters(of, from, to)) {
    if (!first.has(scope)) continue;
    told.push(...differences);
    // One with cells is folded and mended by the nightly recount.
    if (kept === undefined || kept.items.length === 1) await rewriteCounter({ kind, scope }, kept, counted);
  }
  return told;
}

interface WrongCounter {
  differences: readonly Difference[];
  storedCounter: StoredCounter | undefined;
  counted: Readonly<Record<string, number>>;
}

/** Counters that differ, without those that moved meanwhile. */
async function findWrongCounters<R extends BaseRecord>(
  of: DayCounters<R>,
  from: string,
  to: string,
): Promise<Map<string, WrongCounter>> {
  const before = await readDayCounters(of, from, to);
  const counted = new Map(await countRecords(of, from, to));
  const now = await readDayCounters(of, from, to);
  const wrong = new Map<string, WrongCounter>();
  for (const scope of new Set([...now.keys(), ...counted.keys()])) {
    const [was, is, sum = {}] = [before.get(scope), now.get(scope), counted.get(scope)];
    const differences = compareCounts(of.collection.name, is, scope, sum);
    if (differences.length > 0 && was?.revision === is?.revision)
      wrong.set(scope, { differences, storedCounter: is, counted: sum });
  }
  return wrong;
}

async function readDayCounters<R extends BaseRecord>(
  of: DayCounters<R>,
  from: string,
  to: string,
): Promise<Map<string, StoredCounter>> {
  const found = new Map<string, StoredCounter>();
  for await (const [behind, last] of of.ranges(from, to))
    for await (const kept of readCounters(of.collection.name, behind, last)) found.set(kept.scope, kept);
  return found;
}

/** What records add to counters of these days; of one that the stream is behind with, what it has brought. */
async function countRecords<R extends BaseRecord>(of: DayCounters<R>, from: string, to: string) {
  const { collection } = of;
  const tenant = useTenant();
  const sums = new ScopeSums();
  // What changes while this goes on is found on two days.
  const seen = new Set<string>();
  for await (const some of readChangedIds(collection, startOfDay(useSettings().timezone, addDays(from, -ZONE_SLACK_DAYS)))) {
    const ids = some.filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
    const [items, checkpoints] = await Promise.all([
      getAll(ids.map((id) => recordKey(tenant, id))),
      getAll(ids.map((id) => checkpointKey(tenant, id))),
    ]);
    for (const [at, item] of items.entries()) {
      const checkpoint = checkpoints[at];
      if (!item || !checkpoint) continue;
      const isLevel = Number(checkpoint.version) === Number(item.version) && Number(item.shape) === collection.shape;
      const added = isLevel ? collection.counterSums(collection.fromItem(item)) : parseCheckpoint(checkpoint).sums;
      for (const [scope, counts] of listAdditions({ ...emptyCheckpoint, sums: added })) {
        const day = of.parseDay(scope);
        if (day !== undefined && day >= from && day <= to) sums.add(scope, counts);
      }
    }
  }
  return sums.take();
}
