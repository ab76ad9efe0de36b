import * as z from "zod";
import { aboutPerson, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { anyId, id, master, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { UPLOAD } from "../../platform/upload/upload.kind.ts";
import { fileName } from "../../platform/upload/upload.rules.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { PERSON } from "../person/person.kind.ts";
import { ATTACHMENT } from "./attachment.kind.ts";
import { ATTACHMENT_CATEGORIES, DOCUMENT_TYPES } from "./attachment.masters.ts";

/** The fields of an attachment that users write. */
export const fields = {
  file_name: fileName().optional().describe("If empty, the name of the uploaded file"),
  document_type_id: master(DOCUMENT_TYPES).nullish().describe("Limits the file extension and size"),
  category_id: master(ATTACHMENT_CATEGORIES).nullish(),
  description: text(1000).nullish(),
};

export const Stored = z.object({
  personal_key_id: id(PERSON).nullable().describe("The related person, or the person of the related record"),
  related_to_type: personalData(
    "none",
    registryName("attachments").describe("Kind of the related record; users who can see that record see the attachment"),
  ),
  related_to_id: personalData("reference", anyId()),
  ...toStoredShape(fields),
  file_name: z.string(),
  file_size: z.number().int().describe("In bytes"),
  file_type: personalData("none", z.string().describe("Content type detected from the first bytes, or else as declared")),
  upload_id: id(UPLOAD),
});

export type AttachmentRecord = z.output<typeof Stored> & BaseRecord;

export const Attachments = new Collection<AttachmentRecord>({
  kind: ATTACHMENT,
  schema: Stored,
  personalData: {
    purpose: "Keep files with the records that they belong to.",
    subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
  },
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
  indexes: { by_time: indexBy(), by_related: indexBy("related_to_id"), by_class: indexBy("document_type_id", { sparse: true }) },
  visibleWith: "related_to_id",
  visibleWithPrivate: true,
  parent: "related_to_id",
  filters: { document_type_id: { index: "by_class", field: "document_type_id" } },
  searchWords: ({ file_name, description }) => [...textSearchWords(file_name), ...textSearchWords(description)],
});
