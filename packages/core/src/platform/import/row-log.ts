import { BatchWriteCommand, DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { pad } from "../../storage/table/collection.ts";
import { query, readItems, send, splitIntoChunks, tableName } from "../../storage/table/database.ts";
import type { Item, WriteStep } from "../../storage/table/item.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { jobKey } from "../../storage/write/job.ts";
import type { LearnedConventions } from "./convert.rules.ts";
import type { Options } from "./import.entity.ts";

/**
 * The row log of an import. Each transaction that writes rows also writes their entry, on condition that its worker holds the lease
 * (storage/write/job.ts). So each row is done once, even if workers are killed or called twice.
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
  /** The part that the row added to the record. */
  part?: string;
  /** Other records that the row created: `[id, version]`. */
  beside?: [string, number][];
  /** For an update: the former values by field, sealed. */
  replaced?: Sealed;
  /** The former values, as an earlier release stored them unsealed. */
  before?: Record<string, unknown>;
}

/** The progress of an import: the state of its job. */
export interface Progress {
  /** The next part, from 1; during a revert, the next row. */
  part: number;
  /** The number of parts of the file; during a revert, the number of parts that were imported. */
  parts: number;
  total_rows: number;
  counts: Counts;
  /** How the whole file writes dates and amounts; absent in jobs of an earlier release. */
  told?: LearnedConventions;
}

export const noCounts: Counts = { created: 0, updated: 0, skipped: 0, failed: 0 };

/** Returns the initial progress of a revert: at the first row, with the number of parts that may have refused rows. */
export const buildRevertProgress = (done: Progress | undefined): Progress => ({
  part: 1,
  parts: done ? Math.min(done.part, done.parts) : 0,
  total_rows: done?.total_rows ?? 0,
  counts: noCounts,
});

/** Returns the counts for the record, as far as the job has saved them. */
export const toCounts = (progress: Progress | undefined) => ({
  ...(progress?.counts ?? noCounts),
  total_rows: progress?.total_rows ?? null,
  processed: Object.values(progress?.counts ?? noCounts).reduce((sum, count) => sum + count, 0),
});

/**
 * Returns the options with how the file writes dates and amounts, as far as its cells told. A file with some of its rows, such as the corrected ones, then
 * reads them in the same way.
 */
export const completeOptions = (options: Options, progress: Progress | undefined): Options => ({ ...options, ...progress?.told });

const ROW_DIGITS = 9;
const entryKey = (id: string, row: number): Key => jobKey(id, `rows#${pad(row, ROW_DIGITS)}`);

/** Returns the write that logs what the rows of a transaction did. */
export const buildEntryStep = (id: string, done: readonly LoggedRow[]): WriteStep => ({
  action: { Put: { TableName: tableName(), Item: { ...entryKey(id, done[0]?.row ?? 0), rows: JSON.stringify(done) } } },
  rejection: () => new Error("A write without a condition was rejected"),
});

/** Returns what rows did, in order of row numbers, from one row to another; at most `limit` entries, each of several rows. */
export async function listEntries(id: string, from: number, to = 10 ** ROW_DIGITS - 1, limit?: number): Promise<LoggedRow[]> {
  const done: LoggedRow[] = [];
  let start: Item | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and sk between :from and :to",
      ExpressionAttributeValues: { ":pk": entryKey(id, from).pk, ":from": entryKey(id, from).sk, ":to": entryKey(id, to).sk },
      ConsistentRead: true,
      ExclusiveStartKey: start,
      ...(limit === undefined ? {} : { Limit: limit }),
    });
    for (const { rows } of page.Items ?? []) done.push(...(JSON.parse(String(rows)) as LoggedRow[]));
    start = limit === undefined ? page.LastEvaluatedKey : undefined;
  } while (start);
  return done;
}

const JOINED_PREFIX = "joined#";

/** The ids that the rows of a part created or matched; for an import whose records join a list. */
export interface JoinedPart extends Key {
  ids: string[];
}

export async function saveJoined(id: string, part: number, ids: readonly string[]): Promise<void> {
  const Item = { ...jobKey(id, JOINED_PREFIX + pad(part, ROW_DIGITS)), ids };
  await send(new PutCommand({ TableName: tableName(), Item }));
}

/** Returns the first stored part; undefined if there is none. */
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

/** Seals former values that an earlier release stored unsealed. */
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
          async ({ before, ...loggedRow }): Promise<LoggedRow> =>
            before ? { ...loggedRow, replaced: await sealed(before) } : loggedRow,
        ),
      );
      await send(new PutCommand({ TableName: tableName(), Item: { ...item, rows: JSON.stringify(rows) } }));
    }
    start = page.LastEvaluatedKey;
  } while (start);
}

const MADE_PREFIX = "made#";

/** A value of master data that the import added. */
export interface MadeValue extends Key {
  kind: string;
  id: string;
}

/** Builds the item that names a value that the import adds; written with the value. */
export const buildMadeItem = (importId: string, kind: string, id: string): Item & Key => ({
  ...jobKey(importId, MADE_PREFIX + id),
  kind,
  id,
});

/** Returns the first values that the import added and that are not settled. */
export async function listMadeValues(importId: string, limit: number): Promise<MadeValue[]> {
  const { pk } = jobKey(importId, MADE_PREFIX);
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and begins_with(sk, :made)",
    ExpressionAttributeValues: { ":pk": pk, ":made": MADE_PREFIX },
    ConsistentRead: true,
    Limit: limit,
  });
  return Items as MadeValue[];
}

export async function deleteMadeValue(importId: string, id: string): Promise<void> {
  await send(new DeleteCommand({ TableName: tableName(), Key: jobKey(importId, MADE_PREFIX + id) }));
}

const dryRunKey = (id: string, { pk, sk }: Key): Key => ({
  pk: tenantKey(useTenant(), "REHEARSAL", id, hashTexts(pk, sk)),
  sk: "item",
});

/** Returns what the earlier parts of a dry run would have written. */
export async function readDryRun(
  id: string,
  part: number,
  keys: readonly Key[],
): Promise<({ item: Item | undefined } | undefined)[]> {
  const storedItems = await readItems(
    keys.map((key) => dryRunKey(id, key)),
    { outsideBatch: true },
  );
  return storedItems.map((storedItem) =>
    storedItem && Number(storedItem.part) < part
      ? { item: storedItem.item === undefined ? undefined : (JSON.parse(String(storedItem.item)) as Item) }
      : undefined,
  );
}

/** Keeps for a day what a part of a dry run would have written. */
export async function saveDryRun(
  id: string,
  part: number,
  dryRunItems: readonly { key: Key; item: Item | undefined }[],
): Promise<void> {
  const ttl = Clock.toEpochSeconds(Clock.addSeconds(24 * 60 * 60));
  for (const chunk of splitIntoChunks(dryRunItems, dynamodbLimits.batchWrite)) {
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
