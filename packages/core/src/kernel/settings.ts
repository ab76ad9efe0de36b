import * as z from "zod";
import { language } from "./language.ts";
import { roles } from "./permission.ts";
import { name, oneLine, oneOf, text, zone } from "./schema.ts";

/** The layout and default language of what the tenant sends to customers. */
const Letterhead = z.strictObject({
  sender: z
    .array(name(100))
    .max(10)
    .default([])
    .describe(
      "Sender, line by line: the name, then the postal address, without which no marketing mail is sent. Defaults to the name of the tenant",
    )
    .meta({ examples: [["Northwind Trading Ltd", "1 Harbour Street", "London E1 6AN"]] }),
  logo_upload_id: text(64)
    .nullable()
    .default(null)
    .describe("Upload id of a PNG or JPEG of at most 1 MB that no other record uses"),
  footer: oneLine(300).nullable().default(null).describe("Footer of each page, such as register and tax number"),
  tax_id: oneLine(50).nullable().default(null).describe("Tax number of the seller, which invoices state"),
  paper: oneOf(["A4", "LETTER"]).default("A4"),
  language: language().default("en").describe("Language of documents for which no other language is given"),
});

const timeOfDay = () =>
  z
    .string()
    .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "Must be a time of day such as 20:00")
    .meta({ examples: ["20:00"] });

/** Times, in the recipient's time zone, in which text messages are held back unless they are urgent. */
const QuietHours = z.strictObject({ from: timeOfDay().default("20:00"), to: timeOfDay().default("08:00") });

/** The replies to text messages that opt out, opt in, or ask for help. */
const WordAnswers = z.strictObject({
  stop: oneLine(320).default("You get no more messages from us. Reply START to get them again."),
  start: oneLine(320).default("You get messages from us again. Reply STOP to opt out."),
  help: oneLine(320).default("Reply STOP to get no more messages from us, START to get them again."),
});

/** Maximum marketing messages to one person within a number of days. */
const MessageCap = z.strictObject({ messages: z.number().int().min(1).max(100), days: z.number().int().min(1).max(90) });

/** A tenant's settings: every value has a default, so a stored tenant may lack any of them. */
export const Settings = z.object({
  rate_limit_per_minute: z
    .number()
    .int()
    .min(10)
    .max(10_000_000)
    .default(100)
    .describe(
      "Requests per minute for each API key, and for each user who signs in with a program. A user of the console has at least 1,200. A value above the tenant's `limits.requests_per_minute` counts as that limit, which answers show",
    ),
  timezone: zone().default("UTC"),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "Must be an ISO 4217 currency code")
    .meta({ examples: ["EUR"] })
    .default("USD"),
  default_country: z
    .string()
    .regex(/^[A-Z]{2}$/, "Must be an ISO 3166-1 alpha-2 country code")
    .meta({ examples: ["DE"] })
    .default("US")
    .describe("Country of phone numbers that are entered without a country code"),
  visibility: oneOf(["own", "team", "all"])
    .default("own")
    .describe("Which records roles below MANAGER can see; they can always see unassigned records"),
  all_records_roles: z
    .array(oneOf(roles))
    .max(roles.length)
    .default(["MARKETER", "SUPPORT_AGENT", "ANALYST"])
    .describe("Roles whose users can see all records, regardless of `visibility`; ADMIN and DIRECTOR can in any case")
    .meta({ examples: [["MARKETER", "SUPPORT_AGENT"]] }),
  new_lead_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  new_customer_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  new_opportunity_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  second_factor_required_for: z
    .array(oneOf(["ALL", ...roles]))
    .max(roles.length + 1)
    .default([])
    .describe("Roles whose users must set up two-factor sign-in before they can do anything else; `ALL`: all users")
    .meta({ examples: [["ADMIN"]] }),
  conversion_min_score: z.number().int().min(0).max(100).default(70),
  score_model: oneOf(["standard", "dynamic"]).default("standard"),
  letterhead: Letterhead.default(() => Letterhead.parse({})),
  brand_color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "Must be a color of six hexadecimal digits, such as #0f766e")
    .meta({ examples: ["#0f766e"] })
    .nullable()
    .default(null)
    .describe(
      "Color of buttons, links and lines on pages, mails and PDFs for customers. Where it is hard to read, a darker or lighter shade is used. null: the default",
    ),
  offer_reminder_days: z
    .number()
    .int()
    .min(0)
    .max(60)
    .default(3)
    .describe("Days before the last day on which a customer who has not answered is reminded; 0: never"),
  signature_reminder_days: z
    .number()
    .int()
    .min(0)
    .max(60)
    .default(3)
    .describe("Days between reminders to signers who have not signed; 0: never"),
  signature_expiry_days: z.number().int().min(1).max(365).default(30).describe("Days for which a signature request is open"),
  knowledge_is_public: z
    .boolean()
    .default(false)
    .describe("Whether the public can read articles for the public, at `/kb/{slug of the tenant}`"),
  support_mail: z.boolean().default(true).describe("Whether replies to tickets are sent by email"),
  survey_is_sent: z.boolean().default(true).describe("Whether requesters of resolved tickets get a satisfaction survey by email"),
  survey_after_hours: z
    .number()
    .int()
    .min(0)
    .max(720)
    .default(24)
    .describe("Hours from the resolution of a ticket to its survey"),
  survey_asks_nps: z
    .boolean()
    .default(false)
    .describe("Whether the survey also asks how likely they are to recommend the tenant, from 0 to 10"),
  quiet_hours: QuietHours.default(() => QuietHours.parse({})).describe(
    "In the local time of the recipient of a text message; none if both times are the same",
  ),
  message_cap: MessageCap.nullable().default(null).describe("Maximum number of marketing messages to one person; null: no limit"),
  mail_opt_in_required: z.boolean().default(true).describe("Whether marketing email is sent only to people who have opted in"),
  word_answers: WordAnswers.default(() => WordAnswers.parse({})).describe(
    "Each reply is sent once, to the person who sent the keyword",
  ),
  attribution_window_days: z
    .number()
    .int()
    .min(1)
    .max(365)
    .default(90)
    .describe("Days before a sale in which contacts of its persons share its revenue. A change recomputes all sales"),
  stop_words: z
    .array(oneLine(30))
    .max(20)
    .default([])
    .describe("Additional keywords that opt people out of text messages, besides STOP and its variants"),
});

export type Settings = z.output<typeof Settings>;

/** The settings of a tenant that has not changed any. */
export const defaultSettings: Settings = Object.freeze(Settings.parse({}));
