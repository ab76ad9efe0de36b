import { domain } from "../../kernel/domain.ts";
import { FAVORITES, profileGrants, USER_PREFERENCES } from "./profile.kind.ts";

export const profile = domain({
  name: "profile",
  kinds: [USER_PREFERENCES, FAVORITES],
  personalData: {
    user_preferences: async () => (await import("./preferences.personal-data.ts")).userPreferences,
    favorites: async () => (await import("./favorites.personal-data.ts")).favorites,
  },
  grants: [profileGrants],
});
