import type { PersonalData } from "../personal-data/declaration.ts";
import type { TeamRecord } from "./team.entity.ts";

export const team: PersonalData<TeamRecord> = {
  purpose: "Group users who share records and work.",
  subject: undefined,
  fields: {
    name: "none",
    manager_id: "staff",
    territory_id: "none",
  },
};
