import { aboutPerson, type PersonalData, reach, reachAny } from "../../platform/personal-data/declaration.ts";
import { PERSON } from "../person/person.kind.ts";
import type { CommentRecord } from "./comment.entity.ts";

export const comment: PersonalData<CommentRecord> = {
  purpose: "Let users discuss records.",
  subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
  fields: {
    personal_key_id: "reference",
    related_to_type: "none",
    related_to_id: "reference",
    content: "free_text",
    excerpt: "free_text",
    mentioned_ids: "staff",
    reply_to_id: "none",
    edited_at: "none",
  },
};
