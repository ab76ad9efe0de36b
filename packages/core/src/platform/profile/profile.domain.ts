import { domain } from "../../kernel/domain.ts";
import { FAVORITES, profileGrants, USER_PREFERENCES } from "./profile.kind.ts";

export const profile = domain({
  name: "profile",
  kinds: [USER_PREFERENCES, FAVORITES],
  grants: [profileGrants],
});
