import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "@crm/core/storage/table/item.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { VirtualTime } from "./virtual-time.ts";

const BATCH_SIZE = 100;
/** Milliseconds until the event source polls again if there were no records. */
const POLL_MS = 250;
/** Milliseconds until a failed batch is retried: doubled each time, up to `most`. */
const BACKOFF_MS = { first: 100, most: 10_000 };
const MAX_AGE_MS = 12 * 60 * 60 * 1000;

interface PendingRecord {
  sequence: string;
  at: number;
  before: Item | undefined;
  after: Item | undefined;
}

/** A stream shard with its event source: in order, one batch at a time, retrying from the first failure. */
export class Shard {
  readonly #time: VirtualTime;
  readonly #handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  readonly #pending: PendingRecord[] = [];
  #sequence = 0;
  /** The number of retried batches, and of records that expired. */
  retriedBatches = 0;
  expiredRecords = 0;
  /** For each tenant, the longest time until a record was completely processed. */
  readonly delays = new Map<string, number>();

  constructor(time: VirtualTime, handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>) {
    this.#time = time;
    this.#handler = handler;
  }

  add(before: Item | undefined, after: Item | undefined): void {
    const sequence = String(++this.#sequence).padStart(21, "0");
    this.#pending.push({ sequence, at: this.#time.now, before, after });
  }

  /** The age of the oldest pending record. */
  get age(): number {
    const [oldest] = this.#pending;
    return oldest ? this.#time.now - oldest.at : 0;
  }

  async read(): Promise<never> {
    for (let failed = 0; ; ) {
      if (failed > 0) await this.#time.after(Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** failed));
      else if (this.#pending.length === 0) await this.#time.after(POLL_MS);
      const batch = this.#pending.slice(0, BATCH_SIZE);
      if (batch.length === 0) continue;
      const done = await this.#deliver(batch);
      failed = done === batch.length ? 0 : done > 0 ? 1 : failed + 1;
      if (failed > 0) this.retriedBatches++;
      for (const { before, after, at: addedAt } of this.#pending.splice(0, done)) {
        const tenant = parseTenant(after ?? before);
        this.delays.set(tenant, Math.max(this.delays.get(tenant) ?? 0, this.#time.now - addedAt));
      }
      if (this.age > MAX_AGE_MS) {
        this.#pending.shift();
        this.expiredRecords++;
      }
    }
  }

  /** Delivers a batch and returns the number of processed records. */
  async #deliver(batch: readonly PendingRecord[]): Promise<number> {
    try {
      const { batchItemFailures } = await this.#handler({ Records: batch.map(toStreamRecord) });
      const failed = batchItemFailures[0]?.itemIdentifier;
      return failed === undefined ? batch.length : batch.findIndex(({ sequence }) => sequence === failed);
    } catch {
      return 0;
    }
  }
}

export const parseTenant = (item: Item | undefined): string => String(item?.pk).split("#")[1] ?? "";

function toStreamRecord({ sequence, at: addedAt, before, after }: PendingRecord): DynamoDBRecord {
  const { pk, sk } = (after ?? before) as Item;
  const image = (item: Item | undefined) =>
    item && (marshall(item, { removeUndefinedValues: true }) as Record<string, AttributeValue>);
  return {
    eventName: !before ? "INSERT" : after ? "MODIFY" : "REMOVE",
    dynamodb: {
      ApproximateCreationDateTime: addedAt / 1000,
      Keys: image({ pk, sk }),
      NewImage: image(after),
      OldImage: image(before),
      SequenceNumber: sequence,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  } as DynamoDBRecord;
}
