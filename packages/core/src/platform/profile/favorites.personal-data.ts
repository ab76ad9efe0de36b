import { aboutUser, type PersonalData, reach } from "../personal-data/declaration.ts";
import { USER } from "../user/user.kind.ts";
import type { FavoritesRecord } from "./favorites.entity.ts";

export const favorites: PersonalData<FavoritesRecord> = {
  purpose: "Show users the records and views that they chose.",
  subject: aboutUser(reach("user_id", USER)),
  fields: {
    user_id: "staff",
    record_ids: "preference",
  },
};
