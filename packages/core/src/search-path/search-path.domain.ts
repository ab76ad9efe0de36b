import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";
import { walking } from "../kernel/uses.ts";

export const SEARCH_PATH = kind("search_path", "spa", {
  path: "/search-paths",
  load: () => import("./search-path.entity.ts"),
  shown: { icon: "search", title: "{path}" },
});

export const searchPathGrants = grants("search_path", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const searchPath = domain({
  name: "search-path",
  kinds: [SEARCH_PATH],
  grants: [searchPathGrants],
  listens: {
    "search-paths": {
      events: ["search_path.work_due"],
      inTurns: true,
      uses: ["domains"],
      table: walking,
      load: async () => (await import("./search-path.ts")).onWork,
    },
  },
});
