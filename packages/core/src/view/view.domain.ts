import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";

export const VIEW = kind("view", "viw", {
  path: "/views",
  alone: true,
  load: () => import("./view.entity.ts"),
  shown: { icon: "list-filter" },
});
export const VIEW_DEFAULTS = kind("view_defaults", "vwd", { load: () => import("./defaults.entity.ts") });

export const viewGrants = grants("view", {
  read: everyone,
  write: everyone,
});

export const view = domain({ name: "view", kinds: [VIEW, VIEW_DEFAULTS], grants: [viewGrants] });
