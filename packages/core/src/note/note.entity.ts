import * as z from "zod";
import { nameOf } from "../kernel/names.ts";
import { anyId, id, storedOf, text } from "../kernel/schema.ts";
import { wordsOf } from "../kernel/text.ts";
import { PERSON } from "../person/person.domain.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import { NOTE } from "./note.domain.ts";

/** What somebody writes down about a record of any kind (seed 001, notes; 004, lead_notes). */
export const fields = {
  title: text(255).nullish(),
  content: text(50_000).refine((content) => content.trim() !== "", "Must not be blank"),
  is_private: z.boolean().default(false).describe("Read by its author and administrators alone"),
  is_pinned: z.boolean().default(false).describe("To be shown first"),
};

/** Characters of a note that lists show, and searches look in. */
export const SHOWN = 280;

export const Stored = z.object({
  personal_key_id: id(PERSON).nullable().describe("The person that it is about, or whom what it is about names"),
  related_to_type: nameOf("notes").describe("What it is about; who may see that sees it"),
  related_to_id: anyId(),
  ...storedOf(fields),
  excerpt: z.string().describe(`The first ${SHOWN} characters of its content`),
});

export type NoteRecord = z.output<typeof Stored> & BaseRecord;

export const Notes = new Collection<NoteRecord>({
  kind: NOTE,
  schema: Stored,
  row: ["personal_key_id", "related_to_type", "related_to_id", "title", "excerpt", "is_private", "is_pinned"],
  indexes: { by_time: by(), by_related: by("related_to_id") },
  seenWith: "related_to_id",
  private: { field: "is_private", to: ({ created_by }) => [created_by] },
  parent: "related_to_id",
  words: ({ title, excerpt }) => [...wordsOf(title), ...wordsOf(excerpt)],
});
