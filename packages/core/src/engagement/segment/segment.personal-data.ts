import { aboutPerson, type PersonalData } from "../../platform/personal-data/declaration.ts";
import type { BuildRecord, SetRecord } from "./set-record.ts";

export const segment: PersonalData<SetRecord> = {
  purpose: "Select persons and customers by rules.",
  subject: aboutPerson(),
  fields: {
    name: "none",
    description: "none",
    filter: "free_text",
    membership: "none",
    condition: "free_text",
    revision: "none",
    filter_author: "staff",
  },
};

export const segmentBuild: PersonalData<BuildRecord> = {
  purpose: "Compute the members of segments.",
  subject: undefined,
  fields: {
    sets: "none",
    revision: "none",
    wanted: "none",
    built: "none",
    began_at: "none",
    as_of: "none",
    quintiles: "none",
    due_at: "none",
  },
};
