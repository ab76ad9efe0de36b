import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";

export const SEARCH_PATH = kind("search_path", "spa", { path: "/search-paths", load: () => import("./search-path.entity.ts") });

export const searchPathGrants = grants("search_path", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const searchPath = domain({
  name: "search-path",
  kinds: [SEARCH_PATH],
  grants: [searchPathGrants],
});
