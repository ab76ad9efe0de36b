import { Clock } from "@crm/core/kernel/clock.ts";
import type { DynamoDBRecord } from "aws-lambda";
import type { StreamSource } from "../stream-consumer.ts";
import type { Item } from "./attribute-value.ts";
import { MAX_EXPIRED, type TableEngine } from "./engine.ts";
import { serializeItem } from "./item-text.ts";
import type { StreamRecord, TableStorage } from "./storage.ts";

const DAY_SECONDS = 86_400;

/** Returns a table engine's stream. Positions are sequence numbers. Trimming it also removes expired items. */
export function tableStream(engine: TableEngine): StreamSource {
  return {
    async read(after, limit) {
      return readStream(engine.storage, after, limit);
    },
    async trim(position) {
      trimStream(engine, position, Clock.ms());
    },
    close: () => undefined,
  };
}

/**
 * Deletes records that were read up to a position and are older than a day, and removes items that have expired at `now`: milliseconds of the app's
 * clock, which also sets items' time to live.
 */
export function trimStream(engine: TableEngine, position: string, now: number): void {
  engine.storage.trimRecords(Number(position), Math.floor(Date.now() / 1000) - DAY_SECONDS);
  while (engine.removeExpired(now) === MAX_EXPIRED);
}

/** A page of the stream for the consumer: its relevant records, and the position of the last record examined. */
export interface StreamPage {
  readonly records: DynamoDBRecord[];
  readonly position: string;
}

/**
 * Pages of records that one read examines. Most records of a drain of queues are projections, which the consumer skips. With a page for each
 * read, the consumer would fall behind such a drain, and with it all tenants.
 */
const MAX_PAGES = 10;

/** Reads pages until a quarter of `limit` are relevant, or the stream ends. */
export function readStream(storage: TableStorage, after: string, limit: number): StreamPage {
  const relevant: DynamoDBRecord[] = [];
  let position = after;
  for (let pages = 0; pages < MAX_PAGES && relevant.length < limit / 4; pages++) {
    const examined = storage.records(Number(position), limit);
    const page = buildPage(examined, position);
    relevant.push(...page.records);
    position = page.position;
    if (examined.length < limit) break;
  }
  return { records: relevant, position };
}

/** Builds the page from all records that were read after a position. */
export const buildPage = (records: readonly StreamRecord[], after: string): StreamPage => ({
  records: records.filter(concernsConsumer).map(toLambdaRecord),
  position: String(records.at(-1)?.sequence ?? after),
});

/** Whether a record's key is of a tenant's record or a password reset. The consumer skips all others. */
const concernsConsumer = ({ pk }: StreamRecord): boolean => /^(?:T#[^#]+#[PE]|S#RESET)#/.test(pk);

/** Converts a record to Lambda's format. */
export function toLambdaRecord({ pk, sk, sequence, before, after, isExpiry, createdAt }: StreamRecord): DynamoDBRecord {
  return {
    ...{ eventID: String(sequence), eventVersion: "1.1", eventSource: "aws:dynamodb", awsRegion: "local" },
    eventName: before ? (after ? "MODIFY" : "REMOVE") : "INSERT",
    ...(isExpiry ? { userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" } } : {}),
    dynamodb: {
      ApproximateCreationDateTime: createdAt,
      Keys: { pk: { S: pk }, sk: { S: sk } },
      ...(after ? { NewImage: toJsonItem(after) } : {}),
      ...(before ? { OldImage: toJsonItem(before) } : {}),
      SequenceNumber: String(sequence),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}

/** Converts an image to Lambda's format, in which bytes are base64. */
const toJsonItem = (item: Item): Record<string, never> => JSON.parse(serializeItem(item)) as Record<string, never>;
