import { walkTableUse } from "../../kernel/capabilities.ts";
import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const SEARCH_PATH = kind("search_path", "spa", {
  path: "/search-paths",
  load: () => import("./search-path.entity.ts"),
  display: { icon: "search", title: "{path}" },
});

export const searchPathGrants = declarePermissions("search_path", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const searchPath = domain({
  name: "search-path",
  kinds: [SEARCH_PATH],
  grants: [searchPathGrants],
  subscribers: {
    "search-paths": {
      events: ["search_path.work_due"],
      isSliced: true,
      uses: ["domains"],
      table: walkTableUse,
      load: async () => (await import("./search-path.ts")).onWork,
    },
  },
});
