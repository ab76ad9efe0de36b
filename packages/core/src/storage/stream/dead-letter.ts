import type { DynamoDBRecord } from "aws-lambda";
import type { Ports } from "../../kernel/ports.ts";
import type { DeadLetterWriter } from "./projector.ts";

/** Returns a function that stores records under a prefix of the files, each in an object of its own. */
export const createDeadLetterWriter =
  ({ files, log }: Ports, prefix: string): DeadLetterWriter =>
  async (record) => {
    const key = deadLetterKey(prefix, record);
    await files.put(key, Buffer.from(JSON.stringify({ payload: { Records: [record] } })));
    log.write("error", "A stream record was parked", { key });
  };

/** Returns the key under which a record is parked. */
export const deadLetterKey = (prefix: string, { dynamodb }: DynamoDBRecord): string =>
  `${prefix}${dynamodb?.SequenceNumber?.padStart(24, "0")}.json`;
