import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const DEAL = kind("deal", "del", {
  path: "/deals",
  load: () => import("./deal.entity.ts"),
  display: { menu: "agreements", icon: "file-signature", title: "{deal_number}" },
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
