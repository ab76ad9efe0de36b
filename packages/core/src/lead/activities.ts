import { activitiesOf } from "../activity/activities-of.ts";
import { Lead } from "./lead.ts";

/** What is done with a lead that was converted belongs to its opportunity, as what was done before does. */
export const LeadActivities = activitiesOf({
  type: "lead",
  read: Lead.read,
  touch: Lead.touch,
  about: ({ converted_opportunity_id: id }) => (id ? { type: "opportunity", id } : undefined),
});
