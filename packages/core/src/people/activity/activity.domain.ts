import { domain } from "../../kernel/domain.ts";
import { ACTIVITY, ACTIVITY_SERIES, activityGrants } from "./activity.kind.ts";
import { ACTIVITY_STATUSES, ACTIVITY_TYPES, CALL_OUTCOMES, MEETING_TYPES } from "./activity.masters.ts";

export const activity = domain({
  name: "activity",
  kinds: [ACTIVITY, ACTIVITY_SERIES],
  layouts: { activity: async () => (await import("./activity.layout.ts")).activity },
  grants: [activityGrants],
  authorities: {
    calendar_feed: { rights: "user", basis: "request" },
  },
  subscribers: {
    "activity-reminders": {
      basis: "release",
      events: ["activity.reminder_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./clocks.listener.ts")).onReminderDue,
    },
    "activity-reminder-texts": {
      basis: "release",
      events: ["activity.reminded"],
      uses: ["domains", "sms", "sms_sender"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // For the users of the tenant, which decide who sees a record.
        { actions: ["Query"], indexes: ["by_time"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("./reminder-text.ts")).onReminded,
    },
    "activity-unblocking": {
      basis: "release",
      events: ["activity.closed", "activity.deleted"],
      table: [{ actions: ["GetItem", "Query", "PutItem", "DeleteItem"] }],
      load: async () => (await import("./clocks.listener.ts")).onBlockerEnded,
    },
    "activity-series": {
      basis: "release",
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
  exports: { activities: { read: activityGrants.read, load: async () => (await import("./activity.export.ts")).activities } },
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
  features: { notes: [ACTIVITY], comments: [ACTIVITY], attachments: [ACTIVITY] },
  masters: [ACTIVITY_STATUSES, ACTIVITY_TYPES, CALL_OUTCOMES, MEETING_TYPES],
});
