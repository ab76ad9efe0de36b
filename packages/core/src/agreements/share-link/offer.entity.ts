import * as z from "zod";
import { anyId, date, email, instant, oneLine, text } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { OFFER } from "./offer.kind.ts";

/** The customer's answer on the page, with what was shown. */
export const Answer = z.object({
  outcome: z.enum(["ACCEPTED", "REJECTED"]),
  at: instant(),
  name: z.string().nullable().describe("Name as typed by the customer; only for an acceptance"),
  reason: z.string().nullable().describe("Only for a rejection"),
  consent_text: z.string().nullable().describe("Consent text that was shown and accepted in addition to the document"),
  consent_hash: z.string().nullable().describe("SHA-256 of consent_text"),
  document_hash: z.string().describe("SHA-256 of the document and of the options, as they were shown"),
  chosen: z.array(z.string()).nullable().describe("Ids of the chosen options"),
  language: z.string(),
  ip_address: z.string().nullable(),
  user_agent: z.string().nullable(),
});

export const Question = z.object({ request_id: z.string(), at: instant(), name: z.string(), text: z.string() });

export const Stored = z.object({
  record_kind: z.string(),
  record_id: anyId().describe("Id of the offered record"),
  name: z.string().describe("Display name of the record, such as its number"),
  to: email(),
  cc: z.array(z.string()).nullable().describe("Addresses that got a copy of the last mail"),
  subject: oneLine(255).nullable().describe("null: the default subject of the language"),
  message: text(5000).nullable(),
  language: z.string().nullable().describe("null: the language of the letterhead"),
  sent_at: instant().describe("Last"),
  times_sent: z.number().int(),
  sent_version: z.number().int().describe("Version of this record that the last sending created"),
  link_number: z.number().int().describe("Increases when links are revoked"),
  revoked_at: instant().nullable().describe("When the links were revoked"),
  first_viewed_at: instant().nullable(),
  last_viewed_at: instant().nullable(),
  view_count: z.number().int(),
  last_day: date().describe("9999-12-31: there is nothing to answer"),
  reminder_at: instant().nullable().describe("When the customer is reminded; null: no reminder is due"),
  reminded_at: instant().nullable(),
  answer: Answer.nullable(),
  questions: z.array(Question),
});

export type OfferRecord = z.output<typeof Stored> & BaseRecord;

const readOutcome = (offer: OfferRecord | undefined) => offer?.answer?.outcome;

export const Offers = new Collection<OfferRecord>({
  kind: OFFER,
  schema: Stored,
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
