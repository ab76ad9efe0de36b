import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

/** Calendars of working time. */
export const CALENDAR = kind("support_calendar", "cal", {
  path: "/support/calendars",
  load: () => import("./calendar.entity.ts"),
  display: { icon: "calendar-clock" },
});

export const SLA_POLICY = kind("sla_policy", "sla", {
  path: "/support/sla",
  standalone: true,
  load: () => import("./policy.entity.ts"),
  display: { label: "SLA policy", labels: "SLA policies", icon: "timer" },
});

export const slaGrants = declarePermissions("sla", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const sla = domain({
  name: "sla",
  kinds: [CALENDAR, SLA_POLICY],
  grants: [slaGrants],
  bulk: {
    sla_policy: {
      write: slaGrants.manage,
      remove: slaGrants.manage,
      load: async () => (await import("./policy.ts")).SlaPolicy,
    },
    support_calendar: {
      write: slaGrants.manage,
      remove: slaGrants.manage,
      load: async () => (await import("./calendar.ts")).SupportCalendar,
    },
  },
});
