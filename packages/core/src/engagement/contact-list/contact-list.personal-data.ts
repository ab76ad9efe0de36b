import { aboutPerson, type PersonalData } from "../../platform/personal-data/declaration.ts";
import type { BuildRecord, SetRecord } from "../segment/set-record.ts";

export const contactList: PersonalData<SetRecord> = {
  purpose: "Group persons for common work.",
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

export const contactListBuild: PersonalData<BuildRecord> = {
  purpose: "Compute the members of contact lists.",
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
