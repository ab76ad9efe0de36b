import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const user = definePage({
  kind: "user",
  avatar: "round",
  isNamedForMany: true,
  routes: {
    "settings/teams": part(() => import("./teams-page.tsx"), "TeamsPage"),
    "settings/roles": part(() => import("./roles-page.tsx"), "RolesPage"),
    "settings/users": part(() => import("./users-page.tsx"), "UsersPage"),
  },
  ownAvailability: part(() => import("../../service/sla/user-availability.tsx"), "UserAvailability"),
  dialogs: {
    replaceUserAvailability: part(() => import("../../service/sla/availability-dialog.tsx"), "AvailabilityDialog"),
  },
});
