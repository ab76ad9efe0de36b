import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";

/** What was done for an opportunity because its stage changed. */
export const STAGE_ACTION = kind("stage_action", "sga", { derived: true, load: () => import("./stage-action.entity.ts") });

/** What follows from a change of stage by the tenant's own rule: mails, tasks, notifications, the customer's health (seed 001). */
export const stageAutomation = domain({
  name: "stage-automation",
  kinds: [STAGE_ACTION],
  rules: { stage_automation: async () => (await import("./stage-automation.rule.ts")).stageAutomationRule },
  notifications: {
    stage_moved: { events: [], load: async () => (await import("./stage-automation.notifications.ts")).stageMovedNotification },
  },
  subscribers: {
    "stage-automations": {
      events: ["opportunity.stage_changed"],
      uses: ["domains", "mail", "secrets"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"] },
        // Users and teams of the tenant, and what happened with the customer.
        { actions: ["Query"], indexes: ["by_time", "by_related"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("./stage-automation.ts")).onStageChange,
    },
  },
});
