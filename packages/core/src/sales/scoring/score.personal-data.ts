import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { LEAD } from "../lead/lead.kind.ts";
import type { ScoreRecord } from "./score.entity.ts";

export const score: PersonalData<ScoreRecord> = {
  purpose: "Rank leads by their chance, and explain the rank.",
  subject: aboutPerson(reach("lead_id", LEAD), reach("personal_key_id", PERSON)),
  fields: {
    lead_id: "reference",
    personal_key_id: "reference",
    lead_score: "behavior",
    previous_score: "behavior",
    rating: "behavior",
    score_model: "behavior",
    rule: "none",
    parts: "behavior",
    cause: "behavior",
    reason: "free_text",
    scored_at: "behavior",
  },
};
