import { domain } from "../../kernel/domain.ts";
import { RULE, RULE_SET, ruleGrants } from "./rule.kind.ts";

export const rule = domain({
  name: "rule",
  kinds: [RULE_SET, RULE],
  grants: [ruleGrants],
  subscribers: {
    rules: {
      basis: "release",
      events: ["rule_set.work_due"],
      isSliced: true,
      uses: ["domains", "seal", "objects:records:get"],
      // Workflows of a rule are written with their watches. Scoring reads the partitions of persons and birth dates (sealed). New rules change the scores of all leads, and who can be a lead.
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
          indexes: ["table", "by_time"],
        },
        // For leads that have no link to their person, and for the activities of customers.
        { actions: ["Query"], indexes: ["by_owner", "by_related"] },
      ],
      load: async () => (await import("./rule.ts")).onWork,
    },
  },
});
