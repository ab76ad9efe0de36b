import { randomBytes } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import {
  type ColumnSet,
  deleteSegment,
  readColumnSet,
  readColumnSets,
  type StoredSegment,
  writeColumnSet,
  writeSegment,
} from "../columns/column-set.ts";
import type { LoadedSegment } from "../columns/loaded-segment.ts";
import { findRow } from "../columns/segment.ts";
import { buildSegment, joinSegments, listSourceRows, MAX_SEGMENT_ROWS } from "../columns/segment-builder.ts";
import { loadRecords } from "../read/change-list.ts";
import { forgetRows, hasColumns } from "../read/column-cache.ts";
import {
  type CustomRecord,
  digestColumns,
  listCustomColumns,
  listKindColumns,
  listStoredCustomColumns,
  WHOLE_FIELDS,
} from "../read/column-kind.ts";
import { KindRows } from "../read/column-rows.ts";
import { Counter } from "../read/counter.ts";
import { findFeed, findPositionBefore, readNewestPage } from "../read/event-feed.ts";
import { queryPartitions } from "../read/partition-query.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { findKind, loadCollectionByName } from "../table/collection-registry.ts";
import { dynamodbLimits } from "../table/table.ts";
import { ignoreLeaseLoss, Job, type JobLease } from "../write/job.ts";

/**
 * Keeps the columns of a kind (docs/storage/columns.md): builds them from the table, adds a segment of what changed, and joins segments when there are
 * many changes. Every step may be killed: the set names only objects that are whole, and is replaced as one item.
 */

/** When segments are written and joined. */
export interface ColumnLimits {
  /** Kinds with fewer live records are sorted and filtered without columns. */
  readonly minRows: number;
  /** Kinds with more live records have no columns: a function has no memory for them. */
  readonly maxRows: number;
  /** Rows of one segment, at most. */
  readonly segmentRows: number;
  /** Changes that a new segment is worth. */
  readonly deltaRows: number;
  /** Pages of the feed that a process reads when it first uses a set. */
  readonly maxPages: number;
  /** Segments of changes, and rows in them, before they are joined with the others. */
  readonly maxDeltas: number;
  readonly joinedRows: number;
}

const usualLimits: ColumnLimits = {
  ...{
    minRows: 1000,
    maxRows: 5_000_000,
    segmentRows: MAX_SEGMENT_ROWS,
    deltaRows: 200,
    maxPages: 64,
    maxDeltas: 12,
    joinedRows: 4096,
  },
};

/** Records that are read together by key. */
const READ_CHUNK = dynamodbLimits.batchGet;
/** Bytes of custom fields, beyond which a segment has fewer rows than it may. */
const MAX_CUSTOM_BYTES = 24 * 1024 * 1024;
/** The part of all rows that may have changed before segments are joined. */
const JOINED_SHARE = 1 / 32;
/** A table's index may show a change after the feed does. */
const INDEX_LAG_SECONDS = 60;
/** Segments that no set names are deleted after this time. Processes look for a newer set more often. */
const FORMER_MS = 10 * 60 * 1000;
/** A set is built again from the table after this time, because objects end, and values of erased records with them. */
const REBUILD_DAYS = 25;
/** The feed keeps pages for thirty days, so a set is written anew before. */
const REWRITE_DAYS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

interface BuildProgress {
  readonly digest: string;
  /** The page of the feed up to which changes are in the table's index. */
  readonly page: number;
  readonly segments: readonly StoredSegment[];
  /** The last id that was read. */
  readonly after: string | undefined;
}

const newName = (): string => randomBytes(9).toString("hex");
const isOlder = (instant: string, days: number): boolean => Date.parse(instant) < Clock.ms() - days * DAY_MS;

/**
 * Lists the kinds whose sets are of an earlier release, or so far behind the feed that a process reads too much of it when it first uses them.
 */
export async function listLaggingKinds(): Promise<string[]> {
  const [sets, events, changes] = await Promise.all([readColumnSets(), readNewestPage("events"), readNewestPage("changes")]);
  const isLagging = async ([kind, { digest, page }]: [string, ColumnSet]): Promise<string[]> => {
    // A kind that a release has dropped keeps its set until its objects end.
    if (!findKind(kind)) return [];
    const collection = await loadCollectionByName(kind);
    const newest = findFeed(collection) === "events" ? events : changes;
    const isBehind = (newest?.number ?? 0) - page >= usualLimits.maxPages;
    return isBehind || digest !== digestColumns(listKindColumns(collection)) ? [kind] : [];
  };
  return (await Promise.all([...sets].map(isLagging))).flat();
}

/** Brings the columns of a kind up to date, until an instant of the machine's clock. Returns whether it is done. */
export async function maintain(
  collection: Collection<BaseRecord>,
  until: number,
  changedLimits: Partial<ColumnLimits> = {},
): Promise<boolean> {
  const limits = { ...usualLimits, ...changedLimits };
  if (!hasColumns(collection)) return true;
  const set = await readColumnSet(collection.name);
  const digest = digestColumns(listKindColumns(collection));
  const isUsable = set?.digest === digest && !set.segments.some(({ at }) => isOlder(at, REBUILD_DAYS));
  const live = isUsable ? undefined : await countLive(collection);
  if (live !== undefined && (live > limits.maxRows || (!set && live < limits.minRows))) return true;
  const rows = set && isUsable ? await KindRows.load(collection, set) : undefined;
  let isDone = true;
  await ignoreLeaseLoss(async () => {
    isDone =
      rows && (await rows.catchUp())
        ? await extend(collection, rows, { until, limits })
        : await build(collection, set, digest, { until, limits });
  });
  return isDone;
}

async function countLive({ name }: Collection<BaseRecord>): Promise<number> {
  const scopes = [Counter.ALL];
  return Counter.sum(await Counter.read(name, scopes), scopes, Counter.LIVE);
}

interface Slice {
  /** An instant of the machine's clock. */
  readonly until: number;
  readonly limits: ColumnLimits;
}

/** Builds all segments from the table, one after the other. */
async function build(
  collection: Collection<BaseRecord>,
  former: ColumnSet | undefined,
  digest: string,
  { until, limits }: Slice,
): Promise<boolean> {
  const job = `columns-${collection.name}`;
  let lease: JobLease<BuildProgress | null> = await Job.claim<BuildProgress | null>(job);
  const resumed = lease.state?.digest === digest ? lease.state : undefined;
  let progress: BuildProgress = resumed ?? {
    ...{ digest, segments: [], after: undefined },
    page: (await findPositionBefore(Clock.addSeconds(-INDEX_LAG_SECONDS), findFeed(collection))).page,
  };
  for (let isLast = false; !isLast; ) {
    const { records, last } = await readRecords(collection, progress.after, limits.segmentRows);
    isLast = last === undefined;
    if (records.length > 0) {
      const stored: StoredSegment = { name: newName(), rows: records.length, isDelta: false, at: Clock.now() };
      await writeSegment(collection.name, stored.name, await buildRecords(collection, records));
      progress = { ...progress, segments: [...progress.segments, stored] };
    }
    progress = { ...progress, after: last };
    lease = await Job.saveProgress<BuildProgress | null>(job, lease, isLast ? null : progress);
    if (!isLast && Clock.machineTime() >= until) return false;
  }
  await replaceSet(collection, former, { digest, page: progress.page, segments: progress.segments });
  return true;
}

/**
 * Reads the next records for a segment: their ids from the table's index, and then the records by key, because rows lack fields that columns have.
 * `last` is the last id that was read, if there may be more.
 */
async function readRecords(
  collection: Collection<BaseRecord>,
  after: string | undefined,
  most: number,
): Promise<{ records: BaseRecord[]; last: string | undefined }> {
  const records: BaseRecord[] = [];
  let waiting: string[] = [];
  let customBytes = 0;
  const load = async (): Promise<void> => {
    for (const record of await loadRecords(collection, waiting)) {
      if (record.deleted_at) continue;
      const columnRecord = collection.toRow(record, WHOLE_FIELDS);
      records.push(columnRecord);
      const { custom_fields } = columnRecord as CustomRecord;
      if (custom_fields) customBytes += JSON.stringify(custom_fields).length;
    }
    waiting = [];
  };
  let [read, last] = [0, after];
  for await (const { key } of queryPartitions(collection, collection.allPartitions("live"), {
    ...{ order: "asc", after, chunk: 1000 },
  })) {
    last = key;
    read++;
    if (waiting.push(key) === READ_CHUNK || read === most) await load();
    if (read === most || customBytes > MAX_CUSTOM_BYTES) return { records, last };
  }
  await load();
  return { records, last: undefined };
}

const buildRecords = (collection: Collection<BaseRecord>, records: readonly BaseRecord[], gone?: readonly string[]) =>
  buildSegment([...listKindColumns(collection), ...listCustomColumns(records)], records, gone);

/** Adds what changed since the set was written, and joins segments if there are many changes. */
async function extend(collection: Collection<BaseRecord>, rows: KindRows, slice: Slice): Promise<boolean> {
  const { set } = rows;
  const { limits } = slice;
  const isStale = isOlder(set.built_at, REWRITE_DAYS);
  let current: ColumnSet | undefined = set;
  if (rows.tail.size >= limits.deltaRows || rows.page - set.page >= limits.maxPages || isStale) {
    const delta = await writeDelta(collection, rows);
    const segments = [...set.segments, ...(delta ? [delta] : [])];
    current = await replaceSet(collection, set, { digest: set.digest, page: rows.page, segments });
  } else if (set.former.some(({ since }) => Date.parse(since) < Clock.ms() - FORMER_MS))
    current = await replaceSet(collection, set, set);
  return current && isJoinDue(current, limits) ? join(collection, current, slice) : true;
}

async function writeDelta(collection: Collection<BaseRecord>, { tail, segments }: KindRows): Promise<StoredSegment | undefined> {
  const records = [...tail.values()].filter((record) => record !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
  const gone = [...tail].flatMap(([id, record]) =>
    record === undefined && segments.some((segment) => findRow(segment, id) !== undefined) ? [id] : [],
  );
  if (records.length + gone.length === 0) return undefined;
  const stored: StoredSegment = { name: newName(), rows: records.length, isDelta: true, at: Clock.now() };
  await writeSegment(collection.name, stored.name, await buildRecords(collection, records, gone));
  return stored;
}

const sumRows = (segments: readonly StoredSegment[]): number => segments.reduce((sum, { rows }) => sum + rows, 0);

function isJoinDue({ segments }: ColumnSet, { maxDeltas, joinedRows }: ColumnLimits): boolean {
  const deltas = segments.filter(({ isDelta }) => isDelta);
  const most = Math.max(joinedRows, JOINED_SHARE * sumRows(segments));
  return deltas.length > maxDeltas || sumRows(deltas) > most;
}

/** Writes each range of ids again with its changes, and then leaves the changes out. */
async function join(collection: Collection<BaseRecord>, former: ColumnSet, { until, limits }: Slice): Promise<boolean> {
  let current = former;
  const rows = await KindRows.load(collection, former);
  if (!rows) return true;
  const deltas = rows.segments.filter(({ stored }) => stored.isDelta);
  const ranges = rows.segments.filter(({ stored }) => !stored.isDelta);
  // Every record that was there when the set was built is gone.
  if (ranges.length === 0) return build(collection, former, former.digest, { until, limits });
  for (const [index, segment] of ranges.entries()) {
    const next = ranges[index + 1]?.ids.at(0);
    const written = await joinRange(collection, segment, deltas, {
      ...{ from: index === 0 ? undefined : segment.ids.at(0), to: next },
      segmentRows: limits.segmentRows,
    });
    if (!written) continue;
    const segments = current.segments.flatMap((stored) => (stored.name === segment.stored.name ? written : [stored]));
    const replaced = await replaceSet(collection, current, { ...current, segments });
    if (!replaced) return true;
    current = replaced;
    if (Clock.machineTime() >= until) return false;
  }
  const names = new Set(deltas.map(({ stored }) => stored.name));
  await replaceSet(collection, current, { ...current, segments: current.segments.filter(({ name }) => !names.has(name)) });
  return true;
}

/** Writes the rows of a range with the changes in it; undefined if there are none. */
async function joinRange(
  collection: Collection<BaseRecord>,
  segment: LoadedSegment,
  deltas: readonly LoadedSegment[],
  { from, to, segmentRows }: { from: string | undefined; to: string | undefined; segmentRows: number },
): Promise<StoredSegment[] | undefined> {
  const sources = [segment, ...deltas];
  const isInRange = (id: string): boolean => (from === undefined || id >= from) && (to === undefined || id < to);
  const rows = listSourceRows(sources, isInRange);
  if (segment.replaced === undefined && rows.length === segment.ids.length) return undefined;
  const columns = [...listKindColumns(collection), ...listStoredCustomColumns(sources)];
  const written: StoredSegment[] = [];
  // A segment that grew too large becomes several of the same size.
  const size = Math.ceil(rows.length / Math.max(1, Math.ceil(rows.length / segmentRows)));
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size);
    const stored: StoredSegment = { name: newName(), rows: part.length, isDelta: false, at: segment.stored.at };
    await writeSegment(collection.name, stored.name, await joinSegments(columns, sources, part));
    written.push(stored);
  }
  return written;
}

/** Replaces the set, and deletes segments that no process uses any more. Returns undefined if another worker was faster. */
async function replaceSet(
  collection: Collection<BaseRecord>,
  former: ColumnSet | undefined,
  content: Pick<ColumnSet, "digest" | "page" | "segments">,
): Promise<ColumnSet | undefined> {
  const built_at = Clock.now();
  const used = new Set(content.segments.map(({ name }) => name));
  const left = (former?.segments ?? []).filter(({ name }) => !used.has(name)).map(({ name }) => ({ name, since: built_at }));
  const isOver = ({ since }: { since: string }): boolean => Date.parse(since) < Clock.ms() - FORMER_MS;
  const over = (former?.former ?? []).filter(isOver);
  const kept = (former?.former ?? []).filter((segment) => !isOver(segment));
  const { digest, page, segments } = content;
  const next: ColumnSet = { digest, page, segments, former: [...kept, ...left], revision: newName(), built_at };
  if (!(await writeColumnSet(collection.name, next, former))) return undefined;
  for (const { name } of over) await deleteSegment(collection.name, name);
  forgetRows(collection.name);
  return next;
}
