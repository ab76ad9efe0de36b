import * as z from "zod";
import { id, instant, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { smsProviders } from "../channel-provider/sms-provider.ts";
import { INBOUND_WEBHOOK } from "../inbound-webhook/inbound-webhook.kind.ts";
import { SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.kind.ts";

/** For ids of records of other systems. */
const externalIdField = (what: string) =>
  text(64).nullish().describe(`The id of the ${what} that it is for, where those are kept`);

export const fields = {
  name: name(100),
  sender_id: id(SMS_SENDER).describe("In whose name; it stays"),
  provider: oneOf(smsProviders).describe("It stays"),
  is_active: z.boolean().default(true).describe("While it is not, what it was to send waits"),
  account_sid: oneLine(34)
    .regex(/^AC[0-9a-f]{32}$/i, "Not an account SID: AC and 32 hexadecimal digits")
    .meta({ examples: [`AC${"0123456789abcdef".repeat(2)}`] })
    .nullish()
    .describe("Of Twilio"),
  confirms_words: z
    .boolean()
    .default(true)
    .describe("Whether who sends STOP, START or HELP is answered by us; some providers do so by themselves"),
  webhook_id: id(INBOUND_WEBHOOK)
    .nullish()
    .describe(
      "Where the provider tells what becomes of messages, and what comes in; it is asked after those that it does not tell of",
    ),
  linked_campaign_id: externalIdField("campaign"),
  linked_project_id: externalIdField("project"),
};

const secretField = (what: string) =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{16,200}$/, `Not ${what}`)
    .optional()
    .meta({ writeOnly: true });

/** Fields that users write and no answer contains. */
export const secretFields = {
  auth_token: secretField("an auth token").describe("Of Twilio. It is sealed and never shown"),
  api_key: secretField("an API key").describe("Of Telnyx. It is sealed and never shown"),
};
export const secrets = ["auth_token", "api_key"] as const satisfies readonly (keyof typeof secretFields)[];

export const Stored = z.object({
  ...toStoredShape(fields),
  secret_changed_at: instant().describe("When its key was written last"),
  sealed: Sealed.nullable(),
});

export type ServiceAccountRecord = z.output<typeof Stored> & BaseRecord;

export const SmsServiceAccounts = new Collection<ServiceAccountRecord>({
  kind: SMS_SERVICE_ACCOUNT,
  schema: Stored,
  row: ["name", "sender_id", "provider", "is_active", "linked_campaign_id", "linked_project_id"],
  indexes: { by_time: indexBy(), by_related: indexBy("sender_id"), by_class: indexBy("provider") },
  filters: {
    sender: { index: "by_related", field: "sender_id", hasOwnCounters: true },
    provider: { index: "by_class", field: "provider" },
  },
  searchWords: (account) => textSearchWords(account.name),
  sealed: "sealed",
});
