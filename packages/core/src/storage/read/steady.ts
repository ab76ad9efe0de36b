import type { Owners } from "../../kernel/context.ts";
import { floorAt } from "../../kernel/id.ts";
import { termsOf } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { entriesOf } from "./by-path.ts";
import { Counter } from "./counter.ts";
import { ownersOf } from "./pages.ts";
import { baseOf, besideScopes, conditionsOf, countersOf, isNever, orderOf } from "./plan.ts";
import type { ListQuery, Partition } from "./query.ts";
import { merged } from "./scan.ts";
import { Visible } from "./visibility.ts";

/**
 * All that a list has, from its first record to its last, while others write. It is walked in order of ids, which no change
 * moves: so a record comes once, and none that stays in the list is passed over. A page of a list cannot promise that,
 * where it is in an order that changes, or reads partitions between which a record may move.
 */
export interface Extent<R extends BaseRecord> {
  readonly partitions: readonly Partition[];
  /** Whether a record that stays in the list may move from one of the partitions to another. */
  readonly shifting: boolean;
  /** Whether a record is in the list, but for who sees it where its row does not tell. */
  wanted(record: R): boolean;
}

/** What was found in a part of the walk; `after` is where the next begins, undefined at the end. */
export interface Stretch<R extends BaseRecord> {
  records: R[];
  after: string | undefined;
}

interface Until {
  /** Only records born up to this instant. */
  as_of: string;
  /** Milliseconds by which ids may be ahead of the birth of their records: where they are made of what is still to happen. */
  ahead?: number | undefined;
}

/**
 * The fewest partitions, by rows, that hold all of a list in order of ids; undefined where there is nothing to see. The list's
 * own order and pages do not count, and a search is asked of every row, so that no bound of searches applies.
 */
export async function extentOf<R extends BaseRecord>(
  collection: Collection<R>,
  asked: ListQuery,
  { as_of, ahead = 0 }: Until,
): Promise<Extent<R> | undefined> {
  const query = { ...asked, sort: "created_at" };
  const owners = await ownersOf(collection, query);
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : termsOf(query.search);
  if ((owners !== "all" && owners.size === 0) || terms?.length === 0 || isNever(collection, query)) return undefined;
  const conditions = conditionsOf(collection, query, owners, terms);
  const counters = await countersOf(collection, scopesOf(collection, query, owners));
  const whole = baseOf(collection, query, "by_time");
  // How many there are of what nobody counts is not known: any part is fewer.
  const { isDerived } = collection.kind;
  const every = isDerived
    ? Number.POSITIVE_INFINITY
    : Counter.sum(counters, [Counter.ALL], query.deleted ? Counter.DELETED : Counter.LIVE);
  const candidates = conditions
    .filter(({ deleted }) => deleted || !query.deleted)
    .flatMap(({ partitions = [], rows }) => (inOrderOfIds(collection, partitions) ? [{ partitions, rows: rows(counters) }] : []));
  // What shifts is read twice.
  const only = conditions.find(({ isOnly }) => isOnly)?.partitions;
  const cost = ({ partitions, rows }: { partitions: readonly Partition[]; rows: number }) =>
    rows * (isShifting(partitions) ? 2 : 1);
  const entries = await entriesOf(collection, query);
  const { partitions } = entries
    ? { partitions: [entries] }
    : only
      ? { partitions: only }
      : candidates.reduce((best, each) => (cost(each) < cost(best) ? each : best), {
          partitions: whole as readonly Partition[],
          rows: every,
        });
  const end = floorAt(collection.kind, Date.parse(as_of) + ahead);
  return {
    partitions: partitions.map((each) => ({ ...each, to: each.to === undefined || end < each.to ? end : each.to })),
    shifting: isShifting(partitions),
    wanted: (record) => record.created_at <= as_of && conditions.every((condition) => condition.holds(record)),
  };
}

const scopesOf = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owners: Owners): string[] => {
  const below = query.parent === undefined ? (query.within ?? []) : [query.parent];
  return [...new Set([Counter.ALL, ...Counter.scopesOf(owners), ...below, ...besideScopes(collection, query, owners)])];
};

const inOrderOfIds = <R extends BaseRecord>(collection: Collection<R>, partitions: readonly Partition[]): boolean =>
  partitions.length > 0 && partitions.every(({ index }) => orderOf(collection, index) === "by_time");

/** A record's person is in its id; its owner, or another field by which partitions are split, may change. */
const isShifting = (partitions: readonly Partition[]): boolean =>
  partitions.length > 1 && partitions.some(({ index }) => index !== "record");

/** Rows that one stretch reads; what is not wanted is passed over, and kept nowhere. */
const MOST_READ = 20_000;
/** Times that a stretch of shifting partitions is read again, until nothing more turns up. */
const AGAIN = 5;

/** The next records of the walk, some `most` of them, in order of their ids. */
export async function next<R extends BaseRecord>(
  collection: Collection<R>,
  { partitions, shifting, wanted }: Extent<R>,
  after: string | undefined,
  most: number,
): Promise<Stretch<R>> {
  const found = new Map<string, R>();
  const chunk = Math.max(25, Math.ceil(most / partitions.length));
  let last: string | undefined;
  let read = 0;
  for await (const { key, row } of merged(collection, partitions, { order: "asc", after, chunk })) {
    // Between two partitions the same record may come from both, one beside the other.
    if (found.has(key)) continue;
    const record = collection.fromRow({ key, row });
    if (wanted(record)) found.set(key, record);
    if (found.size >= most || ++read >= MOST_READ) {
      last = key;
      break;
    }
  }
  // Who moved from a partition that was not read yet to one that was: it has to be where it is now.
  for (let again = 0, fresh = shifting ? 1 : 0; fresh > 0 && again < AGAIN; again++) {
    fresh = 0;
    const same = partitions.map((each) => ({ ...each, to: last ?? each.to }));
    for await (const { key, row } of merged(collection, same, { order: "asc", after, chunk: 1000 })) {
      if (found.has(key)) continue;
      const record = collection.fromRow({ key, row });
      if (!wanted(record)) continue;
      found.set(key, record);
      fresh++;
    }
  }
  const records = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { records: await Visible.amongFound(collection, records), after: last };
}

export * as Steady from "./steady.ts";
