import { domain } from "../../kernel/domain.ts";
import { IMPORT, importGrants } from "./import.kind.ts";

export const imports = domain({
  name: "import",
  kinds: [IMPORT],
  grants: [importGrants],
  authorities: {
    import_rows: { rights: "user", basis: { fixed: [IMPORT] } },
  },
  subscribers: {
    import: {
      basis: "release",
      events: ["import.continue_requested", "import.attention_due"],
      hasLongSlices: true,
      uses: [
        "domains",
        "secrets:lookups",
        "secrets:requests",
        "seal",
        "objects:uploads:get",
        "objects:imports",
        "objects:records:get",
      ],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
          // For finding records that have changed since the import.
          indexes: ["table", "by_time", "by_related", "by_change"],
        },
        // For reading how far the stream consumer is behind.
        { actions: ["Query"], keyspace: "watermark" },
      ],
      load: async () => (await import("./worker.ts")).onContinueRequested,
    },
  },
});
