import { activitiesOf } from "../activity/activities-of.ts";
import { Opportunity } from "./opportunity.ts";

export const OpportunityActivities = activitiesOf({ type: "opportunity", read: Opportunity.read, touch: Opportunity.touch });
