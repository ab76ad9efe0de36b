import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const EXPORT = kind("export", "exp", {
  path: "/exports",
  load: () => import("./export.entity.ts"),
  display: { menu: "data", icon: "file-down" },
});

export const exportGrants = declarePermissions("export", {
  read: everyone,
  write: everyone,
});
