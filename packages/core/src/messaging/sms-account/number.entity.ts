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
    .regex(/^\+[1-9][0-9]{6,14}$/, "Must be an E.164 number, such as +14155550100")
    .meta({ "x-type": "phone", examples: ["+14155550100"] })
    .describe("E.164 number; cannot be changed"),
  account_id: id(SMS_SERVICE_ACCOUNT).describe("Cannot be changed"),
  capabilities: z
    .array(oneOf(capabilities))
    .min(1)
    .max(capabilities.length)
    .refine((values) => new Set(values).size === values.length, "Must not contain duplicates")
    .default(["sms"]),
  messages_per_second: z
    .number()
    .min(0.1)
    .max(500)
    .multipleOf(0.1)
    .default(1)
    .describe("Maximum rate that the provider and the carriers accept from the number"),
  is_active: z.boolean().default(true).describe("While the number is inactive, its messages wait"),
  is_default: z
    .boolean()
    .default(false)
    .describe("All messages of the sender go out from its default number. One number of a sender is the default"),
  ...inboundFields,
};

export const Stored = z.object({
  ...toStoredShape(fields),
  sender_id: id(SMS_SENDER).describe("The sender of its account"),
});

export type NumberRecord = z.output<typeof Stored> & BaseRecord;

export const SmsNumbers = new Collection<NumberRecord>({
  kind: SMS_NUMBER,
  schema: Stored,
  personalData: { purpose: "Send and receive text messages by the tenant's numbers." },
  row: ["number", "account_id", "sender_id", "messages_per_second", "is_active", "is_default"],
  indexes: { by_time: indexBy(), by_related: indexBy("account_id"), by_class: indexBy("sender_id") },
  filters: {
    account: { index: "by_related", field: "account_id", hasOwnCounters: true },
    sender: { index: "by_class", field: "sender_id", hasOwnCounters: true },
  },
  searchWords: ({ number }) => [number],
});
