import { Clock } from "../../kernel/clock.ts";
import type { ErrorDetail } from "../../kernel/error.ts";
import { pad } from "../../storage/table/collection.ts";
import { get, query, tableName } from "../../storage/table/database.ts";
import type { Item, WriteStep } from "../../storage/table/item.ts";
import type { Key } from "../../storage/table/key.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { Job, type JobLease, jobKey, LeaseLost } from "../../storage/write/job.ts";

/**
 * What a bulk change knows of its rows, beside its progress and for 30 days: the ids that are meant, cut into parts, and what became
 * of each. What was done with a record stands in an entry of the transaction that did it; what was refused or had nothing to be done
 * is written with the progress of its part. So a row is done once, whatever is killed, and counted once.
 */

/** Rows of one part: as many as find room in one transaction with the progress. */
export const PART_SIZE = 90;

/** Rows side by side. */
export const LANE_COUNT = 8;

/** Seconds for which all of it is kept. */
const KEEP_SECONDS = 30 * 24 * 60 * 60;

export const outcomes = ["done", "failed", "skipped"] as const;
export type Outcome = (typeof outcomes)[number];
export type Counts = Record<Outcome, number>;

/** How far a bulk change is: the state of its job. */
export interface Progress {
  /** The id that the walk through the list is at; null before its beginning, and at its end. */
  after: string | null;
  /** Whether all that is meant is written down. */
  gathered: boolean;
  /** Parts so far, and the one that comes next, from 1. */
  parts: number;
  part: number;
  /** Rows so far. */
  found: number;
  counts: Counts;
}

export const noCounts: Counts = { done: 0, failed: 0, skipped: 0 };
export const initialProgress: Progress = { after: null, gathered: false, parts: 0, part: 1, found: 0, counts: noCounts };

/** The counts of a record, as far as the job is. */
export const toCounts = (progress: Progress | undefined): Counts & { found: number | null } => ({
  ...(progress?.counts ?? noCounts),
  found: progress?.gathered ? progress.found : null,
});

/** The same now: with what is done of the part under way, which is not counted yet. */
export async function readCounts(id: string): Promise<Counts & { found: number | null }> {
  const progress = await Job.readProgress<Progress>(id);
  const { done, ...others } = toCounts(progress);
  return { ...others, done: done + (progress ? (await listDone(id, progress.part)).size : 0) };
}

/** What became of a row. */
export interface RowOutcome {
  id: string;
  outcome: Outcome;
  /** As of a request of its own: 200, 404, 409, 422. */
  status: number;
  code: string | null;
  /** The version that it left. */
  version: number | null;
  /** What it was left with, by the names of fields: marks that tell whether it is so still, and no values. */
  left?: Readonly<Record<string, string>>;
  /** What is said of it, and what it had before, sealed: any of it may hold what is sealed elsewhere. */
  sealed: Sealed | null;
}

/** What is sealed of an entry. */
export interface SealedOutcome {
  message: string | null;
  details: readonly ErrorDetail[];
  /** Values before, by the names of fields; left out where they were too long to be kept. */
  before?: Readonly<Record<string, unknown>>;
}

/** A row by its part, and its place there. */
export interface RowPlace {
  part: number;
  at: number;
}

const PART_DIGITS = 7;
const ROW_DIGITS = 2;
const computeTtl = (): number => Clock.toEpochSeconds(Clock.addSeconds(KEEP_SECONDS));

/** Where something stands in the order of entries: what failed comes first, and what was done last. */
const outcomeOrder: Readonly<Record<Outcome, string>> = { failed: "1", skipped: "2", done: "3" };

/** What the keys of entries begin with: of all, of one outcome, of one part of it. */
export const entryPrefix = (outcome?: Outcome, part?: number): string =>
  `rows#${outcome === undefined ? "" : `${outcomeOrder[outcome]}#${part === undefined ? "" : `${pad(part, PART_DIGITS)}#`}`}`;

const entryKey = (id: string, { part, at }: RowPlace, outcome: Outcome): Key =>
  jobKey(id, `${entryPrefix(outcome, part)}${pad(at, ROW_DIGITS)}`);

/** The step that says what became of a row. */
export const buildEntryStep = (id: string, place: RowPlace, { outcome, ...entry }: RowOutcome): WriteStep =>
  buildPutStep({ ...entryKey(id, place, outcome), entry: JSON.stringify(entry), ttl: computeTtl() });

const buildPutStep = (item: Item): WriteStep => ({
  action: { Put: { TableName: tableName(), Item: item } },
  rejection: () => new Error("It has no condition"),
});

/** An entry as it was read, with its place. */
export interface LoggedRow extends RowOutcome {
  key: string;
  place: RowPlace;
}

/** Entries whose keys begin so, behind a key, in their order; at most `most`. */
export async function listEntries(id: string, prefix: string, after: string | undefined, most: number): Promise<LoggedRow[]> {
  const found: LoggedRow[] = [];
  let start: Item | undefined = after === undefined ? undefined : { ...jobKey(id, after) };
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": jobKey(id, "").pk, ":prefix": prefix },
      ConsistentRead: true,
      ExclusiveStartKey: start,
      Limit: most - found.length,
    });
    found.push(...(page.Items ?? []).map(parseEntry));
    start = page.LastEvaluatedKey;
  } while (start && found.length < most);
  return found;
}

function parseEntry({ sk, entry }: Item): LoggedRow {
  const key = String(sk);
  const [, ordinal, part, at] = key.split("#");
  const outcome = outcomes.find((each) => outcomeOrder[each] === ordinal) as Outcome;
  return {
    ...(JSON.parse(String(entry)) as Omit<RowOutcome, "outcome">),
    ...{ outcome, key, place: { part: Number(part), at: Number(at) } },
  };
}

/** What was done in a part, by its places. */
export async function listDone(id: string, part: number): Promise<ReadonlyMap<number, LoggedRow>> {
  const all = await listEntries(id, entryPrefix("done", part), undefined, PART_SIZE);
  return new Map(all.map((entry) => [entry.place.at, entry]));
}

const idsKey = (id: string, part: number): Key => jobKey(id, `ids#${pad(part, PART_DIGITS)}`);

/** The steps that write down ids as parts, from `first` on. */
export const buildIdsSteps = (id: string, first: number, parts: readonly (readonly string[])[]): WriteStep[] =>
  parts.map((ids, at) => buildPutStep({ ...idsKey(id, first + at), ids: JSON.stringify(ids), ttl: computeTtl() }));

export async function readIds(id: string, part: number): Promise<readonly string[]> {
  const item = await get(idsKey(id, part));
  if (!item) throw new Error(`Part ${part} of ${id} has gone`);
  return JSON.parse(String(item.ids)) as string[];
}

/** What was asked for, sealed: the key of it is that of all entries. */
const planKey = (id: string): Key => jobKey(id, "asked");

export const buildPlanStep = (id: string, sealed: Sealed): WriteStep =>
  buildPutStep({ ...planKey(id), sealed: JSON.stringify(sealed), ttl: computeTtl() });

export async function readPlan(id: string): Promise<Sealed> {
  const item = await get(planKey(id));
  if (!item) throw new Error(`What ${id} was asked for has gone`);
  return JSON.parse(String(item.sealed)) as Sealed;
}

const fenceKey = (id: string, lane: number): Key => jobKey(id, `gate#${lane}`);

/**
 * The gates of a job, one for each row side by side: they are this worker's from now on. A row goes through its gate in its own
 * transaction, so whoever is overtaken, or cancelled, writes nothing more.
 */
export const buildFenceSteps = (id: string, worker: string): WriteStep[] =>
  Array.from({ length: LANE_COUNT }, (_, lane) => buildPutStep({ ...fenceKey(id, lane), worker, ttl: computeTtl() }));

export const buildFenceCheck = (id: string, lane: number, { worker }: Pick<JobLease<unknown>, "worker">): WriteStep => ({
  action: {
    ConditionCheck: {
      TableName: tableName(),
      Key: fenceKey(id, lane),
      ConditionExpression: "worker = :me",
      ExpressionAttributeValues: { ":me": worker },
    },
  },
  rejection: () => new LeaseLost("Another worker was called, or it was cancelled"),
});

export * as RowLog from "./row-log.ts";
