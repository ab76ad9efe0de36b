import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const ORDER = kind("order", "ord", {
  path: "/orders",
  load: () => import("./order.entity.ts"),
  display: { menu: "sales", icon: "shopping-cart", title: "{order_number}" },
});

/** A line is stored inside its order. It keeps its id in later revisions. */
export const ORDER_LINE = kind("order_line", "oli");

/** The former prices of a confirmed order: one entry for each revision. */
export const ORDER_REVISION = kind("order_revision", "orv", { derived: true, load: () => import("./revision.entity.ts") });

/** What moved money or changed a claim. An entry never changes. */
export const LEDGER_ENTRY = kind("ledger_entry", "lge", { derived: true, load: () => import("./ledger.entity.ts") });

export const FULFILMENT = kind("fulfilment", "ful", {
  path: "/fulfilments",
  load: () => import("./fulfilment.entity.ts"),
  display: { icon: "package", title: "{tracking_number}" },
});

export const orderGrants = declarePermissions(
  "order",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "USER"],
    delete: [...leaders, "SALES_REP"],
    assign: leaders,
    adjust: leaders,
  },
  { checkedByVerbs: ["assign"] },
);
