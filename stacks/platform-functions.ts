import type { PortUse, TableUse } from "@crm/core/kernel/capabilities.ts";

/** Actions on items of any kind. */
const ALL_ACTIONS = [
  "GetItem",
  "BatchGetItem",
  "Query",
  "PutItem",
  "BatchWriteItem",
  "UpdateItem",
  "DeleteItem",
  "ConditionCheckItem",
] as const;

/** Functions that belong to no domain: the stream's consumer, the watch over dead letters, inbound mail, and the operator's function. */
export const stream = {
  uses: ["domains", "bus", "dead_letters:put", "objects:audit:put", "objects:records:get"],
  table: [
    // GetItem reads which paths are declared and, when a transaction is retried, whether the first attempt succeeded. Counters of years and of cells
    // are read by range.
    {
      actions: ALL_ACTIONS,
    },
    // The consumer writes how far it has read, and reads and writes which tenants are set aside.
    { actions: ["PutItem", "Query", "UpdateItem"], keyspace: "watermark" },
    // Whether there are other tenants whom a flood can delay.
    { actions: ["Query"], keyspace: "tenants" },
  ],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };

/** Measures regularly what no event reports: the dead letters that wait. */
export const watch = {
  uses: ["dead_letters:list"],
  table: [],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };

/** Ingests the mails of all tenants. */
export const inbound = {
  uses: ["inbound_mail", "objects:mails:put"],
  table: [
    // Finds the tenant of an address.
    { actions: ["GetItem"], keyspace: "slug" },
    { actions: ["GetItem", "PutItem"] },
  ],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };

export const operator = {
  uses: [
    "domains",
    "bus",
    "seal",
    "dead_letters",
    "dead_letters:put",
    "objects:audit:put",
    "objects:recounts",
    "objects:records:get",
  ],
  table: [
    {
      actions: ALL_ACTIONS,
      indexes: ["table", "by_time", "by_change"],
    },
    // Sign-up links are written here.
    { actions: ["Query", "PutItem"], keyspace: "tenants" },
    // Also the marks of tenants that are set aside.
    { actions: ["GetItem", "PutItem", "Query", "UpdateItem", "DeleteItem"], keyspace: "watermark" },
    { actions: ["GetItem", "Query"], keyspace: "migration" },
    // A batch of the migration saves its progress in the tenant and its totals in one transaction.
    { actions: ["PutItem", "UpdateItem", "ConditionCheckItem"], keyspace: "migration", withTenants: true },
  ],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };

/** What the operator's function uses in addition if the export for analysts is on. */
export const analystExportUses = ["objects:lake"] as const satisfies readonly PortUse[];

/** Checks during a deployment whether the release can read the table. */
export const releaseCheck = {
  uses: ["domains"],
  table: [
    { actions: ["GetItem", "PutItem"], keyspace: "migration" },
    { actions: ["Query"], keyspace: "tenants" },
  ],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };
