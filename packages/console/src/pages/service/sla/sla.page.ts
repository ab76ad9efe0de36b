import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const policyForm = part(() => import("./sla-form-page.tsx"), "SlaFormPage");
const calendarForm = part(() => import("./calendar-form-page.tsx"), "CalendarFormPage");

export const sla = definePage({
  kind: "sla_policy",
  hasTranslatedNames: true,
  routes: {
    "support/agents": part(() => import("./agents-page.tsx"), "AgentsPage"),
    "support/sla": part(() => import("./sla-page.tsx"), "SlaPage"),
    "support/sla/create": policyForm,
    "support/sla/add": policyForm,
    "support/sla/edit/$id": policyForm,
    "support/calendars": part(() => import("./calendars-page.tsx"), "CalendarsPage"),
    "support/calendars/create": calendarForm,
    "support/calendars/add": calendarForm,
    "support/calendars/edit/$id": calendarForm,
  },
});
