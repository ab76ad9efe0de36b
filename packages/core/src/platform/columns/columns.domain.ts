import { domain } from "../../kernel/domain.ts";

/** Keeps the columns from which lists read what no index serves (docs/storage/columns.md). */
export const columns = domain({
  name: "columns",
  kinds: [],
  changeWatchers: {
    columns: { events: ["columns.outdated"], load: async () => (await import("./column-work.ts")).watchChanges },
  },
  subscribers: {
    columns: {
      basis: "release",
      events: ["columns.outdated"],
      hasLongSlices: true,
      uses: ["domains", "objects:columns", "objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"] },
        { actions: ["Query"], indexes: ["by_time"] },
      ],
      load: async () => (await import("./column-work.ts")).onWork,
    },
  },
  schedules: {
    "column-renewal": {
      basis: "release",
      rate: "rate(1 hour)",
      description: "Builds and renews the columns of every tenant's lists",
      uses: ["domains", "objects:columns", "objects:records:get"],
      table: [
        { actions: ["Query"], keyspace: "tenants" },
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"] },
        { actions: ["Query"], indexes: ["by_time"] },
      ],
      load: async () => (await import("./column-work.ts")).run,
    },
  },
});
