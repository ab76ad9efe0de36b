import type { Files, Log } from "@crm/core/kernel/ports.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";

/** What Lambda, or the local runner, has parked: the event as it was, inside whatever tells of the failure. */
interface Parked {
  /** Lambda's manual shows a text here, its invocation records elsewhere an object: both are read. */
  payload: string | DynamoDBStreamEvent;
}

export interface Redriven {
  /** Parked documents of which every record was derived now; they are gone from the store. */
  redriven: number;
  /** Those that stay, for another time. */
  failed: number;
}

export interface Redriving {
  files: Files;
  /** Where the parked documents lie. */
  prefix: string;
  handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  log: Log;
}

/**
 * Feeds parked stream records through the stream's handler again, one by one, so that none waits for another. Each has
 * its effect once, however often it comes; so this may be stopped and run again at any time.
 */
export async function redrive({ files, prefix, handler, log }: Redriving): Promise<Redriven> {
  const result: Redriven = { redriven: 0, failed: 0 };
  let keys = await files.list(prefix);
  while (keys.length > 0) {
    for (const key of keys) {
      const body = await files.get(key);
      if (!body) continue;
      try {
        for (const record of recordsIn(body)) await derive(handler, record);
        await files.delete(key);
        result.redriven++;
      } catch (error) {
        log.write("error", "A parked record failed again", { key, error: error instanceof Error ? error.message : "" });
        result.failed++;
      }
    }
    keys = await files.list(prefix, keys.at(-1));
  }
  return result;
}

function recordsIn(body: Uint8Array): readonly DynamoDBRecord[] {
  const { payload } = JSON.parse(Buffer.from(body).toString()) as Parked;
  return (typeof payload === "string" ? (JSON.parse(payload) as DynamoDBStreamEvent) : payload).Records;
}

async function derive(handler: Redriving["handler"], record: DynamoDBRecord): Promise<void> {
  const { batchItemFailures } = await handler({ Records: [record] });
  if (batchItemFailures.length > 0) throw new Error(`Record ${record.dynamodb?.SequenceNumber} could not be derived`);
}
