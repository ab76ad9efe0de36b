import { domain } from "../../kernel/domain.ts";

/**
 * Asks for the columns from which lists read what no index serves (docs/storage/columns.md). The subscriber `search-paths` keeps them, because an account has
 * room for few more roles.
 */
export const columns = domain({
  name: "columns",
  kinds: [],
  changeWatchers: {
    columns: { events: ["columns.outdated"], load: async () => (await import("./column-work.ts")).watchChanges },
  },
});
