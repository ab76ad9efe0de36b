import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";

/** When somebody works. */
export const CALENDAR = kind("support_calendar", "cal", {
  path: "/support/calendars",
  load: () => import("./calendar.entity.ts"),
  shown: { icon: "calendar-clock" },
});

export const SLA_POLICY = kind("sla_policy", "sla", {
  path: "/support/sla",
  alone: true,
  load: () => import("./policy.entity.ts"),
  shown: { label: "SLA policy", labels: "SLA policies", icon: "timer" },
});

export const slaGrants = grants("sla", {
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
