import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

/** A case about items of an order: a return, an exchange, a repair, a refund or a complaint. */
export const AFTER_SALES_CASE = kind("after_sales_case", "asc", {
  path: "/after-sales",
  load: () => import("./after-sales.entity.ts"),
  display: {
    menu: "service",
    icon: "package-open",
    title: "{rma_code}",
    label: "After-sales case",
    labels: "After-sales cases",
  },
});

export const afterSalesGrants = declarePermissions(
  "after_sales",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "SUPPORT_AGENT", "USER"],
    /** Refund, credit and exchange. */
    resolve: [...leaders, "SALES_REP", "SUPPORT_AGENT"],
    assign: [...leaders, "SUPPORT_AGENT"],
    /** Read figures by product, which include cases that the user does not see. */
    report: [...leaders, "ANALYST"],
  },
  { checkedByVerbs: ["assign"] },
);
