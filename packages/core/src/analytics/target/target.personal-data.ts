import { aboutUser, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { TargetRecord } from "./target.entity.ts";

export const target: PersonalData<TargetRecord> = {
  purpose: "Compare figures with what users, teams and territories should reach.",
  subject: aboutUser(reach("user_id", USER)),
  fields: {
    figure: "none",
    user_id: "staff",
    team_id: "none",
    territory_id: "none",
    period: "none",
    value: "employment",
    period_start: "none",
    currency: "none",
  },
};
