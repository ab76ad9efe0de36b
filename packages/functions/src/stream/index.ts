import type { Ports } from "@crm/core/kernel/ports.ts";
import { Asked } from "@crm/core/sign-in/asked.ts";
import { projectBatch } from "@crm/core/storage/project/projector.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";

/**
 * The consumer of the table's stream, as Lambda calls it: what follows from changes of records, and what people asked for before it
 * is known who they are.
 */
export const streamHandler =
  (ports: Ports) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
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
    return changes.length > 0 ? projectBatch(ports, changes) : { batchItemFailures: [] };
  };
