import type { Schedule } from "@crm/core/kernel/domain.ts";

/** Work by the clock that is no domain's: it goes through the records of all. */
export const house = {
  due: {
    rate: "rate(1 minute)",
    description: "Finds records whose time has come, and has each acted on once",
    uses: ["seal", "domains", "objects:uploads:delete", "objects:exports:delete"],
    table: [
      { actions: ["Query"], within: "due", on: ["due"] },
      { actions: ["GetItem", "PutItem"], within: "watermark" },
      { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Query"] },
      // Entries of declared paths, for which the records of a kind are gone through, the leads of who is away, and what belongs
      // to a lead that was converted, and an index did not show in time.
      { actions: ["Query"], on: ["by_time", "by_owner", "by_related", "by_outcome"] },
    ],
    load: async () => (await import("./due.ts")).run,
  },
  recount: {
    rate: "rate(1 day)",
    description: "Proves the counters of every tenant against its records, and mends what differs",
    uses: ["domains"],
    table: [
      { actions: ["Query"], within: "tenants" },
      { actions: ["Query", "GetItem", "BatchGetItem", "PutItem"], on: ["table", "by_time"] },
    ],
    load: async () => (await import("./recount.ts")).run,
  },
} as const satisfies Record<string, Schedule>;
