import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const INTERACTION = kind("interaction", "int", {
  path: "/interactions",
  load: () => import("./interaction.entity.ts"),
  shape: 3,
  display: { menu: "activity", icon: "messages-square" },
});

export const interactionGrants = declarePermissions("interaction", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  delete: [...leaders, "SALES_REP", "SUPPORT_AGENT"],
});
