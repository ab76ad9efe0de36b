import { opportunityGrants } from "@crm/core/opportunity/opportunity.domain.ts";
import { DoneByStage } from "@crm/core/stage-automation/done.ts";
import { operation, rowOf } from "../http/operation.ts";
import { stageActionLinks } from "./links.ts";

export const stageAutomations = [
  operation({
    name: "listOpportunityAutomations",
    method: "GET",
    path: "/opportunities/{id}/automations",
    tag: "Opportunities",
    access: opportunityGrants.read,
    summary: "List what its changes of stage have brought about",
    verb: DoneByStage.list,
    output: rowOf("StageAction", DoneByStage.Info),
    kind: "list",
    links: stageActionLinks,
  }),
] as const;
