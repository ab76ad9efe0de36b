import * as z from "zod";
import { id, oneOf, storedOf, text } from "../kernel/schema.ts";
import { wordsOf } from "../kernel/text.ts";
import { PERSON } from "../person/person.domain.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import { byMail } from "./mail/fields.ts";
import { TICKET, TICKET_COMMENT } from "./ticket.domain.ts";

export const authors = ["AGENT", "REQUESTER", "SYSTEM"] as const;

/** What was said about a ticket (seed 001, comments; seed 002, ticket_messages). */
export const fields = {
  body: text(50_000).refine((said) => said.trim() !== "", "Must not be blank"),
  is_public: z.boolean().default(false).describe("The requester reads it; else it is a note among staff"),
};

/** Characters of a comment that lists show, and searches look in. */
export const SHOWN = 280;

export const Stored = z.object({
  ticket_id: id(TICKET),
  ...storedOf(fields),
  from: oneOf(authors),
  person_id: id(PERSON).nullable().describe("Of a requester"),
  excerpt: z.string().describe(`The first ${SHOWN} characters of its body`),
  is_automatic: z.boolean().describe("Nobody wrote it: it stops no clock"),
  ...byMail,
});

export type CommentRecord = z.output<typeof Stored> & BaseRecord;

export const Comments = new Collection<CommentRecord>({
  kind: TICKET_COMMENT,
  schema: Stored,
  row: ["ticket_id", "excerpt", "is_public", "from", "person_id", "is_automatic"],
  indexes: { by_time: by(), by_related: by("ticket_id") },
  seenWith: "ticket_id",
  parent: "ticket_id",
  words: ({ excerpt }) => wordsOf(excerpt),
  events: { bounced: (after, before) => after.delivery?.status === "BOUNCED" && before?.delivery?.status !== "BOUNCED" },
});
