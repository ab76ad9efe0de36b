import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const figure = definePage({
  routes: {
    "analytics/sales": part(() => import("./figure-pages.tsx"), "SalesPage"),
    "analytics/revenue": part(() => import("./figure-pages.tsx"), "RevenuePage"),
    "analytics/customers": part(() => import("./customer-page.tsx"), "CustomerPage"),
    "analytics/pipeline": part(() => import("./pipeline-page.tsx"), "PipelinePage"),
    "analytics/win-loss": part(() => import("./win-loss-page.tsx"), "WinLossPage"),
    "analytics/leads": part(() => import("./lead-cohort-page.tsx"), "LeadCohortPage"),
    "analytics/team": part(() => import("./team-page.tsx"), "TeamPage"),
    "interactions/analysis": part(() => import("./interaction-page.tsx"), "InteractionPage"),
  },
});
