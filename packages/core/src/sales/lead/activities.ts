import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Lead } from "./lead.ts";

/** What is done with a lead that was converted belongs to its opportunity, as what was done before does. */
export const LeadActivities = createRecordActivities({
  type: "lead",
  read: Lead.read,
  touch: Lead.touch,
  resolveSubject: ({ converted_opportunity_id: id }) => (id ? { type: "opportunity", id } : undefined),
});
