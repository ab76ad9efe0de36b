import { setTimeout as sleep } from "node:timers/promises";
import type { Files, Log } from "@crm/core/kernel/ports.ts";
import { deadLetterKey } from "@crm/core/storage/stream/dead-letter.ts";
import { DEAD_LETTER_PREFIX } from "@crm/functions/stream/index.ts";
import { type RedriveOptions, type RedriveResult, redrive } from "@crm/functions/stream/redrive.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { RequestActivity } from "./server/request-activity.ts";
import type { State } from "./store/state.ts";

/** The table's stream: records after a position, in order. */
export interface StreamSource {
  /** Reads up to `limit` records after a position. `position` is that of the last record examined. */
  read(after: string, limit: number): Promise<{ records: readonly DynamoDBRecord[]; position: string }>;
  /** Removes records that were read up to `position` and are older than a day. */
  trim(position: string): Promise<void>;
  close(): void;
}

export interface Consumer {
  /** Processes the stream by itself from now on. */
  start(): void;
  /** Processes all records in the stream. Returns whether there were any. */
  settle(): Promise<boolean>;
  /** Processes dead letters again. Those that succeed are removed. */
  redrive(): Promise<RedriveResult>;
  stop(): Promise<void>;
}

interface ConsumerOptions {
  source: StreamSource;
  state: State;
  files: Files;
  log: Log;
  /** Stores a record that it cannot process as a dead letter. */
  handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  /** Reports a record that it cannot process as failed. */
  redriveHandler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  /** The consumer pauses while requests are active. */
  requests: RequestActivity;
  /** Reads the item of a stream record as it is now. */
  present?: RedriveOptions["present"];
}

const BATCH_SIZE = 100;
/** Records in a batch while a request is active: the request waits for a whole batch, because both share the process. */
const BUSY_BATCH_SIZE = 20;
const POLL_MS = 25;
/** Without a request for this long, the stream is polled less often. */
const AWAKE_MS = 2000;
const IDLE_POLL_MS = 250;
/** While requests arrive, records wait for a pause of this length, which makes batches larger. */
const REQUEST_PAUSE_MS = 40;
/** The longest such wait. */
const MAX_LAG_MS = 1000;
const TRIM_INTERVAL_MS = 10 * 60 * 1000;

/** The longest pause before a retry, in milliseconds. */
const MAX_BACKOFF_MS = 5000;
/** Hours after which a failing record becomes a dead letter instead of being retried. The stream keeps records for 24 hours. */
const MAX_AGE_HOURS = 12;

const isOld = ({ dynamodb }: DynamoDBRecord): boolean =>
  Number(dynamodb?.ApproximateCreationDateTime ?? 0) < Date.now() / 1000 - MAX_AGE_HOURS * 3600;

/** The state key of the stream's position. */
const POSITION_KEY = "stream";

/**
 * Reads the stream as Lambda's event source mapping does: in order, in batches, retried from the first record that failed. A record that still fails
 * after MAX_AGE_HOURS is stored as a dead letter with its body, for a redrive, and the consumer goes on.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { source, state, files, log, handler, redriveHandler, requests, present } = options;
  let isStopped = false;
  let working: Promise<boolean> | undefined;
  let since = Date.now();
  let trimmed = 0;
  let loop: Promise<void> | undefined;

  /** Processes one read of the stream. Returns whether the position moved. */
  const work = async (): Promise<boolean> => {
    const { records, position } = await source.read(state.get(POSITION_KEY) ?? "0", BATCH_SIZE * 4);
    for (let offset = 0, size: number; offset < records.length; offset += size) {
      size = requests.isActive ? BUSY_BATCH_SIZE : BATCH_SIZE;
      await deliver(records.slice(offset, offset + size));
    }
    const hasMoved = position !== (state.get(POSITION_KEY) ?? "0");
    if (hasMoved) state.set(POSITION_KEY, position);
    return hasMoved;
  };

  const deliver = async (batch: readonly DynamoDBRecord[]): Promise<void> => {
    let rest = batch;
    for (let attempt = 1; rest.length > 0; attempt++) {
      if (isStopped) throw new Error("stopped");
      const failed = await firstFailed(rest);
      const from = failed === undefined ? -1 : rest.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed);
      if (from === -1) return;
      if (from > 0) attempt = 1;
      rest = rest.slice(from);
      if (isOld(rest[0] as DynamoDBRecord)) {
        await park(rest[0] as DynamoDBRecord);
        rest = rest.slice(1);
      } else await sleep(Math.min(MAX_BACKOFF_MS, 20 * 2 ** attempt));
    }
  };

  const firstFailed = async (records: readonly DynamoDBRecord[]): Promise<string | undefined> => {
    try {
      const { batchItemFailures } = await handler({ Records: [...records] });
      return batchItemFailures[0]?.itemIdentifier;
    } catch (error) {
      log.write("error", "The stream's consumer failed", { error: error instanceof Error ? (error.stack ?? "") : "" });
      return records[0]?.dynamodb?.SequenceNumber;
    }
  };

  const park = async (record: DynamoDBRecord): Promise<void> => {
    const key = deadLetterKey(DEAD_LETTER_PREFIX, record);
    await files.put(key, Buffer.from(JSON.stringify({ payload: { Records: [record] } })));
    log.write("error", "A stream record was parked: it could not be processed for twelve hours", { key });
  };

  const workOnce = (): Promise<boolean> => {
    working ??= work().finally(() => {
      working = undefined;
    });
    return working;
  };

  const goOn = async (): Promise<void> => {
    while (!isStopped) {
      if (requests.idleMs() < REQUEST_PAUSE_MS && Date.now() - since < MAX_LAG_MS) {
        await sleep(10);
        continue;
      }
      since = Date.now();
      let hasMoved = false;
      try {
        hasMoved = await workOnce();
        if (Date.now() - trimmed > TRIM_INTERVAL_MS) {
          trimmed = Date.now();
          await source.trim(state.get(POSITION_KEY) ?? "0");
        }
      } catch (error) {
        if (!isStopped)
          log.write("warn", "The stream could not be read or trimmed", { error: error instanceof Error ? error.message : "" });
        await sleep(100);
      }
      await sleep(hasMoved || requests.idleMs() < AWAKE_MS ? POLL_MS : IDLE_POLL_MS);
    }
  };

  return {
    start() {
      loop ??= goOn();
    },
    async settle() {
      let worked = false;
      while (await workOnce()) worked = true;
      return worked;
    },
    redrive: () => redrive({ files, prefix: DEAD_LETTER_PREFIX, handler: redriveHandler, log, ...(present ? { present } : {}) }),
    async stop() {
      isStopped = true;
      await loop;
      await working?.catch(() => undefined);
      source.close();
    },
  };
}
