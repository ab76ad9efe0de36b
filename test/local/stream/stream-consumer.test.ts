import { createConsumer, type StreamSource } from "@crm/local/stream-consumer.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { expect, it } from "vitest";
import { partOf } from "../../support/part-of.ts";

/** The local consumer of the stream, with a source in memory. */

const HOUR_SECONDS = 60 * 60;

const buildRecord = (number: number, ageHours: number): DynamoDBRecord => ({
  eventName: "MODIFY",
  dynamodb: {
    SequenceNumber: String(number),
    ApproximateCreationDateTime: Date.now() / 1000 - ageHours * HOUR_SECONDS,
    Keys: { pk: { S: "T#ten_1" }, sk: { S: `R#${number}` } },
  },
});

it("parks a record that fails for twelve hours with its content, retries a younger one, and goes on", async () => {
  const records = [buildRecord(1, 1), buildRecord(2, 13), buildRecord(3, 1)];
  const source: StreamSource = {
    read: async (after) => ({ records: records.slice(Number(after)), position: String(records.length) }),
    trim: async () => undefined,
    close: () => undefined,
  };
  const values = new Map<string, string>();
  const parked = new Map<string, unknown>();
  const processed: string[] = [];
  let failuresOfFirst = 2;
  const consumer = createConsumer({
    source,
    state: partOf({ get: (key: string) => values.get(key), set: (key: string, value: string) => void values.set(key, value) }),
    files: partOf({
      put: async (key: string, bytes: Uint8Array) => void parked.set(key, JSON.parse(Buffer.from(bytes).toString())),
    }),
    log: { write: () => undefined },
    handler: async ({ Records }) => {
      for (const { dynamodb } of Records) {
        const number = String(dynamodb?.SequenceNumber);
        if (number === "2" || (number === "1" && failuresOfFirst-- > 0))
          return { batchItemFailures: [{ itemIdentifier: number }] };
        processed.push(number);
      }
      return { batchItemFailures: [] };
    },
    redriveHandler: async () => ({ batchItemFailures: [] }),
    requests: partOf({ isActive: false }),
  });
  await consumer.settle();
  expect(processed).toEqual(["1", "3"]);
  expect([...parked.values()]).toEqual([{ payload: { Records: [records[1]] } }]);
  await consumer.stop();
});
