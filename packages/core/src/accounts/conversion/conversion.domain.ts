import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";

export const CONVERSION = kind("conversion", "cnv", { load: () => import("./conversion.entity.ts") });

export const conversion = domain({
  name: "conversion",
  kinds: [CONVERSION],
  subscribers: {
    conversion: {
      events: ["conversion.continue_requested", "conversion.attention_due"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
        { actions: ["Query"], indexes: ["by_owner", "by_class", "by_related", "by_outcome"] },
      ],
      load: async () => (await import("./repoint.ts")).onContinueRequested,
    },
  },
  rules: { conversion: async () => (await import("./conversion.rules.ts")).ConversionRule },
});
