import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";
import { ACTIVITY_STATUSES, ACTIVITY_TYPES, CALL_OUTCOMES, MEETING_TYPES } from "./activity.masters.ts";

export const ACTIVITY = kind("activity", "act", {
  path: "/activities",
  load: () => import("./activity.entity.ts"),
  display: { icon: "calendar-check" },
});

/** Series hold the fields that the occurrences of a recurring activity share. Readers read the occurrences, not the series. */
export const ACTIVITY_SERIES = kind("activity_series", "ase", { load: () => import("./series.entity.ts"), standalone: true });

export const activityGrants = declarePermissions("activity", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const activity = domain({
  name: "activity",
  kinds: [ACTIVITY, ACTIVITY_SERIES],
  grants: [activityGrants],
  subscribers: {
    "activity-reminders": {
      events: ["activity.reminder_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./clocks.listener.ts")).onReminderDue,
    },
    "activity-unblocking": {
      events: ["activity.closed", "activity.deleted"],
      table: [{ actions: ["GetItem", "Query", "PutItem", "DeleteItem"] }],
      load: async () => (await import("./clocks.listener.ts")).onBlockerEnded,
    },
    "activity-series": {
      events: ["activity_series.revised", "activity_series.work_due"],
      isSliced: true,
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "DeleteItem", "UpdateItem", "ConditionCheckItem"],
        },
      ],
      load: async () => (await import("./series.listener.ts")).onSeriesEvent,
    },
  },
  notifications: {
    activity_assigned: {
      events: ["activity.assigned", "activity.created"],
      load: async () => (await import("./activity.notifications.ts")).assigned,
    },
    activity_answered: {
      events: ["activity.answered"],
      load: async () => (await import("./activity.notifications.ts")).answered,
    },
    activity_reminder: {
      events: ["activity.reminded"],
      load: async () => (await import("./activity.notifications.ts")).reminder,
    },
  },
  exports: { activities: async () => (await import("./activity.export.ts")).activities },
  bulk: {
    activity: {
      write: activityGrants.write,
      remove: activityGrants.write,
      load: async () => ({
        ...(await import("./activity.ts")).Activity,
        ...(await import("./recurring-activity.ts")).RecurringActivities,
      }),
    },
  },
  features: { attachments: [ACTIVITY] },
  masters: [ACTIVITY_STATUSES, ACTIVITY_TYPES, CALL_OUTCOMES, MEETING_TYPES],
});
