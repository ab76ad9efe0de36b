import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const VIEW = kind("view", "viw", {
  path: "/views",
  isStandalone: true,
  load: () => import("./saved-view.entity.ts"),
  display: { icon: "list-filter" },
});
export const VIEW_DEFAULTS = kind("view_defaults", "vwd", { load: () => import("./default-view.entity.ts") });
export const ROLE_VIEW_DEFAULTS = kind("role_view_defaults", "rvd", { load: () => import("./role-view.entity.ts") });

export const viewGrants = declarePermissions("view", {
  read: everyone,
  write: everyone,
  manage: ["ADMIN"],
});
