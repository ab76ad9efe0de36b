import type { Owners } from "../../kernel/context.ts";
import { minIdAt } from "../../kernel/id.ts";
import { parseSearchTerms } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { Counter } from "./counter.ts";
import { resolveListOwners } from "./list-page.ts";
import type { ListQuery, Partition } from "./list-query.ts";
import { queryPartitions } from "./partition-query.ts";
import { findEntryPartition } from "./path-list.ts";
import { basePartitions, buildConditions, indexOrder, isEmptyRange, listExtraScopes, readCounters } from "./query-plan.ts";
import { Visibility } from "./visibility.ts";

/**
 * All that a list has, from its first record to its last, while others write. It is walked in order of ids, which no change
 * moves: so a record comes once, and none that stays in the list is passed over. A page of a list cannot promise that,
 * where it is in an order that changes, or reads partitions between which a record may move.
 */
export interface ScanExtent<R extends BaseRecord> {
  readonly partitions: readonly Partition[];
  /** Whether a record that stays in the list may move from one of the partitions to another. */
  readonly canRecordsMove: boolean;
  /** Whether a record is in the list, but for who sees it where its row does not tell. */
  matches(record: R): boolean;
}

/** What was found in a part of the walk; `after` is where the next begins, undefined at the end. */
export interface ScanPage<R extends BaseRecord> {
  records: R[];
  after: string | undefined;
}

interface ScanLimits {
  /** Only records born up to this instant. */
  as_of: string;
  /** Milliseconds by which ids may be ahead of the birth of their records: where they are made of what is still to happen. */
  idAheadMs?: number | undefined;
}

/**
 * The fewest partitions, by rows, that hold all of a list in order of ids; undefined where there is nothing to see. The list's
 * own order and pages do not count, and a search is asked of every row, so that no bound of searches applies.
 */
export async function plan<R extends BaseRecord>(
  collection: Collection<R>,
  asked: ListQuery,
  { as_of, idAheadMs: ahead = 0 }: ScanLimits,
): Promise<ScanExtent<R> | undefined> {
  const query = { ...asked, sort: "created_at" };
  const owners = await resolveListOwners(collection, query);
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : parseSearchTerms(query.search);
  if ((owners !== "all" && owners.size === 0) || terms?.length === 0 || isEmptyRange(collection, query)) return undefined;
  const conditions = buildConditions(collection, query, owners, terms);
  const counters = await readCounters(collection, listScopes(collection, query, owners));
  const whole = basePartitions(collection, query, "by_time");
  // How many there are of what nobody counts is not known: any part is fewer.
  const { isDerived } = collection.kind;
  const every = isDerived
    ? Number.POSITIVE_INFINITY
    : Counter.sum(counters, [Counter.ALL], query.deleted ? Counter.DELETED : Counter.LIVE);
  const candidates = conditions
    .filter(({ includesDeleted: deleted }) => deleted || !query.deleted)
    .flatMap(({ partitions = [], estimateRows: rows }) =>
      isInIdOrder(collection, partitions) ? [{ partitions, rows: rows(counters) }] : [],
    );
  // What shifts is read twice.
  const only = conditions.find(({ isExclusive: isOnly }) => isOnly)?.partitions;
  const cost = ({ partitions, rows }: { partitions: readonly Partition[]; rows: number }) =>
    rows * (canRecordsMove(partitions) ? 2 : 1);
  const entries = await findEntryPartition(collection, query);
  const { partitions } = entries
    ? { partitions: [entries] }
    : only
      ? { partitions: only }
      : candidates.reduce((best, each) => (cost(each) < cost(best) ? each : best), {
          partitions: whole as readonly Partition[],
          rows: every,
        });
  const end = minIdAt(collection.kind, Date.parse(as_of) + ahead);
  return {
    partitions: partitions.map((each) => ({ ...each, to: each.to === undefined || end < each.to ? end : each.to })),
    canRecordsMove: canRecordsMove(partitions),
    matches: (record) => record.created_at <= as_of && conditions.every((condition) => condition.matches(record)),
  };
}

const listScopes = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owners: Owners): string[] => {
  const below = query.parent === undefined ? (query.personIds ?? []) : [query.parent];
  return [...new Set([Counter.ALL, ...Counter.ownerScopes(owners), ...below, ...listExtraScopes(collection, query, owners)])];
};

const isInIdOrder = <R extends BaseRecord>(collection: Collection<R>, partitions: readonly Partition[]): boolean =>
  partitions.length > 0 && partitions.every(({ index }) => indexOrder(collection, index) === "by_time");

/** A record's person is in its id; its owner, or another field by which partitions are split, may change. */
const canRecordsMove = (partitions: readonly Partition[]): boolean =>
  partitions.length > 1 && partitions.some(({ index }) => index !== "record");

/** Rows that one stretch reads; what is not wanted is passed over, and kept nowhere. */
const MAX_READ_ROWS = 20_000;
/** Times that a stretch of shifting partitions is read again, until nothing more turns up. */
const MAX_REREADS = 5;

/** The next records of the walk, some `most` of them, in order of their ids. */
export async function readNext<R extends BaseRecord>(
  collection: Collection<R>,
  { partitions, canRecordsMove: shifting, matches: wanted }: ScanExtent<R>,
  after: string | undefined,
  most: number,
): Promise<ScanPage<R>> {
  const found = new Map<string, R>();
  const chunk = Math.max(25, Math.ceil(most / partitions.length));
  let last: string | undefined;
  let read = 0;
  for await (const { key, row } of queryPartitions(collection, partitions, { order: "asc", after, chunk })) {
    // Between two partitions the same record may come from both, one beside the other.
    if (found.has(key)) continue;
    const record = collection.fromRow({ key, row });
    if (wanted(record)) found.set(key, record);
    if (found.size >= most || ++read >= MAX_READ_ROWS) {
      last = key;
      break;
    }
  }
  // Who moved from a partition that was not read yet to one that was: it has to be where it is now.
  for (let again = 0, fresh = shifting ? 1 : 0; fresh > 0 && again < MAX_REREADS; again++) {
    fresh = 0;
    const same = partitions.map((each) => ({ ...each, to: last ?? each.to }));
    for await (const { key, row } of queryPartitions(collection, same, { order: "asc", after, chunk: 1000 })) {
      if (found.has(key)) continue;
      const record = collection.fromRow({ key, row });
      if (!wanted(record)) continue;
      found.set(key, record);
      fresh++;
    }
  }
  const records = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { records: await Visibility.recheckVisible(collection, records), after: last };
}

export * as StableScan from "./stable-scan.ts";
