import { domain } from "../../kernel/domain.ts";
import { STAGE_ACTION } from "./stage-automation.kind.ts";

/**
 * Stage automations: actions that a tenant's rule triggers when an opportunity changes its stage. They send mails, create tasks, notify users and
 * refresh the customer's health.
 */
export const stageAutomation = domain({
  name: "stage-automation",
  kinds: [STAGE_ACTION],
  rules: { stage_automation: async () => (await import("./stage-automation.rule.ts")).stageAutomationRule },
  notifications: {
    stage_moved: { events: [], load: async () => (await import("./stage-automation.notifications.ts")).stageMovedNotification },
  },
  workflowManagers: {
    stage_automation: async () => (await import("./stage-action.recorder.ts")).stageActionManager,
  },
});
