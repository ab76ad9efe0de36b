import type { NotificationType } from "../../platform/notification/notification-type.ts";
import { Directory } from "../../platform/user/directory.ts";
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

/** A step delivers this notification with its own message, so no event triggers it. */
export const notice: NotificationType<BaseRecord> = {
  recipient: () => null,
  title: ({ id }) => id,
  body: () => null,
};
