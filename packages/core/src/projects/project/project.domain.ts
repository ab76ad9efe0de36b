import { domain } from "../../kernel/domain.ts";
import { PROJECT, PROJECT_MILESTONE, projectGrants } from "./project.kind.ts";

export const project = domain({
  name: "project",
  kinds: [PROJECT, PROJECT_MILESTONE],
  layouts: { project: async () => (await import("./project.layout.ts")).project },
  grants: [projectGrants],
  imports: { projects: async () => (await import("./project.import.ts")).projects },
  exports: { projects: { read: projectGrants.read, load: async () => (await import("./project.ts")).listDefinition } },
  bulk: {
    project: {
      write: projectGrants.write,
      remove: projectGrants.delete,
      load: async () => (await import("./project.ts")).Project,
    },
  },
  features: {
    custom_fields: [PROJECT],
    activities: [PROJECT],
    notes: [PROJECT],
    comments: [PROJECT],
    attachments: [PROJECT],
    tags: [PROJECT],
  },
  activitySubjects: { project: async () => (await import("./activity-subject.ts")).activitySubject },
  changeHandlers: { activity: async () => (await import("./totals.ts")).onTaskChanges },
  subscribers: {
    "project-members": {
      basis: "release",
      events: ["project.created", "project.member_added"],
      uses: ["domains", "mail", "secrets:lookups"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem"] },
        // For the users of the tenant, which decide who sees a record.
        { actions: ["Query"], indexes: ["by_time"] },
      ],
      load: async () => (await import("./member.listener.ts")).onMembersChanged,
    },
  },
  notifications: {
    project_assigned: {
      events: ["project.assigned", "project.created"],
      load: async () => (await import("./project.notifications.ts")).assigned,
    },
    project_member_added: { events: [], load: async () => (await import("./project.notifications.ts")).memberAdded },
    project_completed: {
      events: ["project.completed"],
      load: async () => (await import("./project.notifications.ts")).completed,
    },
  },
});
