import * as z from "zod";
import { id, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { inboundFields } from "../channel-provider/inbound-routing.fields.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.kind.ts";

export const capabilities = ["sms", "mms", "voice"] as const;

export const fields = {
  number: z
    .string()
    .trim()
    .regex(/^\+[1-9][0-9]{6,14}$/, "Not a number in E.164, such as +14155550100")
    .meta({ "x-type": "phone", examples: ["+14155550100"] })
    .describe("In E.164; it stays"),
  account_id: id(SMS_SERVICE_ACCOUNT).describe("It stays"),
  capabilities: z
    .array(oneOf(capabilities))
    .min(1)
    .max(capabilities.length)
    .refine((given) => new Set(given).size === given.length, "Each once")
    .default(["sms"]),
  messages_per_second: z
    .number()
    .min(0.1)
    .max(500)
    .multipleOf(0.1)
    .default(1)
    .describe("As many as the provider and the carriers take from it"),
  is_active: z.boolean().default(true).describe("While it is not, what was to go out from it waits"),
  is_default: z.boolean().default(false).describe("All messages of its sender go out from it; one number of a sender is"),
  ...inboundFields,
};

export const Stored = z.object({
  ...toStoredShape(fields),
  sender_id: id(SMS_SENDER).describe("Of its account"),
});

export type NumberRecord = z.output<typeof Stored> & BaseRecord;

export const SmsNumbers = new Collection<NumberRecord>({
  kind: SMS_NUMBER,
  schema: Stored,
  row: ["number", "account_id", "sender_id", "messages_per_second", "is_active", "is_default"],
  indexes: { by_time: indexBy(), by_related: indexBy("account_id"), by_class: indexBy("sender_id") },
  filters: {
    account: { index: "by_related", field: "account_id", hasOwnCounters: true },
    sender: { index: "by_class", field: "sender_id", hasOwnCounters: true },
  },
  searchWords: ({ number }) => [number],
});
