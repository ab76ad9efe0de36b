import * as z from "zod";
import { aboutPerson, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { anyId, id, oneLine, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { PERSON } from "../person/person.kind.ts";
import { NOTE } from "./note.kind.ts";

/** The fields of a note on a record of any kind that users write. */
export const fields = {
  title: oneLine(255).nullish(),
  content: text(50_000).refine((content) => content.trim() !== "", "Must not be blank"),
  is_private: z.boolean().default(false).describe("Visible only to its author and administrators"),
  is_pinned: z.boolean().default(false).describe("Whether the note is shown first"),
};

/** Number of characters of a note that lists show and searches cover. */
export const EXCERPT_LENGTH = 280;

export const Stored = z.object({
  personal_key_id: id(PERSON).nullable().describe("The related person, or the person of the related record"),
  related_to_type: personalData(
    "none",
    registryName("notes").describe("Kind of the related record; users who can see that record see the note"),
  ),
  related_to_id: personalData("reference", anyId()),
  ...toStoredShape(fields),
  excerpt: z.string().describe(`The first ${EXCERPT_LENGTH} characters of its content`),
});

export type NoteRecord = z.output<typeof Stored> & BaseRecord;

export const Notes = new Collection<NoteRecord>({
  kind: NOTE,
  schema: Stored,
  personalData: {
    purpose: "Keep what users write about records.",
    subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
  },
  row: ["personal_key_id", "related_to_type", "related_to_id", "title", "excerpt", "is_private", "is_pinned"],
  longTexts: ["content"],
  indexes: { by_time: indexBy(), by_related: indexBy("related_to_id") },
  visibleWith: "related_to_id",
  // Activities can be private.
  visibleWithPrivate: true,
  privacy: { field: "is_private", userIds: ({ created_by }) => [created_by] },
  parent: "related_to_id",
  searchWords: ({ title, excerpt }) => [...textSearchWords(title), ...textSearchWords(excerpt)],
});
