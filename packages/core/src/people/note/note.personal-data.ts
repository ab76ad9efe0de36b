import { aboutPerson, type PersonalData, reach, reachAny } from "../../platform/personal-data/declaration.ts";
import { PERSON } from "../person/person.kind.ts";
import type { NoteRecord } from "./note.entity.ts";

export const note: PersonalData<NoteRecord> = {
  purpose: "Keep what users write about records.",
  subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
  fields: {
    personal_key_id: "reference",
    related_to_type: "none",
    related_to_id: "reference",
    title: "free_text",
    content: "free_text",
    is_private: "none",
    is_pinned: "none",
    excerpt: "free_text",
  },
};
