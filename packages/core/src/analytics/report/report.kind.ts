import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const REPORT = kind("report", "rpt", {
  path: "/analytics/reports",
  standalone: true,
  load: () => import("./report.entity.ts"),
  display: { icon: "chart-column" },
});

/** The run of a large report for one reader. */
export const REPORT_RUN = kind("report_run", "rpn", { load: () => import("./report-run.entity.ts") });

export const reportGrants = declarePermissions("report", {
  read: everyone,
  write: everyone,
});
