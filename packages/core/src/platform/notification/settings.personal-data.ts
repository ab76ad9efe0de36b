import { aboutUser, type PersonalData, reach } from "../personal-data/declaration.ts";
import { USER } from "../user/user.kind.ts";
import type { SettingsRecord } from "./settings.entity.ts";

export const notificationSettings: PersonalData<SettingsRecord> = {
  purpose: "Send users only the notifications that they want.",
  subject: aboutUser(reach("user_id", USER)),
  fields: {
    user_id: "staff",
    types: "preference",
    read_up_to: "behavior",
    turn: "none",
  },
};
