import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";
import { ACTIVITY_TYPES, CALL_OUTCOMES, MEETING_TYPES } from "./activity.masters.ts";

export const ACTIVITY = kind("activity", "act", {
  path: "/activities",
  load: () => import("./activity.entity.ts"),
  shown: { icon: "calendar-check" },
});

export const activityGrants = grants("activity", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const activity = domain({
  name: "activity",
  kinds: [ACTIVITY],
  grants: [activityGrants],
  listens: {
    "activity-reminders": {
      events: ["activity.reminder_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./clocks.listener.ts")).remind,
    },
    "activity-unblocking": {
      events: ["activity.closed", "activity.deleted"],
      table: [{ actions: ["GetItem", "Query", "PutItem", "DeleteItem"] }],
      load: async () => (await import("./clocks.listener.ts")).letGo,
    },
  },
  notifications: {
    activity_assigned: {
      events: ["activity.assigned", "activity.created"],
      load: async () => (await import("./activity.notifications.ts")).assigned,
    },
    activity_reminder: {
      events: ["activity.reminded"],
      load: async () => (await import("./activity.notifications.ts")).reminder,
    },
  },
  exports: { activities: async () => (await import("./activity.export.ts")).activities },
  masters: [ACTIVITY_TYPES, CALL_OUTCOMES, MEETING_TYPES],
});
