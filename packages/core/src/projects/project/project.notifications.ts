import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { ProjectRecord } from "./project.entity.ts";

/** What users are told of projects. */

export const assigned: NotificationType<ProjectRecord> = {
  recipientField: "owner_id",
  recipient: (project) => project.owner_id,
  title: (project) => `Project assigned to you: ${project.title}`.slice(0, 300),
  body: () => null,
};

/** One change may add many members, so a subscriber of its own delivers it (member.listener.ts). */
export const memberAdded: NotificationType<ProjectRecord> = {
  recipient: () => null,
  title: (project) => `You are a member of the project: ${project.title}`.slice(0, 300),
  body: () => null,
};

export const completed: NotificationType<ProjectRecord> = {
  recipient: (project) => (project.status === "COMPLETED" ? project.owner_id : null),
  title: (project) => `Project completed: ${project.title}`.slice(0, 300),
  body: () => null,
};
