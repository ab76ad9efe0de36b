import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const USER_PREFERENCES = kind("user_preferences", "upr", { shape: 2, load: () => import("./preferences.entity.ts") });
export const FAVORITES = kind("favorites", "fav", { load: () => import("./favorites.entity.ts") });

/** The permissions of users on their own profile. */
export const profileGrants = declarePermissions("profile", {
  read: everyone,
  write: everyone,
});
