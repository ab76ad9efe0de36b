import { domain } from "../../kernel/domain.ts";
import { BULK_CHANGE, bulkChangeGrants } from "./bulk-change.kind.ts";

export const bulkChange = domain({
  name: "bulk-change",
  kinds: [BULK_CHANGE],
  grants: [bulkChangeGrants],
  authorities: {
    bulk_change: { rights: "user", basis: { fixed: [BULK_CHANGE] } },
  },
  subscribers: {
    "bulk-change": {
      basis: "release",
      events: ["bulk_change.continue_requested", "bulk_change.attention_due"],
      hasLongSlices: true,
      uses: ["domains", "secrets:lookups", "secrets:requests", "seal", "objects:columns:get", "objects:records:get"],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
          // The indexes that selections are walked by, and that the verbs read.
          indexes: ["table", "by_time", "by_owner", "by_status", "by_related", "by_class", "by_outcome"],
        },
        // For reading how far the stream consumer is behind.
        { actions: ["Query"], keyspace: "watermark" },
      ],
      load: async () => (await import("./worker.ts")).onContinueRequested,
    },
  },
});
