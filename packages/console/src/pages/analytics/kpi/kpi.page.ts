import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const kpi = definePage({
  routes: {
    "analytics/kpis": part(() => import("./kpi-page.tsx"), "KpiPage"),
  },
});
