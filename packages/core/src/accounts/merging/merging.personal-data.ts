import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach, reachAny } from "../../platform/personal-data/declaration.ts";
import type { RecordMerge } from "./merging.entity.ts";

export const recordMerge: PersonalData<RecordMerge> = {
  purpose: "Record which records were merged, so that a merge can be undone.",
  subject: aboutPerson(
    reachAny("survivor_id"),
    reachAny("merged_id"),
    reach("persons.survivor_id", PERSON),
    reach("persons.merged_id", PERSON),
  ),
  fields: {
    entity: "none",
    survivor_id: "reference",
    merged_id: "reference",
    reason: "free_text",
    taken: "free_text",
    persons: {
      survivor_id: "reference",
      merged_id: "reference",
    },
    status: "none",
    undone_at: "none",
    undone_by: "staff",
    turn: "none",
    attention_at: "none",
  },
};
