import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

/** Calendars of working time. */
export const CALENDAR = kind("support_calendar", "cal", {
  path: "/support/calendars",
  load: () => import("./calendar.entity.ts"),
  display: { menu: "settings", icon: "calendar-clock" },
});

export const SLA_POLICY = kind("sla_policy", "sla", {
  path: "/support/sla",
  isStandalone: true,
  load: () => import("./policy.entity.ts"),
  display: { menu: "settings", label: "SLA policy", labels: "SLA policies", icon: "timer" },
});

export const slaGrants = declarePermissions("sla", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});
