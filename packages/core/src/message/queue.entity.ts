import * as z from "zod";
import { derivedId } from "../kernel/id.ts";
import { id, instant } from "../kernel/schema.ts";
import { type BaseRecord, Collection } from "../storage/table/collection.ts";
import { MESSAGE_QUEUE } from "./message.domain.ts";
import { SMS_NUMBER } from "./sms-account/sms-account.domain.ts";

/** What waits to go out from a number, and how far that is. */
export const Stored = z.object({
  number_id: id(SMS_NUMBER),
  worker: z.string().nullable().describe("Who has it in hand"),
  leased_until: instant().nullable().describe("Until then; null: nobody"),
  next_at: z.number().describe("Milliseconds: when the number may send its next message"),
  due_at: instant().nullable().describe("When it is looked after"),
});

export type QueueRecord = z.output<typeof Stored> & BaseRecord;

export const Queues = new Collection<QueueRecord>({
  kind: MESSAGE_QUEUE,
  schema: Stored,
  row: ["number_id"],
  indexes: {},
  clocks: { turn: ({ due_at }) => due_at },
});

/** The only one of a number. */
export const queueOf = (number_id: string): string => derivedId(MESSAGE_QUEUE, 0, number_id);
