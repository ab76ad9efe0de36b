import type { Translate } from "../../ui/i18n/use-text.ts";

export const listActivityPages = (t: Translate) => [
  { id: "overview", label: t("Overview"), href: "/crm/activities" },
  { id: "tasks", label: t("Tasks"), href: "/crm/activities/tasks" },
  { id: "calls", label: t("Calls"), href: "/crm/activities/calls" },
  { id: "meetings", label: t("Meetings"), href: "/crm/activities/meetings" },
  { id: "emails", label: t("Emails"), href: "/crm/activities/emails" },
  { id: "calendar", label: t("Calendar"), href: "/crm/activities/calendar" },
  { id: "all", label: t("All activities"), href: "/crm/activities/all" },
];
