import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

/** Kinds of lines that are stored inside records, over which reports run as well (docs/analytics/reports.md). */
export const lineKindNames = ["opportunity_line", "order_line"] as const;

export const REPORT = kind("report", "rpt", {
  path: "/analytics/reports",
  isStandalone: true,
  load: () => import("./report.entity.ts"),
  display: { label: "Report", icon: "chart-column" },
});

/** The run of a report for one reader: of a large report, or for a file. */
export const REPORT_RUN = kind("report_run", "rpn", { load: () => import("./report-run.entity.ts") });

/** The delivery of a report by mail, at times of the tenant's zone. */
export const REPORT_SCHEDULE = kind("report_schedule", "rps", { load: () => import("./report-schedule.entity.ts") });

export const reportGrants = declarePermissions("report", {
  read: everyone,
  write: everyone,
});
