import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { BatchRecord } from "./batch.entity.ts";

/** Notifies a user who becomes the assignee of a batch. */

export const assignmentNotification: NotificationType<BatchRecord> = {
  recipientField: "assigned_to",
  recipient: ({ assigned_to, deleted_at }) => (deleted_at ? null : assigned_to),
  title: ({ batch_name }) => `Re-engagement batch assigned to you: ${batch_name}`,
  body: ({ target_size }) => (target_size === null ? null : `${target_size} persons to contact`),
};
