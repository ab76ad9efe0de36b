import { Clock } from "../kernel/clock.ts";
import type { Detail } from "../kernel/error.ts";
import { pad } from "../storage/table/collection.ts";
import { get, query, tableName } from "../storage/table/database.ts";
import type { Item, Step } from "../storage/table/item.ts";
import type { Key } from "../storage/table/key.ts";
import type { Sealed } from "../storage/vault/vault.ts";
import { Fenced, Job, type JobLease, jobKey } from "../storage/write/job.ts";

/**
 * What a bulk change knows of its rows, beside its progress and for 30 days: the ids that are meant, cut into parts, and what became
 * of each. What was done with a record stands in an entry of the transaction that did it; what was refused or had nothing to be done
 * is written with the progress of its part. So a row is done once, whatever is killed, and counted once.
 */

/** Rows of one part: as many as find room in one transaction with the progress. */
export const PART = 90;

/** Rows side by side. */
export const LANES = 8;

/** Seconds for which all of it is kept. */
const KEPT = 30 * 24 * 60 * 60;

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

export const none: Counts = { done: 0, failed: 0, skipped: 0 };
export const beginning: Progress = { after: null, gathered: false, parts: 0, part: 1, found: 0, counts: none };

/** The counts of a record, as far as the job is. */
export const countsOf = (progress: Progress | undefined): Counts & { found: number | null } => ({
  ...(progress?.counts ?? none),
  found: progress?.gathered ? progress.found : null,
});

/** The same now: with what is done of the part under way, which is not counted yet. */
export async function countsNow(id: string): Promise<Counts & { found: number | null }> {
  const progress = await Job.progress<Progress>(id);
  const { done, ...others } = countsOf(progress);
  return { ...others, done: done + (progress ? (await doneIn(id, progress.part)).size : 0) };
}

/** What became of a row. */
export interface Entry {
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
export interface Told {
  message: string | null;
  details: readonly Detail[];
  /** Values before, by the names of fields; left out where they were too long to be kept. */
  before?: Readonly<Record<string, unknown>>;
}

/** A row by its part, and its place there. */
export interface Place {
  part: number;
  at: number;
}

const PARTS = 7;
const ROWS = 2;
const ttl = (): number => Clock.epoch(Clock.after(KEPT));

/** Where something stands in the order of entries: what failed comes first, and what was done last. */
const order: Readonly<Record<Outcome, string>> = { failed: "1", skipped: "2", done: "3" };

/** What the keys of entries begin with: of all, of one outcome, of one part of it. */
export const prefixOf = (outcome?: Outcome, part?: number): string =>
  `rows#${outcome === undefined ? "" : `${order[outcome]}#${part === undefined ? "" : `${pad(part, PARTS)}#`}`}`;

const entryKey = (id: string, { part, at }: Place, outcome: Outcome): Key =>
  jobKey(id, `${prefixOf(outcome, part)}${pad(at, ROWS)}`);

/** The step that says what became of a row. */
export const entryStep = (id: string, place: Place, { outcome, ...entry }: Entry): Step =>
  putStep({ ...entryKey(id, place, outcome), entry: JSON.stringify(entry), ttl: ttl() });

const putStep = (item: Item): Step => ({
  action: { Put: { TableName: tableName(), Item: item } },
  refused: () => new Error("It has no condition"),
});

/** An entry as it was read, with its place. */
export interface Kept extends Entry {
  key: string;
  place: Place;
}

/** Entries whose keys begin so, behind a key, in their order; at most `most`. */
export async function entries(id: string, prefix: string, after: string | undefined, most: number): Promise<Kept[]> {
  const found: Kept[] = [];
  let start: Item | undefined = after === undefined ? undefined : { ...jobKey(id, after) };
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": jobKey(id, "").pk, ":prefix": prefix },
      ConsistentRead: true,
      ExclusiveStartKey: start,
      Limit: most - found.length,
    });
    found.push(...(page.Items ?? []).map(keptOf));
    start = page.LastEvaluatedKey;
  } while (start && found.length < most);
  return found;
}

function keptOf({ sk, entry }: Item): Kept {
  const key = String(sk);
  const [, ordinal, part, at] = key.split("#");
  const outcome = outcomes.find((each) => order[each] === ordinal) as Outcome;
  return {
    ...(JSON.parse(String(entry)) as Omit<Entry, "outcome">),
    ...{ outcome, key, place: { part: Number(part), at: Number(at) } },
  };
}

/** What was done in a part, by its places. */
export async function doneIn(id: string, part: number): Promise<ReadonlyMap<number, Kept>> {
  const all = await entries(id, prefixOf("done", part), undefined, PART);
  return new Map(all.map((entry) => [entry.place.at, entry]));
}

const idsKey = (id: string, part: number): Key => jobKey(id, `ids#${pad(part, PARTS)}`);

/** The steps that write down ids as parts, from `first` on. */
export const idsSteps = (id: string, first: number, parts: readonly (readonly string[])[]): Step[] =>
  parts.map((ids, at) => putStep({ ...idsKey(id, first + at), ids: JSON.stringify(ids), ttl: ttl() }));

export async function idsOf(id: string, part: number): Promise<readonly string[]> {
  const item = await get(idsKey(id, part));
  if (!item) throw new Error(`Part ${part} of ${id} has gone`);
  return JSON.parse(String(item.ids)) as string[];
}

/** What was asked for, sealed: the key of it is that of all entries. */
const askedKey = (id: string): Key => jobKey(id, "asked");

export const askedStep = (id: string, sealed: Sealed): Step =>
  putStep({ ...askedKey(id), sealed: JSON.stringify(sealed), ttl: ttl() });

export async function askedOf(id: string): Promise<Sealed> {
  const item = await get(askedKey(id));
  if (!item) throw new Error(`What ${id} was asked for has gone`);
  return JSON.parse(String(item.sealed)) as Sealed;
}

const gateKey = (id: string, lane: number): Key => jobKey(id, `gate#${lane}`);

/**
 * The gates of a job, one for each row side by side: they are this worker's from now on. A row goes through its gate in its own
 * transaction, so whoever is overtaken, or cancelled, writes nothing more.
 */
export const gatesSteps = (id: string, worker: string): Step[] =>
  Array.from({ length: LANES }, (_, lane) => putStep({ ...gateKey(id, lane), worker, ttl: ttl() }));

export const gateStep = (id: string, lane: number, { worker }: Pick<JobLease<unknown>, "worker">): Step => ({
  action: {
    ConditionCheck: {
      TableName: tableName(),
      Key: gateKey(id, lane),
      ConditionExpression: "worker = :me",
      ExpressionAttributeValues: { ":me": worker },
    },
  },
  refused: () => new Fenced("Another worker was called, or it was cancelled"),
});

export * as Ledger from "./ledger.ts";
