import type { PortUse, TableUse } from "@crm/core/kernel/capabilities.ts";

/** On items of any kind. */
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

/**
 * Functions that are no domain's: the consumer of the table's stream, what watches over it, and what the operator of the system
 * calls by hand.
 */
export const stream = {
  uses: ["domains", "bus", "dead_letters:put", "objects:audit:put"],
  table: [
    // One item alone is read to know which paths are declared, and where a transaction was tried again, to see whether the
    // first try went through. Counters of years, and cells, are asked for by range.
    {
      actions: ALL_ACTIONS,
    },
    // How far it is behind.
    { actions: ["PutItem"], keyspace: "watermark" },
  ],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };

/** What looks, all the time, at what nobody else would tell of. */
export const watch = {
  uses: ["dead_letters:list"],
  table: [],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };

/** Takes in the mails of all tenants. */
export const inbound = {
  uses: ["inbound_mail", "objects:mails:put"],
  table: [
    // Whose an address is.
    { actions: ["GetItem"], keyspace: "slug" },
    { actions: ["GetItem", "PutItem"] },
  ],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };

export const operator = {
  uses: ["domains", "bus", "seal", "dead_letters", "objects:audit:put", "objects:recounts"],
  table: [
    {
      actions: ALL_ACTIONS,
      indexes: ["table", "by_time", "by_change"],
    },
    { actions: ["Query"], keyspace: "tenants" },
    { actions: ["GetItem", "PutItem"], keyspace: "watermark" },
  ],
} as const satisfies { uses: readonly PortUse[]; table: readonly TableUse[] };
