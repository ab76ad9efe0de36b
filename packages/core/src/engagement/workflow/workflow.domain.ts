import { domain } from "../../kernel/domain.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { RULE } from "../../platform/rule/rule.kind.ts";
import { TICKET_MACRO } from "../../service/ticket/ticket.kind.ts";
import { WORKFLOW, WORKFLOW_ENROLLMENT, WORKFLOW_VERSION, workflowGrants } from "./workflow.kind.ts";

/** Workflows: steps that run when records are created or changed, at their dates, by a schedule, or when a user asks. */
export const workflow = domain({
  name: "workflow",
  kinds: [WORKFLOW, WORKFLOW_VERSION, WORKFLOW_ENROLLMENT],
  layouts: {
    workflow: async () => (await import("./workflow.layout.ts")).workflow,
    workflow_enrollment: async () => (await import("./workflow.layout.ts")).workflowEnrollment,
  },
  grants: [workflowGrants],
  authorities: {
    workflow: { rights: "user", basis: { approved: [WORKFLOW, MESSAGE_TEMPLATE, TICKET_MACRO] } },
    workflow_dry_run: { rights: "user", basis: "request" },
    workflow_webhook: { rights: "visitor", basis: { approved: [WORKFLOW] } },
  },
  approvables: { workflow_enrollment: async () => (await import("./enrollment-approvable.ts")).approvable },
  changeWatchers: {
    workflows: { events: ["workflow.change_matched"], load: async () => (await import("./change.watcher.ts")).watchChanges },
  },
  notifications: {
    workflow_paused: { events: ["workflow.paused"], load: async () => (await import("./workflow.notifications.ts")).paused },
    workflow_rights_withdrawn: {
      events: ["workflow.system_rights_withdrawn"],
      load: async () => (await import("./workflow.notifications.ts")).systemWithdrawn,
    },
    workflow_notice: { events: [], load: async () => (await import("./workflow.notifications.ts")).notice },
  },
  subscribers: {
    workflows: {
      basis: { approved: [WORKFLOW, MESSAGE_TEMPLATE, TICKET_MACRO], settings: [RULE] },
      events: [
        "workflow.change_matched",
        "workflow.run_due",
        "workflow.continue_requested",
        "workflow.attention_due",
        "workflow_enrollment.step_due",
        "tenant.updated",
        "workflow_enrollment.approval_over",
      ],
      isSliced: true,
      uses: [
        "domains",
        "flows:answer",
        "operations",
        "outbound",
        "seal",
        "mail",
        "secrets:lookups",
        "secrets:requests",
        "objects:records:get",
      ],
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
        { actions: ["Query"], indexes: ["by_time", "by_owner", "by_related", "by_status", "by_class"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("./workflow.listener.ts")).onWorkflowEvent,
    },
  },
});
