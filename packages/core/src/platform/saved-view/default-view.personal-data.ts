import { aboutUser, type PersonalData, reach } from "../personal-data/declaration.ts";
import { USER } from "../user/user.kind.ts";
import type { DefaultsRecord } from "./default-view.entity.ts";

export const viewDefaults: PersonalData<DefaultsRecord> = {
  purpose: "Open lists with the view that a user chose.",
  subject: aboutUser(reach("user_id", USER)),
  fields: {
    user_id: "staff",
    views: "preference",
  },
};
