import { OpportunityActivities } from "@crm/core/opportunity/activities.ts";
import { opportunityGrants, opportunityStageGrants } from "@crm/core/opportunity/opportunity.domain.ts";
import { OPPORTUNITY_STAGES } from "@crm/core/opportunity/opportunity.masters.ts";
import { Opportunity } from "@crm/core/opportunity/opportunity.ts";
import { serves } from "../http/function.ts";
import { recordOf } from "../http/operation.ts";
import { activitiesAt } from "./activities-at.ts";
import { crud } from "./crud.ts";
import { figuresOperations } from "./figures.ts";
import { exporting } from "./files.ts";
import { opportunityLinks } from "./links.ts";
import { mastersAt } from "./masters-at.ts";
import { stageAutomations } from "./stage-automations.ts";

const operations = [
  ...crud({
    noun: "Opportunity",
    plural: "Opportunities",
    tag: "Opportunities",
    path: "/opportunities",
    read: opportunityGrants.read,
    write: opportunityGrants.write,
    remove: opportunityGrants.delete,
    domain: Opportunity,
    output: recordOf("Opportunity", Opportunity.Info),
    row: recordOf("OpportunityRow", Opportunity.Row),
    links: opportunityLinks,
  }),
  exporting(
    "exportOpportunities",
    "opportunities",
    "Opportunities",
    opportunityGrants.read,
    Opportunity.list.schema,
    async () => (await import("@crm/core/opportunity/opportunity.export.ts")).opportunities,
  ),
  ...mastersAt({
    kind: OPPORTUNITY_STAGES,
    noun: "OpportunityStage",
    plural: "OpportunityStages",
    path: "/opportunities/stages",
    tag: "Opportunities",
    read: opportunityGrants.read,
    write: opportunityStageGrants.manage,
  }),
  ...activitiesAt("Opportunity", "/opportunities", OpportunityActivities),
  ...stageAutomations,
  ...figuresOperations,
] as const;

export const opportunities = serves(operations, { uses: ["domains"] });
