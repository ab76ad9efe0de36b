import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const RULE_SET = kind("rule_set", "rst", { shape: 2, load: () => import("./rule.entity.ts") });
export const RULE = kind("rule", "rul", { load: () => import("./rule.entity.ts") });

export const ruleGrants = declarePermissions("rule", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});
