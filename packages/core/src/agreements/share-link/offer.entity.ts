import * as z from "zod";
import { aboutPerson, matchContactPoint, personalData, reachAny } from "../../kernel/personal-data.ts";
import { anyId, date, email, instant, oneLine, text } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { OFFER } from "./offer.kind.ts";

/** The customer's answer on the page, with what was shown. */
export const Answer = z.object({
  outcome: personalData("recipient:behavior", z.enum(["ACCEPTED", "REJECTED"])),
  at: personalData("recipient:behavior", instant()),
  name: personalData(
    "recipient:identity",
    z.string().nullable().describe("Name as typed by the customer; only for an acceptance"),
  ),
  reason: personalData("recipient:communication", z.string().nullable().describe("Only for a rejection")),
  consent_text: personalData(
    "recipient:consent",
    z.string().nullable().describe("Consent text that was shown and accepted in addition to the document"),
  ),
  consent_hash: personalData("recipient:consent", z.string().nullable().describe("SHA-256 of consent_text")),
  document_hash: personalData(
    "recipient:consent",
    z.string().describe("SHA-256 of the document and of the options, as they were shown"),
  ),
  chosen: personalData("recipient:behavior", z.array(z.string()).nullable().describe("Ids of the chosen options")),
  language: personalData("recipient:preference", z.string()),
  ip_address: personalData("recipient:technical", z.string().nullable()),
  user_agent: personalData("recipient:technical", z.string().nullable()),
});

export const Question = z.object({ request_id: z.string(), at: instant(), name: z.string(), text: z.string() });

export const Stored = z.object({
  record_kind: personalData("none", z.string()),
  record_id: personalData("reference", anyId().describe("Id of the offered record")),
  name: personalData("recipient:identity", z.string().describe("Display name of the record, such as its number")),
  to: personalData("recipient:contact", email()),
  cc: personalData("copied:contact", z.array(z.string()).nullable().describe("Addresses that got a copy of the last mail")),
  subject: personalData("communication", oneLine(255).nullable().describe("null: the default subject of the language")),
  message: personalData("communication", text(5000).nullable()),
  language: personalData("preference", z.string().nullable().describe("null: the language of the letterhead")),
  sent_at: instant().describe("Last"),
  times_sent: personalData("relationship", z.number().int()),
  sent_version: z.number().int().describe("Version of this record that the last sending created"),
  link_number: z.number().int().describe("Increases when links are revoked"),
  revoked_at: instant().nullable().describe("When the links were revoked"),
  first_viewed_at: personalData("recipient:behavior", instant().nullable()),
  last_viewed_at: personalData("recipient:behavior", instant().nullable()),
  view_count: personalData("recipient:behavior", z.number().int()),
  last_day: personalData("recipient:behavior", date().describe("9999-12-31: there is nothing to answer")),
  reminder_at: personalData("none", instant().nullable().describe("When the customer is reminded; null: no reminder is due")),
  reminded_at: personalData("none", instant().nullable()),
  answer: Answer.nullable(),
  questions: personalData("recipient:communication", z.array(Question)),
});

export type OfferRecord = z.output<typeof Stored> & BaseRecord;

const readOutcome = (offer: OfferRecord | undefined) => offer?.answer?.outcome;

export const Offers = new Collection<OfferRecord>({
  kind: OFFER,
  schema: Stored,
  personalData: {
    purpose: "Let customers read and answer an offer by a link.",
    subject: aboutPerson(reachAny("record_id")),
    others: { recipient: aboutPerson(matchContactPoint("to")), copied: aboutPerson(matchContactPoint("cc[]")) },
    recipients: ["link", "mail"],
  },
  row: ["record_kind", "record_id", "name", "sent_at", "first_viewed_at"],
  indexes: { by_time: indexBy() },
  internal: ["sent_version"],
  // Offers of this shape have no copies.
  migrations: [(stored) => stored],
  formerForm: { shape: 1, newFields: ["cc"] },
  clocks: { reminder: ({ reminder_at }) => reminder_at },
  events: {
    sent: (after, before) => after.times_sent !== (before?.times_sent ?? 0),
    viewed: (after, before) => before?.view_count === 0 && after.view_count > 0,
    asked: (after, before) => after.questions.length > (before?.questions.length ?? 0),
    reminded: (after, before) => after.reminded_at !== (before?.reminded_at ?? null),
    accepted: (after, before) => readOutcome(after) === "ACCEPTED" && readOutcome(before) !== "ACCEPTED",
    rejected: (after, before) => readOutcome(after) === "REJECTED" && readOutcome(before) !== "REJECTED",
  },
  sensitivity: "confidential",
});
