import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const builder = part(() => import("./builder-page.tsx"), "ReportBuilderPage");

export const report = definePage({
  kind: "report",
  routes: {
    "analytics/custom": builder,
    "analytics/reports/add": builder,
    "analytics/reports/edit/$id": builder,
    "analytics/reports/view/$id": part(() => import("./report-page.tsx"), "ReportPage"),
  },
  creation: { page: "/crm/analytics/reports/add" },
});
