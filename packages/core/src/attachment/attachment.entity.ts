import * as z from "zod";
import { nameOf } from "../kernel/names.ts";
import { anyId, id, master, storedOf, text } from "../kernel/schema.ts";
import { wordsOf } from "../kernel/text.ts";
import { PERSON } from "../person/person.domain.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import { UPLOAD } from "../upload/upload.domain.ts";
import { fileName } from "../upload/upload.rules.ts";
import { ATTACHMENT } from "./attachment.domain.ts";
import { ATTACHMENT_CATEGORIES, DOCUMENT_TYPES } from "./attachment.masters.ts";

/** What people write of a file of a record (seed 001, attachments). */
export const fields = {
  file_name: fileName().optional().describe("That of the upload unless told otherwise"),
  document_type_id: master(DOCUMENT_TYPES).nullish().describe("Bounds the extension and the size"),
  category_id: master(ATTACHMENT_CATEGORIES).nullish(),
  description: text(1000).nullish(),
};

export const Stored = z.object({
  personal_key_id: id(PERSON).nullable().describe("The person that it is about, or whom what it is about names"),
  related_to_type: nameOf("attachments").describe("Of which kind of record it is; who may see that sees it"),
  related_to_id: anyId(),
  ...storedOf(fields),
  file_name: z.string(),
  file_size: z.number().int().describe("In bytes"),
  file_type: z.string().describe("The content type that its first bytes tell, or else as it was said"),
  upload_id: id(UPLOAD),
});

export type AttachmentRecord = z.output<typeof Stored> & BaseRecord;

export const Attachments = new Collection<AttachmentRecord>({
  kind: ATTACHMENT,
  schema: Stored,
  row: [
    "personal_key_id",
    "related_to_type",
    "related_to_id",
    "file_name",
    "file_size",
    "file_type",
    "document_type_id",
    "category_id",
    "description",
  ],
  indexes: { by_time: by(), by_related: by("related_to_id"), by_class: by("document_type_id", { sparse: true }) },
  seenWith: "related_to_id",
  seenWithPrivate: true,
  parent: "related_to_id",
  filters: { document_type_id: { index: "by_class", field: "document_type_id" } },
  words: ({ file_name, description }) => [...wordsOf(file_name), ...wordsOf(description)],
});
