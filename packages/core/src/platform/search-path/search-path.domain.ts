import { walkTableUse } from "../../kernel/capabilities.ts";
import { domain } from "../../kernel/domain.ts";
import { SEARCH_PATH, searchPathGrants } from "./search-path.kind.ts";

export const searchPath = domain({
  name: "search-path",
  kinds: [SEARCH_PATH],
  grants: [searchPathGrants],
  subscribers: {
    "search-paths": {
      basis: "release",
      events: ["search_path.work_due", "columns.outdated"],
      hasLongSlices: true,
      uses: ["domains", "objects:columns", "objects:records:get"],
      table: [...walkTableUse, { actions: ["Query"] }],
      load: async () => (await import("./list-data.listener.ts")).onListDataEvent,
    },
  },
});
