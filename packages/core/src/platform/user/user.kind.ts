import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const USER = kind("user", "usr", {
  path: "/users",
  load: () => import("./user.entity.ts"),
  shape: 2,
  display: { menu: "settings", icon: "circle-user-round" },
});
export const TEAM = kind("team", "tea", {
  path: "/teams",
  load: () => import("./team.entity.ts"),
  shape: 2,
  display: { menu: "settings", icon: "users" },
});
export const AVAILABILITY = kind("availability", "avl", { load: () => import("./availability.entity.ts") });

export const userGrants = declarePermissions("user", {
  read: everyone,
  manage: ["ADMIN"],
});
export const availabilityGrants = declarePermissions(
  "availability",
  {
    read: everyone,
    write: everyone,
    manage: leaders,
  },
  { checkedByVerbs: ["manage"] },
);
export const teamGrants = declarePermissions("team", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});
