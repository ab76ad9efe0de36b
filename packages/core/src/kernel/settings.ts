import * as z from "zod";
import { language } from "./language.ts";
import { name, oneLine, oneOf, text, zone } from "./schema.ts";

/** The layout and default language of what the tenant sends to customers. */
export const Letterhead = z.strictObject({
  sender: z
    .array(name(100))
    .max(10)
    .default([])
    .describe("Who sends, line by line, the name first; the name of the tenant where there is none")
    .meta({ examples: [["Northwind Trading Ltd", "1 Harbour Street", "London E1 6AN"]] }),
  logo_upload_id: text(64)
    .nullable()
    .default(null)
    .describe("Of a PNG or JPEG of at most 1 MB that was uploaded, and that nothing else uses"),
  footer: oneLine(300).nullable().default(null).describe("At the foot of each page, such as register and tax number"),
  paper: oneOf(["A4", "LETTER"]).default("A4"),
  language: language().default("en").describe("Of what is sent where nobody names another"),
});

const timeOfDay = () =>
  z
    .string()
    .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "Not a time of day such as 20:00")
    .meta({ examples: ["20:00"] });

/** Times, in the recipient's time zone, in which text messages are held back unless they are urgent. */
export const QuietHours = z.strictObject({ from: timeOfDay().default("20:00"), to: timeOfDay().default("08:00") });

/** The replies to text messages that opt out, opt in, or ask for help. */
export const WordAnswers = z.strictObject({
  stop: oneLine(320).default("You get no more messages from us. Reply START to get them again."),
  start: oneLine(320).default("You get messages from us again. Reply STOP to opt out."),
  help: oneLine(320).default("Reply STOP to get no more messages from us, START to get them again."),
});

/** Maximum marketing messages to one person within a number of days. */
export const MessageCap = z.strictObject({ messages: z.number().int().min(1).max(100), days: z.number().int().min(1).max(90) });

/** A tenant's settings: every value has a default, so a stored tenant may lack any of them. */
export const Settings = z.object({
  rate_limit_per_minute: z
    .number()
    .int()
    .min(10)
    .max(10_000_000)
    .default(100)
    .describe("Requests a minute, for each user or API key"),
  timezone: zone().default("UTC"),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "Not an ISO 4217 code")
    .meta({ examples: ["EUR"] })
    .default("USD"),
  default_country: z
    .string()
    .regex(/^[A-Z]{2}$/, "Not an ISO 3166-1 alpha-2 code")
    .meta({ examples: ["DE"] })
    .default("US")
    .describe("Reads phone numbers that were typed without a country"),
  visibility: oneOf(["own", "team", "all"])
    .default("own")
    .describe("Which records roles below MANAGER see; unassigned ones always"),
  new_lead_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  new_customer_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  new_opportunity_owner: oneOf(["creator", "unassigned", "rule"]).default("creator"),
  conversion_min_score: z.number().int().min(0).max(100).default(70),
  score_model: oneOf(["standard", "dynamic"]).default("standard"),
  letterhead: Letterhead.default(() => Letterhead.parse({})),
  offer_reminder_days: z
    .number()
    .int()
    .min(0)
    .max(60)
    .default(3)
    .describe("Days before the last one on which a customer who has not answered is reminded; 0: never"),
  signature_reminder_days: z
    .number()
    .int()
    .min(0)
    .max(60)
    .default(3)
    .describe("Days after which those are reminded who are asked for a signature, again and again; 0: never"),
  signature_expiry_days: z.number().int().min(1).max(365).default(30).describe("For which a request for signatures is open"),
  knowledge_is_public: z
    .boolean()
    .default(false)
    .describe("Whether the public reads articles for them, at `/kb/{slug of the tenant}`"),
  support_mail: z.boolean().default(true).describe("Whether answers to tickets go out by mail"),
  survey_is_sent: z
    .boolean()
    .default(true)
    .describe("Whether requesters of resolved tickets are asked by mail how satisfied they are"),
  survey_after_hours: z.number().int().min(0).max(720).default(24).describe("From the resolution of a ticket to its survey"),
  survey_asks_nps: z
    .boolean()
    .default(false)
    .describe("Whether it asks as well if they would recommend the tenant, from 0 to 10"),
  quiet_hours: QuietHours.default(() => QuietHours.parse({})).describe(
    "By clocks where a text message is read; none where both are the same",
  ),
  message_cap: MessageCap.nullable().default(null).describe("Marketing that one person is sent at most; null: no limit"),
  mail_opt_in_required: z.boolean().default(true).describe("Whether marketing by mail goes to those alone who have allowed it"),
  word_answers: WordAnswers.default(() => WordAnswers.parse({})).describe("Each is sent once, to who sent the word"),
  stop_words: z
    .array(oneLine(30))
    .max(20)
    .default([])
    .describe("Further words by which people opt out of text messages, beside STOP and its kin"),
});

export type Settings = z.output<typeof Settings>;

/** The settings of a tenant that has not changed any. */
export const defaultSettings: Settings = Object.freeze(Settings.parse({}));
