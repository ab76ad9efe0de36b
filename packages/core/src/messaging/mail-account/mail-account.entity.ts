import * as z from "zod";
import { email, instant, name, oneLine, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { inboundFields } from "../channel-provider/inbound-routing.fields.ts";
import { MAIL_ACCOUNT } from "./mail-account.kind.ts";

export const mailTransports = ["house", "smtp"] as const;

export const fields = {
  name: name(100),
  way: oneOf(mailTransports).describe("By the deployment's own account, or by a server of SMTP; it stays"),
  from_name: oneLine(100).nullish().describe("Whom mails are from, beside the address"),
  address: email().describe(
    "Of a server of one's own, whom mails are from; of the deployment's account, to whom answers go: they come in here where it is an address of the tenant's own",
  ),
  host: oneLine(253).nullish().describe("Of SMTP: a public name"),
  port: z
    .union([z.literal(465), z.literal(587), z.literal(2525)])
    .nullish()
    .describe("Of SMTP: 465 with TLS from the start, else after STARTTLS"),
  user: oneLine(200).nullish().describe("Of SMTP: as whom it is signed in"),
  mails_per_second: z.number().min(0.1).max(100).multipleOf(0.1).default(5).describe("As many as the server takes"),
  daily_limit: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .nullish()
    .describe("Mails a day, by the tenant's clocks; what comes on top goes out the next day. null: no limit"),
  tracks: z.boolean().default(false).describe("Whether opens and clicks of marketing are counted"),
  is_active: z.boolean().default(true).describe("While it is not, what it was to send waits"),
  is_default: z.boolean().default(false).describe("Taken where a mail names none; one is"),
  ...inboundFields,
};

/** Fields that users write and no answer contains. */
export const secretFields = {
  password: z.string().min(1).max(500).optional().meta({ writeOnly: true }).describe("Of SMTP. It is sealed and never shown"),
};
export const secrets = ["password"] as const satisfies readonly (keyof typeof secretFields)[];

export const Stored = z.object({
  ...toStoredShape(fields),
  secret_changed_at: instant().describe("When its password was written last"),
  sealed: Sealed.nullable(),
});

export type MailAccountRecord = z.output<typeof Stored> & BaseRecord;

export const MailAccounts = new Collection<MailAccountRecord>({
  kind: MAIL_ACCOUNT,
  schema: Stored,
  row: ["name", "way", "from_name", "address", "is_active", "is_default"],
  indexes: { by_time: indexBy(), by_class: indexBy("way") },
  filters: { way: { index: "by_class", field: "way" } },
  searchWords: (account) => textSearchWords(account.name),
  sealed: "sealed",
});
