import { domain } from "../../kernel/domain.ts";
import { HEALTH } from "./health.kind.ts";

export const health = domain({
  name: "health",
  kinds: [HEALTH],
  rules: {
    engagement_score: async () => (await import("./rule-kinds.ts")).engagementRule,
    health_score: async () => (await import("./rule-kinds.ts")).healthRule,
  },
  subscribers: {
    "customer-health": {
      basis: "release",
      events: [
        "customer.health_due",
        "customer.created",
        "customer.updated",
        "customer.restored",
        "interaction.created",
        "interaction.updated",
        "interaction.deleted",
        "interaction.restored",
      ],
      uses: ["objects:records:get"],
      table: [{ actions: ["GetItem", "BatchGetItem", "Query", "PutItem"] }, { actions: ["Query"], indexes: ["by_related"] }],
      load: async () => (await import("./health.listener.ts")).onHealthInputChange,
    },
  },
});
