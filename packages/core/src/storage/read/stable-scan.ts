import type { Owners } from "../../kernel/context.ts";
import { minIdAt } from "../../kernel/id.ts";
import { parseSearchTerms } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { loadRecords } from "./change-list.ts";
import type { findMatching, Matches } from "./column-matches.ts";
import { Counter } from "./counter.ts";
import { keepRowFilters, needsWholeRecords, resolveCustomFields } from "./custom-filters.ts";
import { resolveListOwners } from "./list-page.ts";
import type { ListQuery, Partition } from "./list-query.ts";
import { listArchivePartitions, queryPartitions } from "./partition-query.ts";
import { findEntryPartition } from "./path-list.ts";
import {
  basePartitions,
  buildConditions,
  indexOrder,
  isEmptyRange,
  listExtraScopes,
  MAX_SORTED_ROWS,
  readCounters,
} from "./query-plan.ts";
import { Visibility } from "./visibility.ts";

/**
 * Reads all records of a list while others write. The scan is in order of ids, which never change: each record comes once, and no record
 * that stays in the list is missed. Pages of a list cannot guarantee this if their order changes, or if a record can move between the
 * partitions that they read.
 */
export interface ScanExtent<R extends BaseRecord> {
  readonly partitions: readonly Partition[];
  /** Whether a record can move from one of the partitions to another while it stays in the list. */
  readonly canRecordsMove: boolean;
  /** Rows of the partitions according to counters; infinite if no counter tells. */
  readonly rows: number;
  /** Returns whether a record is in the list, except for visibility that its row does not show. */
  matches(record: R): boolean;
  /** The records of the list by the columns of the kind; undefined if these cannot tell, or if the partitions have few rows. */
  readonly found: Matches<R> | undefined;
  /** Whether the found records are read one by one, and not the partitions. */
  readonly isReadByKey: boolean;
  /** Returns whether a whole record is in the list, if its row does not tell. */
  matchesWhole?(record: R): boolean;
}

/** A part of the scan. The next part begins after `after`, which is undefined at the end. */
export interface ScanPage<R extends BaseRecord> {
  records: R[];
  after: string | undefined;
  /** Rows that were read, those that do not match included. */
  read: number;
}

interface ScanLimits {
  /** Only records created up to this instant. */
  as_of: string;
  /** Milliseconds by which ids may be later than the creation of their records, for ids that are made of future instants. */
  idAheadMs?: number | undefined;
  /** Columns whose values the caller needs (`ScanExtent.found`). */
  fields?: Iterable<string> | undefined;
  /** Rows that the caller may read. Records are read by their keys if this is the only way to stay within. */
  mostReads?: number | undefined;
}

/**
 * Chooses the partitions with the fewest rows that hold the whole list in order of ids; undefined if the caller sees nothing. The order and
 * pages of the list are ignored. A search is checked on every row, so the limit of searches does not apply.
 */
export async function plan<R extends BaseRecord>(
  collection: Collection<R>,
  listQuery: ListQuery,
  { as_of, idAheadMs = 0, fields, mostReads = 0 }: ScanLimits,
): Promise<ScanExtent<R> | undefined> {
  const query = {
    ...(await resolveCustomFields(collection, listQuery)),
    sort: "created_at",
    thenBy: undefined,
    customSorts: undefined,
  };
  const owners = await resolveListOwners(collection, query);
  const terms = query.search === undefined || query.search.trim() === "" ? undefined : parseSearchTerms(query.search);
  if ((owners !== "all" && owners.size === 0) || terms?.length === 0 || isEmptyRange(collection, query)) return undefined;
  const wholeConditions = buildConditions(collection, query, owners, terms);
  const conditions = buildConditions(collection, keepRowFilters(query), owners, terms);
  const counters = await readCounters(collection, listScopes(collection, query, owners));
  const allPartitions = basePartitions(collection, query, "by_time");
  // Derived kinds have no counters, so any part counts as smaller than the whole.
  const { isDerived } = collection.kind;
  const totalRows = isDerived
    ? Number.POSITIVE_INFINITY
    : Counter.sum(counters, [Counter.ALL], query.deleted ? Counter.DELETED : Counter.LIVE);
  const candidates = conditions
    .filter(({ includesDeleted }) => includesDeleted || !query.deleted)
    .flatMap(({ partitions = [], estimateRows }) =>
      isInIdOrder(collection, partitions) && partitions.every((partition) => collection.isComplete(partition))
        ? [{ partitions, rows: estimateRows(counters) }]
        : [],
    );
  // Partitions between which records move are read twice.
  const exclusivePartitions = conditions.find(({ isExclusive }) => isExclusive)?.partitions;
  const cost = ({ partitions, rows }: { partitions: readonly Partition[]; rows: number }) =>
    rows * (canRecordsMove(collection, partitions) ? 2 : 1);
  const entries = await findEntryPartition(collection, query);
  const { partitions, rows } = entries
    ? { partitions: [entries], rows: Number.POSITIVE_INFINITY }
    : exclusivePartitions
      ? { partitions: exclusivePartitions, rows: Number.POSITIVE_INFINITY }
      : candidates.reduce((best, candidate) => (cost(candidate) < cost(best) ? candidate : best), {
          partitions: allPartitions as readonly Partition[],
          rows: totalRows,
        });
  const end = minIdAt(collection.kind, Date.parse(as_of) + idAheadMs);
  const boundedPartitions = partitions
    .map((partition) => ({ ...partition, to: partition.to === undefined || end < partition.to ? end : partition.to }))
    // A range that begins after the end holds nothing, and the table refuses to query it.
    .filter(({ from, to }) => from === undefined || from <= to);
  if (boundedPartitions.length === 0) return undefined;
  const found = rows > MAX_SORTED_ROWS ? await findByColumns(collection, query, { as_of, fields }) : undefined;
  return {
    partitions: boundedPartitions,
    canRecordsMove: canRecordsMove(collection, partitions),
    rows,
    found,
    isReadByKey: found !== undefined && isReadByKey(found.total, rows, mostReads),
    matches: (record) => record.created_at <= as_of && conditions.every((condition) => condition.matches(record)),
    ...(needsWholeRecords(query)
      ? { matchesWhole: (record: R) => wholeConditions.every((condition) => condition.matches(record)) }
      : {}),
  };
}

const findByColumns: typeof findMatching = async (...list) => (await import("./column-matches.ts")).findMatching(...list);

/** Rows of a partition that cost as much to read as one record by its key. */
const ROWS_PER_KEY_READ = 10;

/** Returns whether reading the found records one by one costs less than the rows of the partitions, or alone stays within what may be read. */
const isReadByKey = (found: number, rows: number, mostReads: number): boolean =>
  found * ROWS_PER_KEY_READ <= rows || (rows > mostReads && found <= mostReads);

const listScopes = <R extends BaseRecord>(collection: Collection<R>, query: ListQuery, owners: Owners): string[] => {
  const below = query.parent === undefined ? (query.personIds ?? []) : [query.parent];
  return [...new Set([Counter.ALL, ...Counter.ownerScopes(owners), ...below, ...listExtraScopes(collection, query, owners)])];
};

const isInIdOrder = <R extends BaseRecord>(collection: Collection<R>, partitions: readonly Partition[]): boolean =>
  partitions.length > 0 && partitions.every(({ index }) => indexOrder(collection, index) === "by_time");

/**
 * The id of a record contains its person. Its owner, and other fields by which partitions are split, may change, and a record may move to
 * the archive and back.
 */
const canRecordsMove = <R extends BaseRecord>(collection: Collection<R>, partitions: readonly Partition[]): boolean =>
  listArchivePartitions(collection, partitions).length > 0 ||
  (partitions.length > 1 && partitions.some(({ index }) => index !== "record"));

/** Maximum rows that one part reads; rows that do not match are skipped. */
const MAX_READ_ROWS = 20_000;
/** Maximum times that a part of moving partitions is read again, until no more records are found. */
const MAX_REREADS = 5;

/** Rows that the scan reads, according to counters or columns. */
export const countReads = <R extends BaseRecord>({ found, isReadByKey: isByKey, rows }: ScanExtent<R>): number =>
  found && isByKey ? found.total : rows;

/** Returns the next records of the scan, about `maxRecords`, in order of ids. */
export const readNext = <R extends BaseRecord>(
  collection: Collection<R>,
  extent: ScanExtent<R>,
  after: string | undefined,
  maxRecords: number,
): Promise<ScanPage<R>> =>
  extent.found && extent.isReadByKey
    ? readByKey(collection, { ...extent, found: extent.found }, after, maxRecords)
    : readPartitions(collection, extent, after, maxRecords);

/** Returns the next ids of the scan. Columns have them without a read of the records. */
export async function readNextIds<R extends BaseRecord>(
  collection: Collection<R>,
  extent: ScanExtent<R>,
  after: string | undefined,
  most: number,
): Promise<{ ids: readonly string[]; after: string | undefined }> {
  if (extent.found) return listFoundIds(extent.found, after, most);
  const page = await readPartitions(collection, extent, after, most);
  return { ids: page.records.map(({ id }) => id), after: page.after };
}

async function listFoundIds<R extends BaseRecord>(found: Matches<R>, after: string | undefined, most: number) {
  const { listIdsAfter } = await import("./column-matches.ts");
  const ids = listIdsAfter(found, after, most);
  return { ids, after: ids.length < most ? undefined : ids.at(-1) };
}

async function readByKey<R extends BaseRecord>(
  collection: Collection<R>,
  { found, matches, matchesWhole }: ScanExtent<R> & { found: Matches<R> },
  after: string | undefined,
  maxRecords: number,
): Promise<ScanPage<R>> {
  const { readFoundRows } = await import("./column-page.ts");
  const { ids, after: last } = await listFoundIds(found, after, maxRecords);
  const records = await readFoundRows(
    collection,
    ids.map((id) => ({ id, key: id })),
    { matches: (record) => matches(record) && matchesWhole?.(record) !== false, isWhole: matchesWhole !== undefined },
  );
  return { records: await Visibility.recheckVisible(collection, records), after: last, read: ids.length };
}

async function readPartitions<R extends BaseRecord>(
  collection: Collection<R>,
  { partitions, canRecordsMove: shifting, matches, matchesWhole }: ScanExtent<R>,
  after: string | undefined,
  maxRecords: number,
): Promise<ScanPage<R>> {
  const recordByKey = new Map<string, R>();
  const chunk = Math.max(25, Math.ceil(maxRecords / partitions.length));
  let last: string | undefined;
  let read = 0;
  for await (const { key, row } of queryPartitions(collection, partitions, { order: "asc", after, chunk })) {
    read++;
    // A record that moves between two partitions may come from both, one directly after the other.
    if (recordByKey.has(key)) continue;
    const record = collection.fromRow({ key, row });
    if (matches(record)) recordByKey.set(key, record);
    if (recordByKey.size >= maxRecords || read >= MAX_READ_ROWS) {
      last = key;
      break;
    }
  }
  // Finds records that moved from a partition that was not read yet to one that was already read.
  for (let again = 0, fresh = shifting ? 1 : 0; fresh > 0 && again < MAX_REREADS; again++) {
    fresh = 0;
    const boundedPartitions = partitions.map((partition) => ({ ...partition, to: last ?? partition.to }));
    for await (const { key, row } of queryPartitions(collection, boundedPartitions, { order: "asc", after, chunk: 1000 })) {
      if (recordByKey.has(key)) continue;
      const record = collection.fromRow({ key, row });
      if (!matches(record)) continue;
      recordByKey.set(key, record);
      fresh++;
    }
  }
  const rows = [...recordByKey.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const ids = rows.map(({ id }) => id);
  const records = matchesWhole ? (await loadRecords(collection, ids)).filter((record) => matchesWhole(record)) : rows;
  return { records: await Visibility.recheckVisible(collection, records), after: last, read };
}

export * as StableScan from "./stable-scan.ts";
