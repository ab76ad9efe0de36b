import type { Schedule } from "@crm/core/kernel/domain.ts";

/** Work by the clock that is no domain's: it goes through the records of all. */
export const platformSchedules = {
  due: {
    rate: "rate(1 minute)",
    description: "Finds the clocks of records that are due, and tells who acts on each",
    uses: ["domains", "bus"],
    table: [
      { actions: ["Query"], keyspace: "due", indexes: ["due"] },
      // How far it is, and who has a shard; where it has never been, since when there are tenants.
      { actions: ["Query", "PutItem", "UpdateItem"], keyspace: "watermark" },
      { actions: ["Query"], keyspace: "tenants" },
      { actions: ["UpdateItem"], keyspace: "claim" },
      { actions: ["BatchGetItem"] },
    ],
    load: async () => (await import("./due-sweep.ts")).run,
  },
  recount: {
    rate: "rate(1 day)",
    description: "Proves the counters of every tenant against its records, and mends what differs",
    uses: ["domains", "objects:recounts"],
    table: [
      { actions: ["Query"], keyspace: "tenants" },
      // When each tenant is due.
      { actions: ["Query", "PutItem"], keyspace: "watermark" },
      { actions: ["Query", "GetItem", "BatchGetItem", "PutItem", "UpdateItem"], indexes: ["table", "by_time"] },
    ],
    load: async () => (await import("./recount.ts")).run,
  },
} as const satisfies Record<string, Schedule>;
