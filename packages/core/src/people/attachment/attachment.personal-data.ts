import { aboutPerson, type PersonalData, reach, reachAny } from "../../platform/personal-data/declaration.ts";
import { PERSON } from "../person/person.kind.ts";
import type { AttachmentRecord } from "./attachment.entity.ts";

export const attachment: PersonalData<AttachmentRecord> = {
  purpose: "Keep files with the records that they belong to.",
  subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
  fields: {
    personal_key_id: "reference",
    related_to_type: "none",
    related_to_id: "reference",
    file_name: "free_text",
    document_type_id: "relationship",
    category_id: "relationship",
    description: "free_text",
    file_size: "none",
    file_type: "none",
    upload_id: "reference",
  },
};
