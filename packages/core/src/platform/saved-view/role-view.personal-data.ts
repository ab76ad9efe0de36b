import type { PersonalData } from "../personal-data/declaration.ts";
import type { RoleDefaultsRecord } from "./role-view.entity.ts";

export const roleViewDefaults: PersonalData<RoleDefaultsRecord> = {
  purpose: "Open lists with the views that administrators chose for roles.",
  subject: undefined,
  fields: { views: "none" },
};
