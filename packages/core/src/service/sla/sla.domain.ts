import { domain } from "../../kernel/domain.ts";
import { CALENDAR, SLA_POLICY, slaGrants } from "./sla.kind.ts";

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
