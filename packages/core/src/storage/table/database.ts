import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
  GetCommand,
  type GetCommandInput,
  type GetCommandOutput,
  PutCommand,
  type PutCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateCommand,
  type UpdateCommandInput,
  type UpdateCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useActor, useContext, usePorts } from "../../kernel/context.ts";
import type { Scope } from "../../kernel/scope.ts";
import { fillArchived } from "./archived-record.ts";
import type { Item } from "./item.ts";
import type { Key } from "./key.ts";
import { requireScope } from "./scope-guard.ts";
import { dynamodbLimits } from "./table.ts";
import { useBatch } from "./transaction-batch.ts";

function useScope(): Scope {
  const { actor, keyspaces } = useContext();
  return { tenant: actor.type === "public" ? undefined : actor.tenant_id, keyspaces };
}

/** Sends a command under the scope of the actor. Every command of the system passes here, and therefore `requireScope`. */
export async function send<Output>(command: object): Promise<Output> {
  const scope = useScope();
  requireScope(command, scope);
  const { database } = usePorts();
  return retry(isTransactionConflict, async () => (await database.send(command, scope)) as Output);
}

/** Returns whether a write was refused because a transaction was writing the same item. The write was not applied. */
export const isTransactionConflict = (error: unknown): boolean => errorName(error) === "TransactionConflictException";

/** Maximum tries of a command that meets a transaction or a throttled table. */
export const MAX_ATTEMPTS = 12;
const MAX_BACKOFF_MS = 1000;

/** Returns the longest wait after a try: exponentially longer, up to a second. */
export const maxBackOffMs = (attempt: number): number => Math.min(MAX_BACKOFF_MS, 10 * 2 ** attempt);

/** Waits before the next try, with jitter. */
export const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * maxBackOffMs(attempt)));

/** Retries idempotent work while its error may be transient. `wait` waits after a failed attempt. */
export async function retry<T>(
  mayPass: (error: unknown) => boolean,
  work: () => Promise<T>,
  { wait = backOff, maxAttempts = MAX_ATTEMPTS }: { wait?: (attempt: number) => Promise<void>; maxAttempts?: number } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || attempt >= maxAttempts) throw error;
      await wait(attempt);
    }
  }
}

export const tableName = (): string => usePorts().database.table;

/** Reads an item; strongly consistent by default. In place of the stub of an archived record it returns the record. */
export async function readItem(key: Key, options: Partial<GetCommandInput> = {}): Promise<Item | undefined> {
  if (useBatch() && Object.keys(options).length === 0) return (await readItems([key]))[0];
  const output = await send<GetCommandOutput>(
    new GetCommand({ ConsistentRead: true, ...options, TableName: tableName(), Key: key }),
  );
  return (await fillArchived([output.Item]))[0];
}

const formatKey = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/**
 * Reads items in the order of the keys; undefined for items that do not exist. Reads up to 100 keys a request, with concurrent requests.
 * `outsideBatch` bypasses the read cache of the current batch. In place of stubs of archived records it returns the records, unless
 * `stubs` is set.
 */
export async function readItems(
  keys: readonly Key[],
  options: { consistent?: boolean; only?: string; outsideBatch?: boolean; stubs?: boolean } = {},
): Promise<(Item | undefined)[]> {
  const distinct = [...new Map(keys.map((key) => [formatKey(key), key])).values()];
  const itemByKey = new Map<string, Item>();
  const projection = options.only
    ? { ProjectionExpression: "pk, sk, #only, archived", ExpressionAttributeNames: { "#only": options.only } }
    : {};
  const batch = options.only === undefined && !options.outsideBatch && !options.stubs ? useBatch() : undefined;
  const missingKeys = distinct.filter((key) => {
    const cachedEntry = batch?.recall(key);
    if (cachedEntry?.item) itemByKey.set(formatKey(key), cachedEntry.item);
    return cachedEntry === undefined;
  });
  const fetch = async (keyChunk: readonly Key[]): Promise<void> => {
    const request = {
      Keys: keyChunk.map(({ pk, sk }) => ({ pk, sk })),
      ConsistentRead: options.consistent ?? true,
      ...projection,
    };
    const output = await send<BatchGetCommandOutput>(new BatchGetCommand({ RequestItems: { [tableName()]: request } }));
    const items: Item[] = output.Responses?.[tableName()] ?? [];
    for (const item of options.stubs ? items : await fillArchived(items)) itemByKey.set(formatKey(item as Item & Key), item);
    const rest = output.UnprocessedKeys?.[tableName()]?.Keys;
    if (rest?.length) await fetch(rest as Key[]);
  };
  await Promise.all(splitIntoChunks(missingKeys, dynamodbLimits.batchGet).map(fetch));
  if (batch && missingKeys.length > 0) {
    const items = await batch.remember(
      missingKeys,
      missingKeys.map((key) => itemByKey.get(formatKey(key))),
    );
    for (const [index, key] of missingKeys.entries()) {
      const item = items[index];
      if (item) itemByKey.set(formatKey(key), item);
      else itemByKey.delete(formatKey(key));
    }
  }
  return keys.map((key) => itemByKey.get(formatKey(key)));
}

export const query = (input: Omit<QueryCommandInput, "TableName">): Promise<QueryCommandOutput> =>
  send<QueryCommandOutput>(new QueryCommand({ ...input, TableName: tableName() }));

/** Reads all items of a partition that is small by design, such as the masters of a kind or the sessions of a user. */
export async function queryAll(pk: string, options: { prefix?: string; consistent?: boolean } = {}): Promise<Item[]> {
  const items: Item[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await query({
      KeyConditionExpression: options.prefix === undefined ? "pk = :pk" : "pk = :pk and begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": pk, ...(options.prefix === undefined ? {} : { ":prefix": options.prefix }) },
      ConsistentRead: options.consistent ?? true,
      ExclusiveStartKey: from,
    });
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}

/** Writes an item unconditionally. */
export const put = (item: Item): Promise<PutCommandOutput> => send(new PutCommand({ TableName: tableName(), Item: item }));

export const update = (input: Omit<UpdateCommandInput, "TableName">): Promise<UpdateCommandOutput> =>
  send<UpdateCommandOutput>(new UpdateCommand({ ...input, TableName: tableName() }));

/** An unconditional put or delete. */
export type BatchWrite = NonNullable<BatchWriteCommandInput["RequestItems"]>[string][number];

/** Concurrent requests of one call. */
const MAX_CONCURRENCY = 4;
const MAX_BATCH_ATTEMPTS = 10;

/** Puts and deletes items individually: after an error, some may be written. If two writes have the same key, the later one counts. */
export async function writeAll(writes: readonly BatchWrite[]): Promise<void> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const byKey = new Map(writes.map((write) => [formatKey((write.PutRequest?.Item ?? write.DeleteRequest?.Key) as Key), write]));
  await Promise.all(
    splitIntoChunks([...byKey.values()], dynamodbLimits.batchWrite).map((chunk) => limited(() => writeChunk(chunk))),
  );
}

async function writeChunk(writes: readonly BatchWrite[]): Promise<void> {
  let remainingWrites: BatchWrite[] = [...writes];
  for (let attempt = 1; remainingWrites.length > 0; attempt++) {
    const output = await send<BatchWriteCommandOutput>(
      new BatchWriteCommand({ RequestItems: { [tableName()]: remainingWrites } }),
    );
    remainingWrites = (output.UnprocessedItems?.[tableName()] ?? []) as BatchWrite[];
    if (remainingWrites.length === 0) return;
    if (attempt >= MAX_BATCH_ATTEMPTS)
      throw new UnprocessedWrites(`${remainingWrites.length} of ${writes.length} writes were not processed`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
  }
}

/** The table was throttled at every try. */
class UnprocessedWrites extends Error {
  override name = "ThrottlingException";
}

/** Returns the name of an AWS error, whichever client threw it. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : "");

export const isConditionFailed = (error: unknown): boolean => errorName(error) === "ConditionalCheckFailedException";

export function splitIntoChunks<T>(all: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let index = 0; index < all.length; index += size) chunks.push(all.slice(index, index + size));
  return chunks;
}

/** Returns the tenant for cache keys; empty for system work without a tenant. */
export const cacheTenant = (): string => {
  const actor = useActor();
  return actor.type === "public" ? "" : (actor.tenant_id ?? "");
};
