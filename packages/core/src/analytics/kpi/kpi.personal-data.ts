import { aboutUser, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { KpiRecord } from "./kpi.entity.ts";

export const kpi: PersonalData<KpiRecord> = {
  purpose: "Keep the key figures that users follow.",
  subject: aboutUser(reach("audience", USER)),
  fields: {
    name: "preference",
    description: "preference",
    figure: "preference",
    user_id: "staff",
    team_id: "preference",
    territory_id: "preference",
    period_length: "preference",
    target_type: "preference",
    target_value: "preference",
    currency: "preference",
    direction: "preference",
    sharing: "preference",
    audience: "staff",
  },
};
