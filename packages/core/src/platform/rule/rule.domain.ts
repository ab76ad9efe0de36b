import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const RULE_SET = kind("rule_set", "rst", { load: () => import("./rule.entity.ts") });
export const RULE = kind("rule", "rul", { load: () => import("./rule.entity.ts") });

export const ruleGrants = declarePermissions("rule", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const rule = domain({
  name: "rule",
  kinds: [RULE_SET, RULE],
  grants: [ruleGrants],
  subscribers: {
    rules: {
      events: ["rule_set.work_due"],
      isSliced: true,
      uses: ["domains", "seal"],
      // Scores go by what lies in the collections of persons, and by birth dates; those of all leads follow a rule, and who may
      // be one.
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
          indexes: ["table", "by_time"],
        },
        // What names a lead that shows nothing of its person, and what happened with a customer.
        { actions: ["Query"], indexes: ["by_owner", "by_related"] },
      ],
      load: async () => (await import("./rule.ts")).onWork,
    },
  },
});
