import { StageActionLog } from "@crm/core/engagement/stage-automation/action-log.ts";
import { opportunityGrants } from "@crm/core/sales/opportunity/opportunity.kind.ts";
import { operation, rowSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";

export const stageAutomations = [
  operation({
    name: "listOpportunityAutomations",
    method: "GET",
    path: "/opportunities/{id}/automations",
    tag: "Opportunities",
    access: opportunityGrants.read,
    summary: "List the automated actions of an opportunity",
    verb: StageActionLog.list,
    output: rowSchema("StageAction", StageActionLog.Info),
    kind: "list",
    links: linksFrom({
      self: "/opportunities/{opportunity_id}/automations",
      opportunity: "/opportunities/{opportunity_id}",
      template: "/message-templates/{template_id}",
      activity: "/activities/{activity_id}",
    }),
  }),
] as const;
