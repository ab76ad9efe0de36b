import * as z from "zod";
import { derivedId } from "../../kernel/id.ts";
import { anyId, instant } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { MESSAGE_QUEUE } from "../message/message.kind.ts";

/** The queue of a number or mail account, and its progress. */
export const Stored = z.object({
  outlet_id: anyId().describe("The number or the account"),
  worker: z.string().nullable().describe("Who has it in hand"),
  leased_until: instant().nullable().describe("Until then; null: nobody"),
  next_at: z.number().describe("Milliseconds: when the next message may go out"),
  due_at: instant().nullable().describe("When it is looked after"),
});

export type QueueRecord = z.output<typeof Stored> & BaseRecord;

export const Queues = new Collection<QueueRecord>({
  kind: MESSAGE_QUEUE,
  schema: Stored,
  row: ["outlet_id"],
  indexes: {},
  clocks: { turn: ({ due_at }) => due_at },
});

/** Returns the id of the only queue of a number or mail account. */
export const queueId = (outlet_id: string): string => derivedId(MESSAGE_QUEUE, 0, outlet_id);
