import type { Ports } from "@crm/core/ports.ts";
import { deriveBatch } from "@crm/core/storage/derive.ts";
import "@crm/core/records.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";

/** The consumer of the table's stream, as Lambda calls it. */
export const streamHandler =
  (ports: Ports) =>
  (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
    deriveBatch(ports, event.Records);
