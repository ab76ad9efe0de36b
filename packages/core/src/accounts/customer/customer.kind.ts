import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const CUSTOMER = kind("customer", "cus", {
  path: "/customers",
  isMergeable: true,
  load: () => import("./customer.entity.ts"),
  shape: 6,
  display: { menu: "people", icon: "building-2" },
});

export const customerGrants = declarePermissions(
  "customer",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
    delete: leaders,
    assign: leaders,
  },
  { checkedByVerbs: ["assign"] },
);
