import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const OPPORTUNITY = kind("opportunity", "opp", {
  path: "/opportunities",
  load: () => import("./opportunity.entity.ts"),
  shape: 4,
  display: { menu: "sales", icon: "handshake" },
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
