import { domain } from "../../kernel/domain.ts";
import { CONVERSION } from "./conversion.kind.ts";

export const conversion = domain({
  name: "conversion",
  kinds: [CONVERSION],
  subscribers: {
    conversion: {
      basis: "release",
      events: ["conversion.continue_requested", "conversion.attention_due"],
      uses: ["objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
        { actions: ["Query"], indexes: ["by_owner", "by_class", "by_related", "by_outcome"] },
      ],
      load: async () => (await import("./repoint.ts")).onContinueRequested,
    },
  },
  rules: { conversion: async () => (await import("./conversion.rules.ts")).ConversionRule },
});
