import { kind } from "../../kernel/id.ts";

export const PRE_ORDER = kind("pre_order", "por", {
  path: "/pre-orders",
  load: () => import("../order/pre-order.entity.ts"),
  display: { menu: "sales", icon: "hourglass", label: "Pre-order", labels: "Pre-orders", title: "{name}" },
});

/** Stock that is given to pre-orders of a product. */
export const PRE_ORDER_ALLOCATION = kind("pre_order_allocation", "pal", {
  path: "/pre-orders/allocations",
  load: () => import("./allocation.entity.ts"),
  display: {
    menu: "sales",
    icon: "boxes",
    label: "Pre-order allocation",
    labels: "Pre-order allocations",
    title: "{name} × {quantity}",
  },
});

/** The work on pre-orders that follow the release date of a product: one record for each product. */
export const PRE_ORDER_RESCHEDULING = kind("pre_order_rescheduling", "prs", { load: () => import("./rescheduling.entity.ts") });
