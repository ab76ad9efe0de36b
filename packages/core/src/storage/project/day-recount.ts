import { useSettings, useTenant } from "../../kernel/context.ts";
import { dayAfter, startOfDay } from "../../kernel/zone.ts";
import { changedSince } from "../read/changed.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { getAll } from "../table/database.ts";
import { checkpointKey, recordKey } from "../table/key.ts";
import { additionsOf, checkpointIn, nothing } from "./checkpoint.ts";
import { rewrite } from "./counter-rewrite.ts";
import type { Difference } from "./difference.ts";
import { Sums } from "./recount-runs.ts";
import { countersOf, type Kept, wrongCounts } from "./recount-subject.ts";

/**
 * The recount of some days: counters with a day in their names beside what the records say that changed since, for nothing counts on
 * a day that was written before it. It reads a key, a record and a checkpoint for each of these, and no other record.
 */
export interface DayCounters<R extends BaseRecord> {
  collection: Collection<R>;
  /** Behind which name, and up to which, the counters of days lie, from the first day to the last. */
  ranges(from: string, to: string): Iterable<Range> | AsyncIterable<Range>;
  /** The day of a counter; undefined of another one. */
  dayOf(scope: string): string | undefined;
}

type Range = readonly [behind: string, last: string];

/** Days by which a day may have begun earlier than it does in the tenant's time zone of now. */
const ELSEWHERE = 2;

/**
 * What counters of days say that records do not; it is mended. What differs is counted a second time before: an index shows a record a
 * moment late, which looks like a counter that is wrong.
 */
export async function proveDays<R extends BaseRecord>(of: DayCounters<R>, from: string, to: string): Promise<Difference[]> {
  const first = await wrongIn(of, from, to);
  if (first.size === 0) return [];
  const kind = of.collection.name;
  const told: Difference[] = [];
  for (const [scope, { differences, kept, counted }] of await wrongIn(of, from, to)) {
    if (!first.has(scope)) continue;
    told.push(...differences);
    // One with cells is folded and mended by the nightly recount.
    if (kept === undefined || kept.items.length === 1) await rewrite({ kind, scope }, kept, counted);
  }
  return told;
}

interface Wrong {
  differences: readonly Difference[];
  kept: Kept | undefined;
  counted: Readonly<Record<string, number>>;
}

/** Counters that differ, without those that moved meanwhile. */
async function wrongIn<R extends BaseRecord>(of: DayCounters<R>, from: string, to: string): Promise<Map<string, Wrong>> {
  const before = await keptOf(of, from, to);
  const counted = new Map(await countedOf(of, from, to));
  const now = await keptOf(of, from, to);
  const wrong = new Map<string, Wrong>();
  for (const scope of new Set([...now.keys(), ...counted.keys()])) {
    const [was, is, sum = {}] = [before.get(scope), now.get(scope), counted.get(scope)];
    const differences = wrongCounts(of.collection.name, is, scope, sum);
    if (differences.length > 0 && was?.revision === is?.revision) wrong.set(scope, { differences, kept: is, counted: sum });
  }
  return wrong;
}

async function keptOf<R extends BaseRecord>(of: DayCounters<R>, from: string, to: string): Promise<Map<string, Kept>> {
  const found = new Map<string, Kept>();
  for await (const [behind, last] of of.ranges(from, to))
    for await (const kept of countersOf(of.collection.name, behind, last)) found.set(kept.scope, kept);
  return found;
}

/** What records add to counters of these days; of one that the stream is behind with, what it has brought. */
async function countedOf<R extends BaseRecord>(of: DayCounters<R>, from: string, to: string) {
  const { collection } = of;
  const tenant = useTenant();
  const sums = new Sums();
  // What changes while this goes on is found on two days.
  const seen = new Set<string>();
  for await (const some of changedSince(collection, startOfDay(useSettings().timezone, dayAfter(from, -ELSEWHERE)))) {
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
      const added = isLevel ? collection.sumsOf(collection.fromItem(item)) : checkpointIn(checkpoint).sums;
      for (const [scope, counts] of additionsOf({ ...nothing, sums: added })) {
        const day = of.dayOf(scope);
        if (day !== undefined && day >= from && day <= to) sums.add(scope, counts);
      }
    }
  }
  return sums.take();
}
