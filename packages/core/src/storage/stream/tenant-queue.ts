import { hash } from "node:crypto";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Files, Ports } from "../../kernel/ports.ts";
import { isConditionFailed, queryAll, send, tableName, update } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, systemKey } from "../table/key.ts";
import { retryTransient } from "../write/transaction.ts";

/**
 * Stream records of a tenant that was set aside, because it would delay the others (docs/storage/stream.md). The records are objects in the
 * order of the stream. While the tenant has a mark, consumers append all of its records to the queue.
 *
 * A consumer first puts the object, then changes the revision of the mark, and only then acknowledges the batch. A drain removes the mark if
 * the queue is empty and the revision is that from before the queue was listed. So whenever a batch is delivered, each earlier record is
 * derived, or the mark is in the table.
 */
export const PREFIX = "tenant-queues/";

/** Ends the key of the first object after the tenant was set aside: the notification of the operator selects it. */
export const FIRST_SUFFIX = "-first.json";

const MARKS_PARTITION = systemKey("watermark", "tenant-queues");

export const queuePrefix = (tenant: string): string => `${PREFIX}${tenant}/`;
const markKey = (tenant: string): Key => ({ pk: MARKS_PARTITION, sk: tenant });

/** The state of a tenant that is set aside. */
export interface Mark {
  tenant: string;
  /** Changes with each object; undefined if a drain made the mark for an object without one. */
  revision: string | undefined;
  /** When the tenant was set aside. */
  since: string;
  /** When the oldest waiting record was written, in milliseconds of the machine's time. */
  oldest: number;
}

const parseMark = ({ sk, revision, since, oldest }: Item): Mark => ({
  tenant: String(sk),
  revision: revision === undefined ? undefined : String(revision),
  since: String(since ?? ""),
  oldest: Number(oldest ?? Clock.machineTime()),
});

const runWithMarks = <T>(ports: Ports, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(ports, undefined, "stream", ["watermark"]), work);

/** Returns the tenants that are set aside: one consistent read, of one unit unless there are many. */
export async function readMarks(ports: Ports): Promise<ReadonlyMap<string, Mark>> {
  const items = await runWithMarks(ports, () => queryAll(MARKS_PARTITION));
  return new Map(items.map(parseMark).map((mark) => [mark.tenant, mark]));
}

/** Returns by how many seconds the queue of a tenant is behind; 0 if the tenant is not set aside. Needs the keyspace `watermark`. */
export async function readLag(tenant: string): Promise<number> {
  const [item] = await queryAll(MARKS_PARTITION, { prefix: tenant, consistent: false });
  return item ? Math.max(0, (Clock.machineTime() - parseMark(item).oldest) / 1000) : 0;
}

/** When a record was written, in milliseconds of the machine's time. */
export const writeTime = ({ dynamodb }: DynamoDBRecord): number => Number(dynamodb?.ApproximateCreationDateTime ?? 0) * 1000;

const sequenceNumber = ({ dynamodb }: DynamoDBRecord): string => (dynamodb?.SequenceNumber ?? "").padStart(40, "0");

/** The content of an object of a queue. */
interface QueuedBatch {
  /** The prefix under which a record that fails by itself is stored as a dead letter. */
  dead_letter_prefix: string;
  payload: { Records: readonly DynamoDBRecord[] };
}

/**
 * Appends a batch's records of a tenant, in their order. The key depends on the content, so a repeat with other records never overwrites an
 * object that a drain is about to delete. A repeated record is derived twice, which has no further effect.
 */
export async function append(
  ports: Ports,
  tenant: string,
  records: readonly DynamoDBRecord[],
  { deadLetterPrefix, isMarked }: { deadLetterPrefix: string; isMarked: boolean },
): Promise<void> {
  const batch: QueuedBatch = { dead_letter_prefix: deadLetterPrefix, payload: { Records: records } };
  const body = JSON.stringify(batch);
  const first = records[0] as DynamoDBRecord;
  const name = `${sequenceNumber(first)}-${hash("sha256", body, "base64url").slice(0, 12)}`;
  await ports.files.put(`${queuePrefix(tenant)}${name}${isMarked ? ".json" : FIRST_SUFFIX}`, Buffer.from(body));
  await runWithMarks(ports, () =>
    retryTransient(() =>
      update({
        Key: markKey(tenant),
        UpdateExpression: "SET revision = :revision, since = if_not_exists(since, :now), oldest = if_not_exists(oldest, :oldest)",
        ExpressionAttributeValues: { ":revision": crypto.randomUUID(), ":now": Clock.now(), ":oldest": writeTime(first) },
      }),
    ),
  );
}

/** Seconds of a drain's lease. It only spares double work: two drains of one tenant would derive the same records in the same order. */
const LEASE_SECONDS = 120;

/** Leases a tenant's queue, or renews the lease of the worker. Returns undefined if another drain has it. */
export async function lease(ports: Ports, tenant: string, worker: string, oldest?: number): Promise<Mark | undefined> {
  try {
    const { Attributes } = await runWithMarks(ports, () =>
      update({
        Key: markKey(tenant),
        UpdateExpression: `SET worker = :me, leased_until = :leased_until, since = if_not_exists(since, :now)${oldest === undefined ? "" : ", oldest = :oldest"}`,
        ConditionExpression:
          "attribute_not_exists(leased_until) OR worker = :me OR leased_until <= :now OR leased_until > :future",
        ExpressionAttributeValues: {
          ":me": worker,
          ":leased_until": Clock.addSeconds(LEASE_SECONDS),
          ":now": Clock.now(),
          // A lease that ends later than this was made before the clock was set back.
          ":future": Clock.addSeconds(2 * LEASE_SECONDS),
          ...(oldest === undefined ? {} : { ":oldest": oldest }),
        },
        ReturnValues: "ALL_NEW",
      }),
    );
    return parseMark(Attributes as Item);
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}

/** Ends the lease before its time. */
export const release = (ports: Ports, tenant: string, worker: string): Promise<void> =>
  runWithMarks(ports, async () => {
    try {
      await update({
        Key: markKey(tenant),
        UpdateExpression: "REMOVE worker, leased_until",
        ConditionExpression: "worker = :me",
        ExpressionAttributeValues: { ":me": worker },
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  });

/** Removes the mark. Returns false if an object was appended since the mark was read. */
export const removeMark = (ports: Ports, { tenant, revision }: Mark): Promise<boolean> =>
  runWithMarks(ports, async () => {
    try {
      await send(
        new DeleteCommand({
          TableName: tableName(),
          Key: markKey(tenant),
          ConditionExpression: revision === undefined ? "attribute_not_exists(revision)" : "revision = :revision",
          ...(revision === undefined ? {} : { ExpressionAttributeValues: { ":revision": revision } }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  });

const parseQueuedBatch = (body: Uint8Array): QueuedBatch => JSON.parse(Buffer.from(body).toString()) as QueuedBatch;

/** The front of a queue: whole objects, and their records in the order of the stream, each once. */
export interface QueueFront {
  keys: readonly string[];
  records: readonly DynamoDBRecord[];
  deadLetterPrefix: string;
}

export async function readFront(files: Files, tenant: string, maxRecords: number): Promise<QueueFront> {
  const keys: string[] = [];
  const bySequence = new Map<string, DynamoDBRecord>();
  let deadLetterPrefix = "";
  for (const key of await files.list(queuePrefix(tenant))) {
    if (bySequence.size >= maxRecords) break;
    const body = await files.get(key);
    // Another drain deleted it meanwhile.
    if (!body) continue;
    const batch = parseQueuedBatch(body);
    deadLetterPrefix = batch.dead_letter_prefix;
    for (const record of batch.payload.Records) bySequence.set(sequenceNumber(record), record);
    keys.push(key);
  }
  const records = [...bySequence].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
  return { keys, records, deadLetterPrefix };
}

/** Lists the tenants that have objects, with or without a mark: one request, and one for each of them. */
export async function listQueues(files: Files): Promise<string[]> {
  const tenants: string[] = [];
  for (let after: string | undefined; ; ) {
    const [key] = await files.list(PREFIX, after);
    if (key === undefined) return tenants;
    const tenant = key.slice(PREFIX.length).split("/")[0] ?? "";
    tenants.push(tenant);
    // Sorts behind every key of the tenant.
    after = `${PREFIX}${tenant}/~`;
  }
}

export * as TenantQueue from "./tenant-queue.ts";
