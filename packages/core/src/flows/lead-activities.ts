import { Lead } from "../lead/lead.ts";
import { activitiesOf } from "./activities-of.ts";

export const LeadActivities = activitiesOf({ type: "lead", read: Lead.read, touch: Lead.touch });
