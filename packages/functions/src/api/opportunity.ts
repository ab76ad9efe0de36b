import { OpportunityActivities } from "@crm/core/opportunity/activities.ts";
import { Opportunity } from "@crm/core/opportunity/opportunity.ts";
import { recordOf } from "../http/operation.ts";
import { activitiesAt } from "./activities-at.ts";
import { crud } from "./crud.ts";
import { opportunityLinks } from "./links.ts";
import { mastersAt } from "./masters-at.ts";

export const opportunities = [
  ...crud({
    noun: "Opportunity",
    plural: "Opportunities",
    tag: "Opportunities",
    path: "/opportunities",
    read: "opportunity:read",
    write: "opportunity:write",
    remove: "opportunity:delete",
    domain: Opportunity,
    output: recordOf("Opportunity", Opportunity.Info),
    row: recordOf("OpportunityRow", Opportunity.Row),
    links: opportunityLinks,
  }),
  ...mastersAt({
    kind: "opportunity-stages",
    noun: "OpportunityStage",
    plural: "OpportunityStages",
    path: "/opportunities/stages",
    tag: "Opportunities",
    read: "opportunity:read",
    write: "opportunity_stage:manage",
  }),
  ...activitiesAt("Opportunity", "/opportunities", OpportunityActivities),
] as const;
