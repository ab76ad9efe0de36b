import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTableCommand, DynamoDBClient, type DynamoDBClientConfig, type TableDescription } from "@aws-sdk/client-dynamodb";
import {
  type _Record,
  DescribeStreamCommand,
  type DescribeStreamCommandOutput,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandOutput,
} from "@aws-sdk/client-dynamodb-streams";
import { DynamoDBDocumentClient, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Log } from "@crm/core/kernel/ports.ts";
import { systemKey } from "@crm/core/storage/table/key.ts";
import { table } from "@crm/core/storage/table/table.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { Refusal } from "../store/state.ts";
import type { StreamSource } from "../stream-consumer.ts";
import type { TableConnection } from "./connection.ts";
import { ensureTable, isConnectionLost, TABLE_NAME } from "./dynamodb.ts";

/**
 * Connects to another DynamoDB-compatible server instead of the table engine (DYNAMODB_ENDPOINT): creates the table there if it is missing, and reads
 * its stream through the API. Each server has its own local state (the stream's position, events, mails, the secret).
 */
/** Returns the folder of the local state about a server, inside the data folder. */
export function serverStateFolder(data: string, endpoint: string): string {
  const name = `external-${parseEndpoint(endpoint).host.replace(/[^\w.-]/g, "-")}`;
  return data === "memory" ? data : join(data, name);
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new Refusal(`DYNAMODB_ENDPOINT must be a URL such as http://127.0.0.1:8000, but is ${endpoint}.`);
}

/** Matches the hosts of DynamoDB on AWS. */
const AWS_HOST = /\.amazonaws\.com(\.cn)?$/;

/**
 * Refuses a command on a table of AWS. A deployed system has its table under another name, and the command would create an empty one.
 */
export function refuseAws(endpoint: string | undefined, action: string): void {
  if (endpoint === undefined || !AWS_HOST.test(parseEndpoint(endpoint).hostname)) return;
  throw new Refusal(
    `DYNAMODB_ENDPOINT is ${endpoint}, but this command works on local stores only: for a system on AWS, invoke the operator's function with {"action":"${action}"} (docs/deploy.md).`,
  );
}

export async function connectExternal(endpoint: string, log: Log): Promise<TableConnection> {
  const { host } = parseEndpoint(endpoint);
  const config = configFor(endpoint, 8);
  const arn = await prepareTable(endpoint);
  const client = new DynamoDBClient(config);
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  // AWS serves streams at another address, and limits reads of a shard to five a second.
  const aws = /^dynamodb\.(.+\.amazonaws\.com.*)$/.exec(host)?.[1];
  const streams = new DynamoDBStreamsClient(aws ? { ...config, endpoint: `https://streams.dynamodb.${aws}` } : config);
  try {
    await streams.send(new DescribeStreamCommand({ StreamArn: arn }));
  } catch (error) {
    throw missingFeature(endpoint, "streams", error);
  }
  return {
    // A port sends any command; the client knows the types of its own.
    database: { table: TABLE_NAME, send: (command) => documents.send(command as never) },
    source: apiStream(streams as StreamsClient, { arn, log, pause: aws ? 250 : 0 }),
    close: async () => client.destroy(),
  };
}

const configFor = (endpoint: string, maxAttempts: number): DynamoDBClientConfig => ({
  endpoint,
  region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "local",
  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? "local",
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? "local",
    ...(process.env.AWS_SESSION_TOKEN ? { sessionToken: process.env.AWS_SESSION_TOKEN } : {}),
  },
  maxAttempts,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 30_000 },
});

/** Makes sure that the table exists as defined. Returns the ARN of its stream. */
async function prepareTable(endpoint: string): Promise<string> {
  const client = new DynamoDBClient(configFor(endpoint, 2));
  try {
    const { KeySchema, StreamSpecification, LatestStreamArn } = await waitForTable(client);
    const keys = KeySchema?.map(({ AttributeName }) => AttributeName).join(" ");
    if (keys !== `${table.partitionKey} ${table.sortKey}`) {
      throw new Refusal(
        `The table ${TABLE_NAME} at ${endpoint} does not belong to this system (its key is ${keys}): use another server or region.`,
      );
    }
    if (!LatestStreamArn || StreamSpecification?.StreamViewType !== table.streamViewType)
      throw missingFeature(endpoint, "streams");
    await tryTransaction(client).catch((error) => {
      throw isConnectionLost(error) ? error : missingFeature(endpoint, "transactions", error);
    });
    return LatestStreamArn;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const { name, message, code } = error as Error & { code?: string };
    if (isConnectionLost(error)) {
      throw new Refusal(
        `No DynamoDB-compatible server responds at ${endpoint} (${code ?? name}): start it, or unset DYNAMODB_ENDPOINT to use the table engine.`,
      );
    }
    throw new Refusal(
      `The server at ${endpoint} did not allow the table ${TABLE_NAME} to be created or read (${name}: ${message}): see its log.`,
    );
  } finally {
    client.destroy();
  }
}

/** Returns the table once it and its indexes are active. An index can only be created when the previous one is active. */
async function waitForTable(client: DynamoDBClient): Promise<TableDescription> {
  for (let elapsedMs = 0; ; elapsedMs += 200) {
    try {
      await ensureTable(client);
      const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE_NAME }));
      const isReady = (status: string | undefined): boolean => status === undefined || status === "ACTIVE";
      const all = [Table?.TableStatus, ...(Table?.GlobalSecondaryIndexes ?? []).map(({ IndexStatus }) => IndexStatus)];
      if (Table && all.every(isReady)) return Table;
    } catch (error) {
      const isBusy = ["ResourceInUseException", "LimitExceededException", "ResourceNotFoundException"].includes(
        (error as Error).name,
      );
      if (!isBusy || elapsedMs > 5 * 60_000) throw error;
    }
    await sleep(200);
  }
}

/** Detects a server without transactions at the start, not at the first signup. */
async function tryTransaction(client: DynamoDBClient): Promise<void> {
  const Item = { pk: systemKey("watermark", "engine"), sk: "identity", at: new Date().toISOString() };
  const TransactItems = [{ Put: { TableName: TABLE_NAME, Item } }];
  await DynamoDBDocumentClient.from(client).send(new TransactWriteCommand({ TransactItems }));
}

function missingFeature(endpoint: string, feature: "streams" | "transactions", cause?: unknown): Refusal {
  const why = cause instanceof Error ? ` (${cause.name})` : "";
  return new Refusal(
    feature === "streams"
      ? `The table ${TABLE_NAME} at ${endpoint} has no stream of new and old images${why}, which counters, search and audit require: enable it, or use a server that supports streams.`
      : `The server at ${endpoint} does not support transactions${why}, which every write requires: use another DynamoDB-compatible server.`,
  );
}

/** The part of the DynamoDB Streams client that is used. */
export interface StreamsClient {
  send(command: object): Promise<unknown>;
}

/** Position in each shard: after a sequence number, at its beginning (empty), or at its end. */
interface StreamPosition {
  stream: string;
  shards: Readonly<Record<string, string>>;
}

const SHARD_END = "end";
const LIST_INTERVAL_MS = 10_000;
const RECORD_KEY = /^(?:T#[^#]+#[PE]|S#RESET)#/;

/**
 * Returns a stream that is read through its API. Each shard has its own checkpoint and is read only once its parent has been read to the end or has
 * been dropped, so changes of one record arrive in order. The position contains the checkpoint of every listed shard; the consumer stores it once all
 * earlier records have been delivered.
 */
export function apiStream(
  streams: StreamsClient,
  { arn, log, pause = 0 }: { arn: string; log: Log; pause?: number },
): StreamSource {
  let parents: ReadonlyMap<string, string | undefined> | undefined;
  let listedAt = 0;
  /** The next iterator of each shard. It is valid only after the sequence number `at`, and must not be used before the time `from`. */
  const iterators = new Map<string, { at: string; iterator: string; from: number }>();

  /** Returns the parent of every shard. */
  const list = async (): Promise<Map<string, string | undefined>> => {
    const parentByShard = new Map<string, string | undefined>();
    let last: string | undefined;
    do {
      const command = new DescribeStreamCommand({ StreamArn: arn, ExclusiveStartShardId: last });
      const { StreamDescription } = (await streams.send(command)) as DescribeStreamCommandOutput;
      for (const { ShardId, ParentShardId } of StreamDescription?.Shards ?? []) parentByShard.set(String(ShardId), ParentShardId);
      last = StreamDescription?.LastEvaluatedShardId;
    } while (last);
    listedAt = Date.now();
    return parentByShard;
  };

  const iteratorBehind = async (ShardId: string, sequenceNumber: string): Promise<string> => {
    const from =
      sequenceNumber === ""
        ? { ShardIteratorType: "TRIM_HORIZON" as const }
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, SequenceNumber: sequenceNumber };
    const command = new GetShardIteratorCommand({ StreamArn: arn, ShardId, ...from });
    return String(((await streams.send(command)) as GetShardIteratorCommandOutput).ShardIterator);
  };

  const page = async (shard: string, sequenceNumber: string, limit: number): Promise<GetRecordsCommandOutput> => {
    const cachedIterator = iterators.get(shard);
    const ShardIterator =
      cachedIterator?.at === sequenceNumber ? cachedIterator.iterator : await iteratorBehind(shard, sequenceNumber);
    return (await streams.send(
      new GetRecordsCommand({ ShardIterator, Limit: Math.min(limit, 1000) }),
    )) as GetRecordsCommandOutput;
  };

  /** Reads a page of a shard. Gets a new iterator if the current one has expired, and starts at the oldest record if the next ones were dropped. */
  const read = async (
    shard: string,
    sequenceNumber: string,
    limit: number,
  ): Promise<{ records: readonly _Record[]; at: string }> => {
    const output = await page(shard, sequenceNumber, limit).catch((error: Error) => {
      iterators.delete(shard);
      if (error.name === "ExpiredIteratorException") return page(shard, sequenceNumber, limit);
      if (error.name !== "TrimmedDataAccessException") throw error;
      log.write("error", "The stream dropped changes before they were read: a recount repairs the counters", {
        shard,
        at: sequenceNumber,
      });
      return page(shard, "", limit);
    });
    const { Records: records = [], NextShardIterator: iterator } = output;
    const next = iterator ? (records.at(-1)?.dynamodb?.SequenceNumber ?? sequenceNumber) : SHARD_END;
    if (iterator) iterators.set(shard, { at: next, iterator, from: records.length > 0 ? 0 : Date.now() + pause });
    else iterators.delete(shard);
    return { records, at: next };
  };

  return {
    async read(after, limit) {
      const storedPosition = parsePosition(after);
      const shards = storedPosition.stream === arn ? storedPosition.shards : {};
      if (!parents?.size || Date.now() - listedAt > LIST_INTERVAL_MS) parents = await list();
      const next: Record<string, string> = {};
      const records: _Record[] = [];
      // A shard's parent comes before it.
      for (const [shard, parent] of sortByLineage(parents)) {
        const sequenceNumber = shards[shard] ?? "";
        if (sequenceNumber === SHARD_END) next[shard] = SHARD_END;
        else if (parent !== undefined && parents.has(parent) && next[parent] !== SHARD_END) continue;
        else if (records.length >= limit || (iterators.get(shard)?.from ?? 0) > Date.now()) next[shard] = sequenceNumber;
        else {
          const shardPage = await read(shard, sequenceNumber, limit - records.length);
          records.push(...shardPage.records);
          next[shard] = shardPage.at;
        }
      }
      for (const [shard, sequenceNumber] of Object.entries(shards)) {
        if (parents.has(shard) || sequenceNumber === SHARD_END) continue;
        log.write("error", "The stream dropped a shard before it was read to its end: a recount repairs the counters", {
          shard,
          at: sequenceNumber,
        });
      }
      // The children of a shard that has just ended may not be listed yet.
      if (Object.entries(next).some(([shard, sequenceNumber]) => sequenceNumber === SHARD_END && shards[shard] !== SHARD_END))
        parents = undefined;
      const position: StreamPosition = { stream: arn, shards: next };
      const tableRecords = records.filter(({ dynamodb }) => RECORD_KEY.test(dynamodb?.Keys?.pk?.S ?? ""));
      return { records: tableRecords.map(toLambdaRecord), position: JSON.stringify(position) };
    },
    trim: async () => undefined,
    close: () => (streams as { destroy?: () => void }).destroy?.(),
  };
}

function parsePosition(text: string): StreamPosition {
  return text.startsWith("{") ? (JSON.parse(text) as StreamPosition) : { stream: "", shards: {} };
}

/** Sorts shards after their parents. */
function sortByLineage(parents: ReadonlyMap<string, string | undefined>): [string, string | undefined][] {
  const depth = (shard: string): number => {
    const parent = parents.get(shard);
    return parent !== undefined && parents.has(parent) ? depth(parent) + 1 : 0;
  };
  return [...parents]
    .map((entry) => ({ entry, at: depth(entry[0]) }))
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}

/** Converts a record to Lambda's format. */
function toLambdaRecord({ dynamodb, ...record }: _Record): DynamoDBRecord {
  const { ApproximateCreationDateTime: createdAt, ...rest } = dynamodb ?? {};
  const seconds = createdAt ? { ApproximateCreationDateTime: Math.floor(createdAt.getTime() / 1000) } : {};
  return { ...record, dynamodb: { ...rest, ...seconds } } as DynamoDBRecord;
}
