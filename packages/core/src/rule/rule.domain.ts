import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";

export const RULE_SET = kind("rule_set", "rst", { load: () => import("./rule.entity.ts") });
export const RULE = kind("rule", "rul", { load: () => import("./rule.entity.ts") });

export const ruleGrants = grants("rule", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const rule = domain({
  name: "rule",
  kinds: [RULE_SET, RULE],
  grants: [ruleGrants],
});
