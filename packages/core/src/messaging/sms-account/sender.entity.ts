import * as z from "zod";
import { name, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { SMS_SENDER } from "./sms-account.kind.ts";

export const senderStatuses = ["ACTIVE", "SUSPENDED"] as const;

export const fields = {
  name: name(100),
  status: oneOf(senderStatuses).default("ACTIVE").describe("While the sender is `SUSPENDED`, its messages wait"),
  daily_limit: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .nullish()
    .describe("Maximum messages per day, in the tenant's time zone. Further messages go out the next day. null: no limit"),
  is_default: z.boolean().default(false).describe("Used for messages that name no sender; one sender is the default"),
};

export const Stored = z.object(toStoredShape(fields));

export type SenderRecord = z.output<typeof Stored> & BaseRecord;

export const SmsSenders = new Collection<SenderRecord>({
  kind: SMS_SENDER,
  schema: Stored,
  personalData: { purpose: "Send text messages in the tenant's name." },
  row: ["name", "status", "daily_limit", "is_default"],
  indexes: { by_time: indexBy(), by_status: indexBy("status") },
  filters: { status: { index: "by_status", field: "status" } },
  searchWords: (sender) => textSearchWords(sender.name),
});
