import { domain } from "../../kernel/domain.ts";
import { RECORD_MERGE } from "./merging.kind.ts";

export const merging = domain({
  name: "merging",
  kinds: [RECORD_MERGE],
  subscribers: {
    merging: {
      basis: "release",
      events: ["record_merge.continue_requested", "record_merge.attention_due"],
      uses: ["objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Query"] },
        { actions: ["Query"], indexes: ["by_related", "by_outcome", "by_class"] },
      ],
      load: async () => (await import("./repoint.ts")).onContinueRequested,
    },
  },
});
