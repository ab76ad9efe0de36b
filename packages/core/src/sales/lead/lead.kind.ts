import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const LEAD = kind("lead", "led", {
  path: "/leads",
  load: () => import("./lead.entity.ts"),
  shape: 6,
  display: { menu: "sales", icon: "target" },
});
export const ASSIGNMENT = kind("assignment", "asg", { derived: true, load: () => import("./assignment.entity.ts") });
export const LEAD_WAIT = kind("lead_wait", "lwt", { derived: true, load: () => import("./assignment.entity.ts") });

export const leadGrants = declarePermissions("lead", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "USER"],
  delete: [...leaders, "SALES_REP"],
  assign: leaders,
  convert: [...leaders, "SALES_REP", "USER"],
  summary: [...leaders, "MARKETER", "ANALYST"],
});
export const leadSourceGrants = declarePermissions("lead_source", {
  manage: [...leaders, "MARKETER"],
});
