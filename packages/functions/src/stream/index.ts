import type { Ports } from "@crm/core/kernel/ports.ts";
import { Asked } from "@crm/core/sign-in/asked.ts";
import { noteLag } from "@crm/core/storage/jobs/pace.ts";
import { type Park, projectBatch } from "@crm/core/storage/project/projector.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";

/** Where what cannot be derived is parked, among the files. */
export const PARKED = "dead-letters/stream/";

/**
 * The consumer of the table's stream, as Lambda calls it: what follows from changes of records, and what people asked for before it
 * is known who they are. What cannot be derived is parked under a prefix, or comes again where there is none.
 */
export const streamHandler =
  (ports: Ports, prefix?: string) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    await noteLag(ports, Records);
    const changes: DynamoDBRecord[] = [];
    for (const record of Records) {
      const { Keys, NewImage, SequenceNumber = "" } = record.dynamodb ?? {};
      const asked = Asked.eventsOf(Keys, NewImage);
      if (!asked) changes.push(record);
      else if (asked.length > 0) {
        try {
          await ports.bus.publish(asked);
        } catch (error) {
          ports.log.write("error", "An event could not be published", { error: error instanceof Error ? error.message : "" });
          // What came before it is derived again, which does no harm.
          return { batchItemFailures: [{ itemIdentifier: Records[0]?.dynamodb?.SequenceNumber ?? SequenceNumber }] };
        }
      }
    }
    return changes.length > 0
      ? projectBatch(ports, changes, prefix === undefined ? undefined : parkedUnder(ports, prefix))
      : { batchItemFailures: [] };
  };

const parkedUnder =
  ({ files, log }: Ports, prefix: string): Park =>
  async (record) => {
    const key = parkedAs(prefix, record);
    await files.put(key, Buffer.from(JSON.stringify({ payload: { Records: [record] } })));
    log.write("error", "A stream record was parked", { key });
  };

/** Where a record is parked. */
export const parkedAs = (prefix: string, { dynamodb }: DynamoDBRecord): string =>
  `${prefix}${dynamodb?.SequenceNumber?.padStart(24, "0")}.json`;
