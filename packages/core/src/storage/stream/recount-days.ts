import { useSettings, useTenant } from "../../kernel/context.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { readChangedIds } from "../read/change-index.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { checkpointKey, recordKey } from "../table/key.ts";
import { emptyCheckpoint, listAdditions, parseCheckpoint } from "./checkpoint.ts";
import { rewriteCounter } from "./counter-rewrite.ts";
import type { Difference } from "./recount-difference.ts";
import { ScopeSums } from "./recount-runs.ts";
import { compareCounts, readCounters, type StoredCounter } from "./recount-subject.ts";

/**
 * Recounts some days: compares counters with a day in their name to the records that changed since, because a write never counts on an
 * earlier day. Reads a key, a record and a checkpoint for each of these records, and no others.
 */
export interface DayCounters<R extends BaseRecord> {
  collection: Collection<R>;
  /** Returns the ranges of counter names of the days from the first to the last: after `behind`, up to `last`. */
  ranges(from: string, to: string): Iterable<ScopeRange> | AsyncIterable<ScopeRange>;
  /** Returns the day of a counter; undefined for other counters. */
  parseDay(scope: string): string | undefined;
}

type ScopeRange = readonly [behind: string, last: string];

/** Days by which a day may have begun earlier in a former time zone of the tenant. */
const ZONE_SLACK_DAYS = 2;

/**
 * Finds counters of days that differ from the records, and repairs them. Differences are counted a second time first: an index shows
 * records with a delay, which looks like a wrong counter.
 */
export async function verifyDays<R extends BaseRecord>(
  dayCounters: DayCounters<R>,
  from: string,
  to: string,
): Promise<Difference[]> {
  const first = await findWrongCounters(dayCounters, from, to);
  if (first.size === 0) return [];
  const kind = dayCounters.collection.name;
  const allDifferences: Difference[] = [];
  for (const [scope, { differences, storedCounter, counted: counts }] of await findWrongCounters(dayCounters, from, to)) {
    if (!first.has(scope)) continue;
    allDifferences.push(...differences);
    // The nightly recount folds and repairs counters with cells.
    if (storedCounter === undefined || storedCounter.items.length === 1)
      await rewriteCounter({ kind, scope }, storedCounter, counts);
  }
  return allDifferences;
}

interface WrongCounter {
  differences: readonly Difference[];
  storedCounter: StoredCounter | undefined;
  counted: Readonly<Record<string, number>>;
}

/** Finds counters that differ, except those that changed meanwhile. */
async function findWrongCounters<R extends BaseRecord>(
  dayCounters: DayCounters<R>,
  from: string,
  to: string,
): Promise<Map<string, WrongCounter>> {
  const before = await readDayCounters(dayCounters, from, to);
  const sumByScope = new Map(await countRecords(dayCounters, from, to));
  const now = await readDayCounters(dayCounters, from, to);
  const wrongCounters = new Map<string, WrongCounter>();
  for (const scope of new Set([...now.keys(), ...sumByScope.keys()])) {
    const [previousCounter, currentCounter, sum = {}] = [before.get(scope), now.get(scope), sumByScope.get(scope)];
    const differences = compareCounts(dayCounters.collection.name, currentCounter, scope, sum);
    if (differences.length > 0 && previousCounter?.revision === currentCounter?.revision)
      wrongCounters.set(scope, { differences, storedCounter: currentCounter, counted: sum });
  }
  return wrongCounters;
}

async function readDayCounters<R extends BaseRecord>(
  dayCounters: DayCounters<R>,
  from: string,
  to: string,
): Promise<Map<string, StoredCounter>> {
  const counterByScope = new Map<string, StoredCounter>();
  for await (const [behind, last] of dayCounters.ranges(from, to))
    for await (const counter of readCounters(dayCounters.collection.name, behind, last))
      counterByScope.set(counter.scope, counter);
  return counterByScope;
}

/** Sums what records add to the counters of these days. If the stream lags for a record, its checkpoint counts instead. */
async function countRecords<R extends BaseRecord>(dayCounters: DayCounters<R>, from: string, to: string) {
  const { collection } = dayCounters;
  const tenant = useTenant();
  const sums = new ScopeSums();
  // A record that changes meanwhile is found on two days.
  const seen = new Set<string>();
  for await (const changedId of readChangedIds(collection, startOfDay(useSettings().timezone, addDays(from, -ZONE_SLACK_DAYS)))) {
    const ids = changedId.filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
    const [items, checkpoints] = await Promise.all([
      readItems(ids.map((id) => recordKey(tenant, id))),
      readItems(ids.map((id) => checkpointKey(tenant, id))),
    ]);
    for (const [index, item] of items.entries()) {
      const checkpoint = checkpoints[index];
      if (!item || !checkpoint) continue;
      const isLevel = Number(checkpoint.version) === Number(item.version) && Number(item.shape) === collection.shape;
      const added = isLevel ? collection.counterSums(collection.fromItem(item)) : parseCheckpoint(checkpoint).sums;
      for (const [scope, counts] of listAdditions({ ...emptyCheckpoint, sums: added })) {
        const day = dayCounters.parseDay(scope);
        if (day !== undefined && day >= from && day <= to) sums.add(scope, counts);
      }
    }
  }
  return sums.take();
}
