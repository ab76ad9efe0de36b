import type { Schedule } from "@crm/core/kernel/domain.ts";

/** Scheduled jobs that belong to no domain: they process the records of all. */
export const platformSchedules = {
  due: {
    basis: "release",
    rate: "rate(1 minute)",
    description: "Finds due clocks of records, and notifies the subscribers of each",
    uses: ["domains", "bus"],
    table: [
      { actions: ["Query"], keyspace: "due", indexes: ["due"] },
      // The progress, and the owner of each shard. Without progress, the job begins when the oldest tenant was created.
      { actions: ["Query", "PutItem", "UpdateItem"], keyspace: "watermark" },
      { actions: ["Query"], keyspace: "tenants" },
      { actions: ["UpdateItem"], keyspace: "claim" },
      { actions: ["BatchGetItem"] },
    ],
    load: async () => (await import("./due-sweep.ts")).run,
  },
  "tenant-queues": {
    basis: "release",
    rate: "rate(1 minute)",
    description: "Derives the changes of tenants that the stream has set aside",
    uses: ["domains", "bus", "dead_letters", "dead_letters:put", "objects:audit:put", "objects:records:get"],
    table: [
      // As for the stream's consumer (stacks/platform-functions.ts).
      {
        actions: [
          "GetItem",
          "BatchGetItem",
          "Query",
          "PutItem",
          "BatchWriteItem",
          "UpdateItem",
          "DeleteItem",
          "ConditionCheckItem",
        ],
      },
      // The marks of the tenants.
      { actions: ["Query", "UpdateItem", "DeleteItem"], keyspace: "watermark" },
    ],
    load: async () => (await import("./tenant-queues.ts")).run,
  },
  recount: {
    basis: "release",
    rate: "rate(1 day)",
    description: "Verifies the counters of every tenant against its records, repairs differences, and has columns renewed",
    uses: ["domains", "bus", "objects:recounts", "objects:records:get"],
    table: [
      { actions: ["Query"], keyspace: "tenants" },
      // When each tenant is due.
      { actions: ["Query", "PutItem"], keyspace: "watermark" },
      { actions: ["Query", "GetItem", "BatchGetItem", "PutItem", "UpdateItem"], indexes: ["table", "by_time"] },
    ],
    load: async () => (await import("./recount.ts")).run,
  },
  "record-archive": {
    basis: "release",
    rate: "rate(1 day)",
    description: "Moves records that are old enough to the object store",
    uses: ["domains", "archive_days", "objects:records:put", "objects:records:get"],
    table: [
      { actions: ["Query"], keyspace: "tenants" },
      // How far the stream is behind.
      { actions: ["Query"], keyspace: "watermark" },
      { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"] },
      { actions: ["Query"], indexes: ["by_time"] },
    ],
    load: async () => (await import("./record-archive.ts")).run,
  },
} as const satisfies Record<string, Schedule>;
