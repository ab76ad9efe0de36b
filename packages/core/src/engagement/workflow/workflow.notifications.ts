import { isId } from "../../kernel/id.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";

/** What users are told of workflows. */

const isPausedBySystem = ({ status, pause_reason }: WorkflowRecord): boolean => status === "PAUSED" && pause_reason !== "user";

/** The system has paused a workflow: its owner and the administrators are told why. */
export const paused: NotificationType<WorkflowRecord> = {
  recipient: (workflow) => (isPausedBySystem(workflow) ? workflow.owner_id : null),
  furtherRecipients: async (workflow) => (isPausedBySystem(workflow) ? Directory.listByRole("ADMIN") : []),
  title: ({ name }) => `Workflow paused: ${name}`,
  body: ({ pause_message }) => pause_message,
};

/** A workflow lost the rights of the system: the administrators are told, who can publish it again. */
export const systemWithdrawn: NotificationType<WorkflowRecord> = {
  recipient: () => null,
  furtherRecipients: async ({ system_rights_withdrawn_at }) =>
    system_rights_withdrawn_at === null ? [] : Directory.listByRole("ADMIN"),
  title: ({ name }) => `Workflow no longer runs as the system: ${name}`,
  body: ({ system_rights_withdrawn_by }) =>
    isId(system_rights_withdrawn_by ?? "", USER)
      ? "A user who is no administrator changed the workflow. It runs with the rights of its owner until an administrator publishes it as the system again"
      : "The draft and the published version ran with different rights. The workflow runs with the rights of its owner until an administrator publishes it as the system again",
};

/** A step delivers this notification with its own message, so no event triggers it. */
export const notice: NotificationType<BaseRecord> = {
  recipient: () => null,
  title: ({ id }) => id,
  body: () => null,
};
