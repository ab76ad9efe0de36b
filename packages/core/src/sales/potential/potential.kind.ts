import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const POTENTIAL = kind("potential", "pot", {
  path: "/potentials",
  load: () => import("./potential.entity.ts"),
  display: { menu: "sales", icon: "sprout", title: "{potential_number}" },
});

export const potentialGrants = declarePermissions(
  "potential",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "MARKETER", "USER"],
    delete: [...leaders, "SALES_REP"],
    assign: leaders,
  },
  { checkedByVerbs: ["assign"] },
);
