import { Lead } from "@crm/core/lead/lead.ts";
import { onClock } from "./clock.ts";

export const handle = onClock("lead-reminders", Lead.remind);
