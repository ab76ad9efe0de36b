import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { anyId, id, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { mailFields } from "./mail-fields.ts";
import { TICKET, TICKET_COMMENT } from "./ticket.kind.ts";

export const authors = ["AGENT", "REQUESTER", "SYSTEM"] as const;

const body = personalData("communication", text(50_000));

/** The text of a comment without files. */
export const requiredBody = body.refine((value) => value.trim() !== "", "Must not be blank");

/** The fields of a comment that users write. */
export const fields = {
  body: body
    .default("")
    .describe(
      "Can be empty if the comment has files. An internal note mentions users and teams by their ids, as @[usr_…] or @[tea_…]",
    ),
  is_public: z.boolean().default(false).describe("true: visible to the requester; false: an internal note"),
};

/** Files of one comment. */
const MAX_FILES = 20;

export const attachmentIds = z
  .array(id(ATTACHMENT))
  .max(MAX_FILES)
  .refine((ids) => new Set(ids).size === ids.length, "Must not contain duplicates")
  .default([])
  .describe("Attachments of the ticket that belong to the comment; a public comment is mailed with them");

/** Number of characters of a comment that lists show and searches cover. */
export const EXCERPT_LENGTH = 280;

/** Returns the part of a body that lists show. */
export const buildExcerpt = (body: string): string => [...body.slice(0, 2 * EXCERPT_LENGTH)].slice(0, EXCERPT_LENGTH).join("");

export const eventTypes = ["MERGED", "UNMERGED", "SPLIT_TO", "SPLIT_FROM", "UNSPLIT"] as const;

/** What happened to the ticket, and with which other one. */
const TicketEvent = z.object({
  type: oneOf(eventTypes).describe(
    "MERGED: the other ticket was merged into this one. UNMERGED: they were separated again. SPLIT_TO, SPLIT_FROM: messages became a ticket of their own. UNSPLIT: that was undone",
  ),
  ticket_id: id(TICKET),
  ticket_number: personalData("identifier", z.string()),
  subject: personalData("communication", z.string()),
});
export type TicketEvent = z.output<typeof TicketEvent>;

export const Stored = z.object({
  ticket_id: id(TICKET),
  ...toStoredShape(fields),
  from: personalData("communication", oneOf(authors)),
  person_id: id(PERSON).nullable().describe("The person, if the author is a requester"),
  excerpt: personalData(
    "communication",
    z
      .string()
      .describe(
        `The first ${EXCERPT_LENGTH} characters of the body, with the names of mentioned users; without a body, of the names of its files`,
      ),
  ),
  is_automatic: z.boolean().describe("true: written by the system; stops no clock"),
  event: TicketEvent.nullable().describe("The event that a comment of the system records"),
  mentioned_ids: personalData("staff", z.array(anyId()).describe("Ids of the users and teams that an internal note mentions")),
  copied_from_id: id(TICKET_COMMENT).nullable().describe("The comment of another ticket from which a split copied it"),
  ...mailFields,
});

export type CommentRecord = z.output<typeof Stored> & BaseRecord;

export const Comments = new Collection<CommentRecord>({
  kind: TICKET_COMMENT,
  schema: Stored,
  personalData: {
    purpose: "Exchange answers with the person of a ticket, and between users.",
    subject: aboutPerson(reach("ticket_id", TICKET), reach("person_id", PERSON)),
    recipients: ["mail", "sms"],
  },
  row: ["ticket_id", "excerpt", "is_public", "from", "person_id", "is_automatic"],
  longTexts: ["body", "attachment_ids", "event", "mentioned_ids"],
  missingValues: { mentioned_ids: [] },
  indexes: { by_time: indexBy(), by_related: indexBy("ticket_id") },
  visibleWith: "ticket_id",
  parent: "ticket_id",
  searchWords: ({ excerpt }) => textSearchWords(excerpt),
  events: {
    bounced: (after, before) => after.delivery?.status === "BOUNCED" && before?.delivery?.status !== "BOUNCED",
    // A copy of a note tells no user again.
    mentioned: (after, before) => !before && after.mentioned_ids.length > 0 && after.copied_from_id === null,
  },
});
