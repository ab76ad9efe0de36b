import * as z from "zod";
import { derivedId } from "../../kernel/id.ts";
import { anyId, instant } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { MESSAGE_QUEUE } from "../message/message.kind.ts";

/** The queue of a number or mail account, and its progress. */
export const Stored = z.object({
  outlet_id: anyId().describe("The phone number or mail account"),
  worker: z.string().nullable().describe("The worker that holds the lease"),
  leased_until: instant().nullable().describe("End of the lease; null: not leased"),
  next_at: z.number().describe("Earliest time of the next message, in milliseconds"),
  due_at: instant().nullable().describe("When a worker processes the queue next"),
});

export type QueueRecord = z.output<typeof Stored> & BaseRecord;

export const Queues = new Collection<QueueRecord>({
  kind: MESSAGE_QUEUE,
  schema: Stored,
  personalData: { purpose: "Send messages of one account in order and within its rate." },
  row: ["outlet_id"],
  indexes: {},
  clocks: { turn: ({ due_at }) => due_at },
});

/** Returns the id of the only queue of a number or mail account. */
export const queueId = (outlet_id: string): string => derivedId(MESSAGE_QUEUE, 0, outlet_id);
