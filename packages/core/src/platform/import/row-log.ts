import { BatchWriteCommand, DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { pad } from "../../storage/table/collection.ts";
import { getAll, query, send, splitIntoChunks, tableName } from "../../storage/table/database.ts";
import type { Item, WriteStep } from "../../storage/table/item.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { jobKey } from "../../storage/write/job.ts";
import type { LearnedConventions } from "./convert.rules.ts";

/**
 * What the rows of an import have done. Each transaction of rows carries its entry, and holds only while its worker is the
 * one that was called last (storage/write/job.ts): so a row is done once, whatever is killed, and whoever is called twice.
 */
export const outcomes = ["created", "updated", "skipped", "failed"] as const;
export type Outcome = (typeof outcomes)[number];
export type Counts = Record<Outcome, number>;

/** What a row did. */
export interface LoggedRow {
  row: number;
  outcome: "created" | "updated";
  id: string;
  version: number;
  /** Records that came to be beside it: `[id, version]`. */
  beside?: [string, number][];
  /** Of an update: the values before, by field, sealed. */
  replaced?: Sealed;
  /** The same as a release before kept it. */
  before?: Record<string, unknown>;
}

/** How far an import is: the state of its job. */
export interface Progress {
  /** The part that comes next, from 1; of a revert, the row. */
  part: number;
  /** Parts that the file was cut into; of a revert, those that were brought in. */
  parts: number;
  total_rows: number;
  counts: Counts;
  /** How the whole file writes dates and amounts; absent where an earlier release has read it. */
  told?: LearnedConventions;
}

export const noCounts: Counts = { created: 0, updated: 0, skipped: 0, failed: 0 };

/** Where a revert begins: at the first row, knowing of how many parts there may be refused rows. */
export const buildRevertProgress = (done: Progress | undefined): Progress => ({
  part: 1,
  parts: done ? Math.min(done.part, done.parts) : 0,
  total_rows: done?.total_rows ?? 0,
  counts: noCounts,
});

/** The counts of a record, as far as the job is. */
export const toCounts = (progress: Progress | undefined) => ({
  ...(progress?.counts ?? noCounts),
  total_rows: progress?.total_rows ?? null,
  processed: Object.values(progress?.counts ?? noCounts).reduce((sum, count) => sum + count, 0),
});

const ROW_DIGITS = 9;
const entryKey = (id: string, row: number): Key => jobKey(id, `rows#${pad(row, ROW_DIGITS)}`);

/** The step that says what the rows of a transaction did. */
export const buildEntryStep = (id: string, done: readonly LoggedRow[]): WriteStep => ({
  action: { Put: { TableName: tableName(), Item: { ...entryKey(id, done[0]?.row ?? 0), rows: JSON.stringify(done) } } },
  rejection: () => new Error("An entry has no condition"),
});

/** What rows have done, from one on up to another, in their order; at most `most` entries, each of some rows. */
export async function listEntries(id: string, from: number, to = 10 ** ROW_DIGITS - 1, most?: number): Promise<LoggedRow[]> {
  const done: LoggedRow[] = [];
  let start: Item | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and sk between :from and :to",
      ExpressionAttributeValues: { ":pk": entryKey(id, from).pk, ":from": entryKey(id, from).sk, ":to": entryKey(id, to).sk },
      ConsistentRead: true,
      ExclusiveStartKey: start,
      ...(most === undefined ? {} : { Limit: most }),
    });
    for (const { rows } of page.Items ?? []) done.push(...(JSON.parse(String(rows)) as LoggedRow[]));
    start = most === undefined ? page.LastEvaluatedKey : undefined;
  } while (start);
  return done;
}

const JOINED_PREFIX = "joined#";

/** What the rows of a part made or found, of an import whose records join a list. */
export interface JoinedPart extends Key {
  ids: string[];
}

export async function saveJoined(id: string, part: number, ids: readonly string[]): Promise<void> {
  const Item = { ...jobKey(id, JOINED_PREFIX + pad(part, ROW_DIGITS)), ids };
  await send(new PutCommand({ TableName: tableName(), Item }));
}

/** Of the first part that was kept; undefined when there is none. */
export async function findJoined(id: string): Promise<JoinedPart | undefined> {
  const { pk } = jobKey(id, JOINED_PREFIX);
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and begins_with(sk, :joined)",
    ExpressionAttributeValues: { ":pk": pk, ":joined": JOINED_PREFIX },
    ConsistentRead: true,
    Limit: 1,
  });
  return Items[0] as JoinedPart | undefined;
}

export async function deleteJoined({ pk, sk }: Key): Promise<void> {
  await send(new DeleteCommand({ TableName: tableName(), Key: { pk, sk } }));
}

/** Seals what updates of a release before have replaced, where it lies open yet. */
export async function sealEntries(id: string, sealed: (before: Record<string, unknown>) => Promise<Sealed>): Promise<void> {
  let start: Item | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and begins_with(sk, :rows)",
      ExpressionAttributeValues: { ":pk": entryKey(id, 0).pk, ":rows": "rows#" },
      ConsistentRead: true,
      ExclusiveStartKey: start,
    });
    for (const item of page.Items ?? []) {
      const done = JSON.parse(String(item.rows)) as LoggedRow[];
      if (done.every(({ before }) => before === undefined)) continue;
      const rows = await Promise.all(
        done.map(
          async ({ before, ...each }): Promise<LoggedRow> => (before ? { ...each, replaced: await sealed(before) } : each),
        ),
      );
      await send(new PutCommand({ TableName: tableName(), Item: { ...item, rows: JSON.stringify(rows) } }));
    }
    start = page.LastEvaluatedKey;
  } while (start);
}

const dryRunKey = (id: string, { pk, sk }: Key): Key => ({
  pk: tenantKey(useTenant(), "REHEARSAL", id, hashTexts(pk, sk)),
  sk: "item",
});

/** What a rehearsal would have written in the parts before this one. */
export async function readDryRun(
  id: string,
  part: number,
  keys: readonly Key[],
): Promise<({ item: Item | undefined } | undefined)[]> {
  const kept = await getAll(
    keys.map((key) => dryRunKey(id, key)),
    { outsideBatch: true },
  );
  return kept.map((each) =>
    each && Number(each.part) < part
      ? { item: each.item === undefined ? undefined : (JSON.parse(String(each.item)) as Item) }
      : undefined,
  );
}

/** Keeps what a part of a rehearsal would have written, for a day. */
export async function saveDryRun(
  id: string,
  part: number,
  written: readonly { key: Key; item: Item | undefined }[],
): Promise<void> {
  const ttl = Clock.toEpochSeconds(Clock.addSeconds(24 * 60 * 60));
  for (const chunk of splitIntoChunks(written, dynamodbLimits.batchWrite)) {
    let puts: object[] = chunk.map(({ key, item }) => ({
      PutRequest: { Item: { ...dryRunKey(id, key), part, ttl, ...(item ? { item: JSON.stringify(item) } : {}) } },
    }));
    while (puts.length > 0) {
      const output = await send<{ UnprocessedItems?: Record<string, object[]> }>(
        new BatchWriteCommand({ RequestItems: { [tableName()]: puts } }),
      );
      puts = output.UnprocessedItems?.[tableName()] ?? [];
    }
  }
}

export * as RowLog from "./row-log.ts";
