import { aboutUser, type PersonalData, reach } from "../personal-data/declaration.ts";
import { USER } from "../user/user.kind.ts";
import type { PreferencesRecord } from "./preferences.entity.ts";

export const userPreferences: PersonalData<PreferencesRecord> = {
  purpose: "Show the user interface as a user has set it.",
  subject: aboutUser(reach("user_id", USER)),
  fields: {
    user_id: "staff",
    language: "preference",
    density: "preference",
    start_page: "preference",
    theme: "preference",
    single_key_shortcuts: "preference",
    sidebar_collapsed: "preference",
    view_as_role: "preference",
    mail_signature: "free_text",
    columns: "preference",
    ui: "free_text",
  },
};
