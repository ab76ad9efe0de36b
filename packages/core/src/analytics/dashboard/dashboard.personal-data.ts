import { aboutUser, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { DashboardRecord } from "./dashboard.entity.ts";

export const dashboard: PersonalData<DashboardRecord> = {
  purpose: "Keep dashboards that users arranged.",
  subject: aboutUser(reach("audience", USER)),
  fields: {
    name: "preference",
    description: "preference",
    span: "preference",
    tiles: "preference",
    sharing: "preference",
    audience: "staff",
  },
};
