import * as z from "zod";
import { aboutUser, matchContactPoint, personalData } from "../../kernel/personal-data.ts";
import { email, instant, name, oneLine, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { inboundFields } from "../channel-provider/inbound-routing.fields.ts";
import { MAIL_ACCOUNT } from "./mail-account.kind.ts";

export const mailTransports = ["house", "smtp"] as const;

export const fields = {
  name: personalData("identity", name(100)),
  way: oneOf(mailTransports).describe(
    "How mails are sent: through the mail service of this installation (`house`) or your own server (`smtp`). Cannot be changed",
  ),
  from_name: personalData("identity", oneLine(100).nullish().describe("Sender name of mails, shown with the address")),
  address: email().describe(
    "With your own server the address of the sender, otherwise the address for replies. Replies arrive here if the address belongs to the organization",
  ),
  host: personalData(
    "none",
    oneLine(253).nullish().describe("Only for your own server: its public name, such as smtp.example.com"),
  ),
  port: personalData(
    "none",
    z
      .union([z.literal(465), z.literal(587), z.literal(2525)])
      .nullish()
      .describe("Only for your own server. Port 465 uses TLS from the start, other ports use STARTTLS"),
  ),
  user: personalData("contact", oneLine(200).nullish().describe("Only for your own server: the user name")),
  mails_per_second: z.number().min(0.1).max(100).multipleOf(0.1).default(5).describe("Maximum rate that the server accepts"),
  daily_limit: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .nullish()
    .describe("Most mails per day in the time zone of the organization. Further mails go out the next day. Empty means no limit"),
  tracks: z
    .boolean()
    .nullish()
    .describe("Whether opens and clicks of marketing mails are counted, and of other mails whose author asks for it"),
  is_active: z.boolean().default(true).describe("While the account is inactive, its mails wait"),
  is_default: z.boolean().default(false).describe("Used for mails that name no account; one account is the default"),
  ...inboundFields,
};

/** Fields that users write and no answer contains. */
export const secretFields = {
  password: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ writeOnly: true })
    .describe("Only for your own server. Stored encrypted and never shown"),
};
export const secrets = ["password"] as const satisfies readonly (keyof typeof secretFields)[];

export const Stored = z.object({
  ...toStoredShape(fields),
  secret_changed_at: personalData("none", instant().describe("When the password was last set")),
  sealed: Sealed.nullable(),
});

export type MailAccountRecord = z.output<typeof Stored> & BaseRecord;

export const MailAccounts = new Collection<MailAccountRecord>({
  kind: MAIL_ACCOUNT,
  schema: Stored,
  personalData: {
    purpose: "Send mail in the tenant's name, by accounts that may carry an employee's name.",
    sharedFields: { sealed: "credential" },
    subject: aboutUser(matchContactPoint("address")),
    sealedValues: { "*": "credential" },
  },
  row: ["name", "way", "from_name", "address", "is_active", "is_default"],
  indexes: { by_time: indexBy(), by_class: indexBy("way") },
  filters: { way: { index: "by_class", field: "way" } },
  searchWords: (account) => textSearchWords(account.name),
  sealed: "sealed",
});
