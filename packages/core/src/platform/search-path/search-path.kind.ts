import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const SEARCH_PATH = kind("search_path", "spa", {
  path: "/search-paths",
  load: () => import("./search-path.entity.ts"),
  display: { menu: "settings", icon: "search", title: "{path}" },
});

export const searchPathGrants = declarePermissions("search_path", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});
