import { domain } from "../../kernel/domain.ts";
import { DEAL, DEAL_ITEM, dealGrants } from "./deal.kind.ts";

export const deal = domain({
  name: "deal",
  kinds: [DEAL, DEAL_ITEM],
  layouts: { deal: async () => (await import("./deal.layout.ts")).deal },
  grants: [dealGrants],
  imports: { deals: async () => (await import("./deal.import.ts")).deals },
  exports: { deals: { read: dealGrants.read, load: async () => (await import("./deal.ts")).listDefinition } },
  bulk: {
    deal: {
      write: dealGrants.write,
      remove: dealGrants.delete,
      load: async () => (await import("./deal.ts")).Deal,
    },
  },
  features: { custom_fields: [DEAL], activities: [DEAL], notes: [DEAL], comments: [DEAL], attachments: [DEAL], tags: [DEAL] },
});
