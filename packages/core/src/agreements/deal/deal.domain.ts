import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const DEAL = kind("deal", "del", {
  path: "/deals",
  load: () => import("./deal.entity.ts"),
  display: { icon: "file-signature", board: "deal_status", title: "{deal_number}" },
});

/** An item is stored inside its deal. */
export const DEAL_ITEM = kind("deal_item", "dit");

export const dealGrants = declarePermissions(
  "deal",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "USER"],
    delete: leaders,
    assign: leaders,
    reopen: leaders,
  },
  { checkedByVerbs: ["assign", "reopen"] },
);

export const deal = domain({
  name: "deal",
  kinds: [DEAL, DEAL_ITEM],
  grants: [dealGrants],
  imports: { deals: async () => (await import("./deal.import.ts")).deals },
  exports: { deals: async () => (await import("./deal.export.ts")).deals },
  bulk: {
    deal: {
      write: dealGrants.write,
      remove: dealGrants.delete,
      load: async () => (await import("./deal.ts")).Deal,
    },
  },
  features: { custom_fields: [DEAL], activities: [DEAL], notes: [DEAL], attachments: [DEAL] },
});
