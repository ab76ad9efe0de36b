import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const PAYMENT = kind("payment", "pay", {
  path: "/payments",
  load: () => import("./payment.entity.ts"),
  display: { menu: "sales", icon: "banknote", title: "{amount} {currency}" },
});

export const REFUND = kind("refund", "rfd", {
  path: "/refunds",
  load: () => import("./refund.entity.ts"),
  display: { icon: "undo-2", title: "{amount} {currency}" },
});

export const paymentGrants = declarePermissions("payment", {
  read: everyone,
  write: [...leaders, "SALES_REP", "USER"],
  refund: [...leaders, "SALES_REP"],
});
