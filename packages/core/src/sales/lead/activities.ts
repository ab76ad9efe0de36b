import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Lead } from "./lead.ts";

/** Activities of a converted lead belong to its opportunity, like those from before the conversion. */
export const LeadActivities = createRecordActivities({
  type: "lead",
  read: Lead.read,
  touch: Lead.touch,
  resolveSubject: ({ converted_opportunity_id: id }) => (id ? { type: "opportunity", id } : undefined),
});
