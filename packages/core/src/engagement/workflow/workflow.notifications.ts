import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";

/** What users are told of workflows. */

/** The system has paused a workflow: its owner is told why. */
export const paused: NotificationType<WorkflowRecord> = {
  recipient: ({ status, pause_reason, owner_id }) => (status === "PAUSED" && pause_reason !== "user" ? owner_id : null),
  title: ({ name }) => `Workflow paused: ${name}`,
  body: ({ pause_message }) => pause_message,
};

/** A step delivers this notification with its own message, so no event triggers it. */
export const notice: NotificationType<BaseRecord> = {
  recipient: () => null,
  title: ({ id }) => id,
  body: () => null,
};
