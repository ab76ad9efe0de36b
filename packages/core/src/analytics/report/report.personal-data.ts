import { aboutUser, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { ReportRecord } from "./report.entity.ts";

export const report: PersonalData<ReportRecord> = {
  purpose: "Keep reports that users defined.",
  subject: aboutUser(reach("audience", USER)),
  fields: {
    name: "preference",
    kind: "preference",
    visibility: "preference",
    audience: "staff",
    definition: "free_text",
  },
};
