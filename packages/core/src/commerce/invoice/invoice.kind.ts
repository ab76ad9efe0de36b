import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const INVOICE = kind("invoice", "inv", {
  path: "/invoices",
  load: () => import("./invoice.entity.ts"),
  display: { menu: "sales", icon: "receipt-text", title: "{invoice_number}" },
});

export const invoiceGrants = declarePermissions("invoice", {
  read: everyone,
  write: [...leaders, "SALES_REP", "USER"],
  issue: [...leaders, "SALES_REP"],
});
