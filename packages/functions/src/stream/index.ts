import type { Ports } from "@crm/core/kernel/ports.ts";
import { projectBatch } from "@crm/core/storage/project/projector.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";

/** The consumer of the table's stream, as Lambda calls it. */
export const streamHandler =
  (ports: Ports) =>
  (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
    projectBatch(ports, event.Records);
