import { setTimeout as sleep } from "node:timers/promises";
import type { Files, Log } from "@crm/core/kernel/ports.ts";
import { DEAD_LETTER_PREFIX, deadLetterKey } from "@crm/functions/stream/index.ts";
import { type RedriveOptions, type RedriveResult, redrive } from "@crm/functions/stream/redrive.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { RequestActivity } from "./server/request-activity.ts";
import type { State } from "./store/state.ts";

/** The table's stream as the runner reads it: records behind a position, in order. */
export interface StreamSource {
  /** Up to `most` records behind `after`; the position behind the last one looked at. */
  read(after: string, most: number): Promise<{ records: readonly DynamoDBRecord[]; position: string }>;
  /** Drops what has been read up to `position` and is older than a day. */
  trim(position: string): Promise<void>;
  close(): void;
}

export interface Consumer {
  /** Goes on by itself from now on. */
  start(): void;
  /** Works off all that is in the stream now; whether there was anything. */
  settle(): Promise<boolean>;
  /** Feeds parked records through the handler again; those that work are gone from the store. */
  redrive(): Promise<RedriveResult>;
  stop(): Promise<void>;
}

export interface ConsumerOptions {
  source: StreamSource;
  state: State;
  files: Files;
  log: Log;
  /** Parks by itself what it cannot derive. */
  handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  /** Gives back what it cannot derive. */
  redriveHandler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  /** Requests go first, for a while. */
  requests: RequestActivity;
  /** Reads the item of a stream record as it is now. */
  present?: RedriveOptions["present"];
}

const BATCH_SIZE = 100;
/** Records at a time while a request is under way: it has to wait for what is worked out of them in one go. */
const BUSY_BATCH_SIZE = 20;
const POLL_MS = 25;
/** Where nothing was asked for a while, nothing is likely to change: looking seldom costs next to nothing. */
const AWAKE_MS = 2000;
const IDLE_POLL_MS = 250;
/** While requests come in, changes wait for a pause of this length, and so come in larger batches; */
const REQUEST_PAUSE_MS = 40;
/** but none waits longer than this. */
const MAX_LAG_MS = 1000;
const TRIM_INTERVAL_MS = 10 * 60 * 1000;

/** The longest pause before what failed comes again, in milliseconds. */
const MAX_BACKOFF_MS = 5000;
/** Hours after which a record is parked rather than tried again: the stream keeps 24. */
const MAX_AGE_HOURS = 12;

const isOld = ({ dynamodb }: DynamoDBRecord): boolean =>
  Number(dynamodb?.ApproximateCreationDateTime ?? 0) < Date.now() / 1000 - MAX_AGE_HOURS * 3600;

/** The state that a source's position is kept under. */
const POSITION_KEY = "stream";

/**
 * Reads the stream as Lambda's event source mapping does: in order, in batches, again and again from the first record that failed,
 * and past it when it is half a day old, when it is parked with its body where a redrive finds it.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { source, state, files, log, handler, redriveHandler: redriving, requests, present } = options;
  let stopped = false;
  let working: Promise<boolean> | undefined;
  let since = Date.now();
  let trimmed = 0;
  let loop: Promise<void> | undefined;

  /** One batch; whether there was anything. */
  const work = async (): Promise<boolean> => {
    const { records, position } = await source.read(state.get(POSITION_KEY) ?? "0", BATCH_SIZE * 4);
    for (let at = 0, size: number; at < records.length; at += size) {
      size = requests.isActive ? BUSY_BATCH_SIZE : BATCH_SIZE;
      await deliver(records.slice(at, at + size));
    }
    const moved = position !== (state.get(POSITION_KEY) ?? "0");
    if (moved) state.set(POSITION_KEY, position);
    return moved;
  };

  const deliver = async (batch: readonly DynamoDBRecord[]): Promise<void> => {
    let rest = batch;
    for (let attempt = 1; rest.length > 0; attempt++) {
      if (stopped) throw new Error("stopped");
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
    log.write("error", "A stream record was parked: nothing could be derived for twelve hours", { key });
  };

  const once = (): Promise<boolean> => {
    working ??= work().finally(() => {
      working = undefined;
    });
    return working;
  };

  const goOn = async (): Promise<void> => {
    while (!stopped) {
      if (requests.idleMs() < REQUEST_PAUSE_MS && Date.now() - since < MAX_LAG_MS) {
        await sleep(10);
        continue;
      }
      since = Date.now();
      let moved = false;
      try {
        moved = await once();
        if (Date.now() - trimmed > TRIM_INTERVAL_MS) {
          trimmed = Date.now();
          await source.trim(state.get(POSITION_KEY) ?? "0");
        }
      } catch (error) {
        if (!stopped)
          log.write("warn", "The stream could not be read or trimmed", { error: error instanceof Error ? error.message : "" });
        await sleep(100);
      }
      await sleep(moved || requests.idleMs() < AWAKE_MS ? POLL_MS : IDLE_POLL_MS);
    }
  };

  return {
    start() {
      loop ??= goOn();
    },
    async settle() {
      let worked = false;
      while (await once()) worked = true;
      return worked;
    },
    redrive: () => redrive({ files, prefix: DEAD_LETTER_PREFIX, handler: redriving, log, ...(present ? { present } : {}) }),
    async stop() {
      stopped = true;
      await loop;
      await working?.catch(() => undefined);
      source.close();
    },
  };
}
