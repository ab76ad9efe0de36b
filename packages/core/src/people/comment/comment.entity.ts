import * as z from "zod";
import { aboutPerson, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { anyId, id, instant, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { PERSON } from "../person/person.kind.ts";
import { COMMENT } from "./comment.kind.ts";
import { EXCERPT_LENGTH } from "./comment.rules.ts";

/** The fields of a comment on a record of any kind that users write. */
export const fields = {
  content: text(10_000)
    .refine((content) => content.trim() !== "", "Must not be blank")
    .describe("Plain text with mentions of users and teams by their ids"),
};

export const Stored = z.object({
  personal_key_id: id(PERSON).nullable().describe("The related person, or the person of the related record"),
  related_to_type: personalData(
    "none",
    registryName("comments").describe("Kind of the related record; users who can see that record see the comment"),
  ),
  related_to_id: personalData("reference", anyId()),
  ...toStoredShape(fields),
  excerpt: z
    .string()
    .describe(`The first ${EXCERPT_LENGTH} characters of its content, with the names of mentioned users and teams at that time`),
  mentioned_ids: personalData("staff", z.array(anyId()).describe("Ids of the users and teams that the content mentions")),
  reply_to_id: personalData("none", id(COMMENT).nullable().describe("The first comment of the conversation")),
  edited_at: personalData("none", instant().nullable().describe("When the content was last changed")),
});

export type CommentRecord = z.output<typeof Stored> & BaseRecord;

const isEdited = fieldChanged<CommentRecord>("edited_at");

export const Comments = new Collection<CommentRecord>({
  kind: COMMENT,
  schema: Stored,
  personalData: {
    purpose: "Let users discuss records.",
    subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
  },
  row: ["personal_key_id", "related_to_type", "related_to_id", "excerpt", "mentioned_ids", "reply_to_id", "edited_at"],
  longTexts: ["content"],
  indexes: { by_time: indexBy(), by_related: indexBy("related_to_id") },
  visibleWith: "related_to_id",
  // Activities can be private.
  visibleWithPrivate: true,
  parent: "related_to_id",
  searchWords: ({ excerpt }) => textSearchWords(excerpt),
  events: { edited: isEdited },
});
