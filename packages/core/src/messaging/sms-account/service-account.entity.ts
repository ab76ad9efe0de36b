import * as z from "zod";
import { id, instant, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { smsProviders } from "../channel-provider/sms-provider.ts";
import { INBOUND_WEBHOOK } from "../inbound-webhook/inbound-webhook.kind.ts";
import { SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.kind.ts";

/** For ids of records of other systems. */
const externalIdField = (target: string) =>
  text(64).nullish().describe(`Id of the ${target} in another system that the account is for`);

export const fields = {
  name: name(100),
  sender_id: id(SMS_SENDER).describe("The sender for which messages are sent; cannot be changed"),
  provider: oneOf(smsProviders).describe("Cannot be changed"),
  is_active: z.boolean().default(true).describe("While the account is inactive, its messages wait"),
  account_sid: oneLine(34)
    .regex(/^AC[0-9a-f]{32}$/i, "Must be an account SID: AC and 32 hexadecimal digits")
    .meta({ examples: [`AC${"0123456789abcdef".repeat(2)}`] })
    .nullish()
    .describe("Twilio only"),
  confirms_words: z
    .boolean()
    .default(true)
    .describe("Whether the system replies to STOP, START and HELP; some providers do so themselves"),
  webhook_id: id(INBOUND_WEBHOOK)
    .nullish()
    .describe("The webhook that receives delivery reports and inbound messages; messages without a report are polled"),
  linked_campaign_id: externalIdField("campaign"),
  linked_project_id: text(64).nullish().describe("A project that the account is for, or the id of one in another system"),
};

const secretField = (description: string) =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{16,200}$/, `Must be ${description}`)
    .optional()
    .meta({ writeOnly: true });

/** Fields that users write and no answer contains. */
export const secretFields = {
  auth_token: secretField("an auth token").describe("Twilio only. Stored encrypted and never shown"),
  api_key: secretField("an API key").describe("Telnyx only. Stored encrypted and never shown"),
};
export const secrets = ["auth_token", "api_key"] as const satisfies readonly (keyof typeof secretFields)[];

export const Stored = z.object({
  ...toStoredShape(fields),
  secret_changed_at: instant().describe("When the key was last set"),
  sealed: Sealed.nullable(),
});

export type ServiceAccountRecord = z.output<typeof Stored> & BaseRecord;

export const SmsServiceAccounts = new Collection<ServiceAccountRecord>({
  kind: SMS_SERVICE_ACCOUNT,
  schema: Stored,
  personalData: {
    purpose: "Connect the tenant's account with a provider of text messages.",
    sharedFields: { sealed: "credential" },
    sealedValues: { "*": "credential" },
  },
  row: ["name", "sender_id", "provider", "is_active", "linked_campaign_id", "linked_project_id"],
  indexes: { by_time: indexBy(), by_related: indexBy("sender_id"), by_class: indexBy("provider") },
  filters: {
    sender: { index: "by_related", field: "sender_id", hasOwnCounters: true },
    provider: { index: "by_class", field: "provider" },
  },
  searchWords: (account) => textSearchWords(account.name),
  sealed: "sealed",
});
