import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const dashboard = part(() => import("./activity-dashboard.tsx"), "ActivityDashboard");

export const activity = definePage({
  kind: "activity",
  isInFeed: true,
  routes: {
    "activities/tasks": part(() => import("./task-page.tsx"), "TaskPage"),
    "activities/calls": part(() => import("./call-page.tsx"), "CallPage"),
    "activities/meetings": part(() => import("./meeting-page.tsx"), "MeetingPage"),
    "activities/emails": part(() => import("./email-page.tsx"), "EmailPage"),
    "advanced-features/activity": dashboard,
  },
  areaPaths: { "/crm/advanced-features/activity": "/crm/activities" },
  neighbors: {
    list: (t) => ({
      label: t("Pages of activities"),
      pages: [
        { id: "overview", label: t("Overview"), href: "/crm/activities" },
        { id: "tasks", label: t("Tasks"), href: "/crm/activities/tasks" },
        { id: "calls", label: t("Calls"), href: "/crm/activities/calls" },
        { id: "meetings", label: t("Meetings"), href: "/crm/activities/meetings" },
        { id: "emails", label: t("Emails"), href: "/crm/activities/emails" },
        { id: "calendar", label: t("Calendar"), href: "/crm/activities/calendar" },
        { id: "all", label: t("All activities"), href: "/crm/activities/all" },
      ],
    }),
    displays: { list: "all", calendar: "calendar" },
  },
  list: { startPage: { path: "/crm/activities", page: dashboard } },
});
