import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Opportunity } from "./opportunity.ts";

export const OpportunityActivities = createRecordActivities({
  type: "opportunity",
  read: Opportunity.read,
  touch: Opportunity.touch,
});
