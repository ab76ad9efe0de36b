import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";
import { OPPORTUNITY_STAGES, WIN_LOSS_REASONS } from "./opportunity.masters.ts";

export const OPPORTUNITY = kind("opportunity", "opp", {
  path: "/opportunities",
  load: () => import("./opportunity.entity.ts"),
  display: { icon: "handshake", board: "stage_id" },
});

/** Kinds that are parts of an opportunity. */
export const OPPORTUNITY_LINE = kind("opportunity_line", "oln");
export const COMPETITOR = kind("competitor", "ocm");
export const STAGE_HISTORY = kind("stage_history", "osh", { derived: true, load: () => import("./history.entity.ts") });

export const opportunityGrants = declarePermissions(
  "opportunity",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "USER"],
    delete: [...leaders, "SALES_REP"],
    assign: leaders,
  },
  { checkedByVerbs: ["assign"] },
);
export const opportunityStageGrants = declarePermissions("opportunity_stage", {
  manage: ["ADMIN", "DIRECTOR"],
});

export const opportunity = domain({
  name: "opportunity",
  kinds: [OPPORTUNITY, OPPORTUNITY_LINE, COMPETITOR, STAGE_HISTORY],
  grants: [opportunityGrants, opportunityStageGrants],
  masters: [OPPORTUNITY_STAGES, WIN_LOSS_REASONS],
  imports: { opportunities: async () => (await import("../../accounts/party/opportunity.import.ts")).opportunities },
  rules: { opportunity_assignment: async () => (await import("./assignment.ts")).assignmentRule },
  exports: { opportunities: async () => (await import("./opportunity.export.ts")).opportunities },
  bulk: {
    opportunity: {
      write: opportunityGrants.write,
      remove: opportunityGrants.delete,
      load: async () => (await import("./opportunity.ts")).Opportunity,
      decides: { territory: async () => (await import("./territory.ts")).decideTerritory },
    },
  },
  features: { custom_fields: [OPPORTUNITY], activities: [OPPORTUNITY], notes: [OPPORTUNITY], attachments: [OPPORTUNITY] },
});
