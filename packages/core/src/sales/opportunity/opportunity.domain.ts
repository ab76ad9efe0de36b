import { domain } from "../../kernel/domain.ts";
import {
  COMPETITOR,
  OPPORTUNITY,
  OPPORTUNITY_LINE,
  opportunityGrants,
  opportunityStageGrants,
  STAGE_HISTORY,
} from "./opportunity.kind.ts";
import { OPPORTUNITY_STAGES, WIN_LOSS_REASONS } from "./opportunity.masters.ts";

export const opportunity = domain({
  name: "opportunity",
  kinds: [OPPORTUNITY, OPPORTUNITY_LINE, COMPETITOR, STAGE_HISTORY],
  layouts: { opportunity: async () => (await import("./opportunity.layout.ts")).opportunity },
  grants: [opportunityGrants, opportunityStageGrants],
  masters: [OPPORTUNITY_STAGES, WIN_LOSS_REASONS],
  imports: { opportunities: async () => (await import("../../accounts/party/opportunity.import.ts")).opportunities },
  rules: { opportunity_assignment: async () => (await import("./assignment.ts")).assignmentRule },
  exports: {
    opportunities: { read: opportunityGrants.read, load: async () => (await import("./opportunity.ts")).listDefinition },
  },
  bulk: {
    opportunity: {
      write: opportunityGrants.write,
      remove: opportunityGrants.delete,
      load: async () => (await import("./opportunity.ts")).Opportunity,
      decides: { territory: async () => (await import("./territory.ts")).decideTerritory },
    },
  },
  features: {
    custom_fields: [OPPORTUNITY],
    activities: [OPPORTUNITY],
    notes: [OPPORTUNITY],
    comments: [OPPORTUNITY],
    attachments: [OPPORTUNITY],
    tags: [OPPORTUNITY],
  },
});
