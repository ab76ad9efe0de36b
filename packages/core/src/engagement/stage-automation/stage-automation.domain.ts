import { domain } from "../../kernel/domain.ts";
import { STAGE_ACTION } from "./stage-automation.kind.ts";

/**
 * Stage automations: actions that a tenant's rule triggers when an opportunity changes its stage. They send mails, create tasks, notify users and
 * refresh the customer's health.
 */
export const stageAutomation = domain({
  name: "stage-automation",
  kinds: [STAGE_ACTION],
  personalData: {
    stage_action: async () => (await import("./stage-action.personal-data.ts")).stageAction,
  },
  rules: { stage_automation: async () => (await import("./stage-automation.rule.ts")).stageAutomationRule },
  notifications: {
    stage_moved: { events: [], load: async () => (await import("./stage-automation.notifications.ts")).stageMovedNotification },
  },
  subscribers: {
    "stage-automations": {
      events: ["opportunity.stage_changed"],
      uses: ["domains", "mail", "secrets:lookups", "secrets:requests", "objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"] },
        // Reads the users and teams of the tenant, and the activity of the customer.
        { actions: ["Query"], indexes: ["by_time", "by_related"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("./stage-automation.ts")).onStageChange,
    },
  },
});
