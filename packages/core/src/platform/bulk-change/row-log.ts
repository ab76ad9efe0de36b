import { Clock } from "../../kernel/clock.ts";
import type { ErrorDetail } from "../../kernel/error.ts";
import { pad } from "../../storage/table/collection.ts";
import { query, readItem, tableName } from "../../storage/table/database.ts";
import type { Item, WriteStep } from "../../storage/table/item.ts";
import type { Key } from "../../storage/table/key.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { Job, type JobLease, jobKey, LeaseLost } from "../../storage/write/job.ts";

/**
 * The row log of a bulk change, kept for 30 days beside its progress: the selected ids, cut into parts, and the result of each row. The transaction
 * that changes a record also writes the row's entry. Failed and skipped rows are written with the progress of their part. So each row is done once
 * and counted once, even if a worker is killed.
 */

/** Rows of one part: as many as fit into one transaction with the progress. */
export const PART_SIZE = 90;

/** Rows that are done concurrently. */
export const LANE_COUNT = 8;

/** Seconds for which the log is kept. */
const KEEP_SECONDS = 30 * 24 * 60 * 60;

export const outcomes = ["done", "failed", "skipped"] as const;
export type Outcome = (typeof outcomes)[number];
export type Counts = Record<Outcome, number>;

/** The progress of a bulk change: the state of its job. */
export interface Progress {
  /** The id at which the walk through the list stopped; null before its beginning and after its end. */
  after: string | null;
  /** Whether all selected ids are written. */
  gathered: boolean;
  /** The number of parts so far, and the next part, from 1. */
  parts: number;
  part: number;
  /** The number of rows so far. */
  found: number;
  counts: Counts;
}

export const noCounts: Counts = { done: 0, failed: 0, skipped: 0 };
export const initialProgress: Progress = { after: null, gathered: false, parts: 0, part: 1, found: 0, counts: noCounts };

/** Returns the counts for the record, as far as the job has saved them. */
export const toCounts = (progress: Progress | undefined): Counts & { found: number | null } => ({
  ...(progress?.counts ?? noCounts),
  found: progress?.gathered ? progress.found : null,
});

/** Returns the current counts, including the done rows of the part that is under way. */
export async function readCounts(id: string): Promise<Counts & { found: number | null }> {
  const progress = await Job.readProgress<Progress>(id);
  const { done, ...otherCounts } = toCounts(progress);
  return { ...otherCounts, done: done + (progress ? (await listLoggedRows(id, progress.part)).size : 0) };
}

/** The result of a row. */
export interface RowOutcome {
  id: string;
  outcome: Outcome;
  /** The HTTP status that a request for this record alone would get: 200, 404, 409, 422. */
  status: number;
  code: string | null;
  /** The version of the record after the change. */
  version: number | null;
  /** Marks of the values after the change, by field name. A mark tells whether the value is still the same; it does not contain the value. */
  left?: Readonly<Record<string, string>>;
  /** The sealed message and the values before; either may contain values that are sealed elsewhere. */
  sealed: Sealed | null;
}

/** The sealed part of an entry. */
export interface SealedOutcome {
  message: string | null;
  details: readonly ErrorDetail[];
  /** Values before the change, by field name; omitted if they were too long to keep. */
  before?: Readonly<Record<string, unknown>>;
}

/** A row's part, and its place in that part. */
export interface RowPlace {
  part: number;
  index: number;
}

const PART_DIGITS = 7;
const ROW_DIGITS = 2;
const computeTtl = (): number => Clock.toEpochSeconds(Clock.addSeconds(KEEP_SECONDS));

/** The order of entries by outcome: failed rows first, done rows last. */
const outcomeOrder: Readonly<Record<Outcome, string>> = { failed: "1", skipped: "2", done: "3" };

/** Returns the key prefix of all entries, of those with one outcome, or of those in one part. */
export const entryPrefix = (outcome?: Outcome, part?: number): string =>
  `rows#${outcome === undefined ? "" : `${outcomeOrder[outcome]}#${part === undefined ? "" : `${pad(part, PART_DIGITS)}#`}`}`;

const entryKey = (id: string, { part, index }: RowPlace, outcome: Outcome): Key =>
  jobKey(id, `${entryPrefix(outcome, part)}${pad(index, ROW_DIGITS)}`);

/** Returns the write that stores the result of a row. */
export const buildEntryStep = (id: string, place: RowPlace, { outcome, ...entry }: RowOutcome): WriteStep =>
  buildPutStep({ ...entryKey(id, place, outcome), entry: JSON.stringify(entry), ttl: computeTtl() });

const buildPutStep = (item: Item): WriteStep => ({
  action: { Put: { TableName: tableName(), Item: item } },
  rejection: () => new Error("A write without a condition was rejected"),
});

/** An entry as it was read, with its place. */
export interface LoggedRow extends RowOutcome {
  key: string;
  place: RowPlace;
}

/** Returns at most `limit` entries with a key prefix, in key order, after a key. */
export async function listEntries(id: string, prefix: string, after: string | undefined, limit: number): Promise<LoggedRow[]> {
  const loggedRows: LoggedRow[] = [];
  let start: Item | undefined = after === undefined ? undefined : { ...jobKey(id, after) };
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": jobKey(id, "").pk, ":prefix": prefix },
      ConsistentRead: true,
      ExclusiveStartKey: start,
      Limit: limit - loggedRows.length,
    });
    loggedRows.push(...(page.Items ?? []).map(parseEntry));
    start = page.LastEvaluatedKey;
  } while (start && loggedRows.length < limit);
  return loggedRows;
}

function parseEntry({ sk, entry }: Item): LoggedRow {
  const key = String(sk);
  const [, ordinal, part, index] = key.split("#");
  const outcome = outcomes.find((each) => outcomeOrder[each] === ordinal) as Outcome;
  return {
    ...(JSON.parse(String(entry)) as Omit<RowOutcome, "outcome">),
    ...{ outcome, key, place: { part: Number(part), index: Number(index) } },
  };
}

/** Returns the done rows of a part, by place. */
export async function listLoggedRows(id: string, part: number): Promise<ReadonlyMap<number, LoggedRow>> {
  const all = await listEntries(id, entryPrefix("done", part), undefined, PART_SIZE);
  return new Map(all.map((entry) => [entry.place.index, entry]));
}

const idsKey = (id: string, part: number): Key => jobKey(id, `ids#${pad(part, PART_DIGITS)}`);

/** Returns the writes that store ids as parts, beginning with part `first`. */
export const buildIdsSteps = (id: string, first: number, parts: readonly (readonly string[])[]): WriteStep[] =>
  parts.map((ids, index) => buildPutStep({ ...idsKey(id, first + index), ids: JSON.stringify(ids), ttl: computeTtl() }));

export async function readIds(id: string, part: number): Promise<readonly string[]> {
  const item = await readItem(idsKey(id, part));
  if (!item) throw new Error(`Part ${part} of ${id} no longer exists`);
  return JSON.parse(String(item.ids)) as string[];
}

/** The item with the sealed plan. Its data key also seals all entries. */
const planKey = (id: string): Key => jobKey(id, "asked");

export const buildPlanStep = (id: string, sealed: Sealed): WriteStep =>
  buildPutStep({ ...planKey(id), sealed: JSON.stringify(sealed), ttl: computeTtl() });

export async function readPlan(id: string): Promise<Sealed> {
  const item = await readItem(planKey(id));
  if (!item) throw new Error(`The plan of ${id} no longer exists`);
  return JSON.parse(String(item.sealed)) as Sealed;
}

const fenceKey = (id: string, lane: number): Key => jobKey(id, `gate#${lane}`);

/**
 * Returns the writes that put the lane locks of a job in the worker's name, one lock for each lane. The transaction of each row checks its lane's
 * lock, so a worker that lost its lease, or whose job was cancelled, writes nothing more.
 */
export const buildLockSteps = (id: string, worker: string): WriteStep[] =>
  Array.from({ length: LANE_COUNT }, (_, lane) => buildPutStep({ ...fenceKey(id, lane), worker, ttl: computeTtl() }));

export const buildLockCheck = (id: string, lane: number, { worker }: Pick<JobLease<unknown>, "worker">): WriteStep => ({
  action: {
    ConditionCheck: {
      TableName: tableName(),
      Key: fenceKey(id, lane),
      ConditionExpression: "worker = :me",
      ExpressionAttributeValues: { ":me": worker },
    },
  },
  rejection: () => new LeaseLost("Another worker was started, or the job was cancelled"),
});

export * as RowLog from "./row-log.ts";
