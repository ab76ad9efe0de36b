import { domain } from "../../kernel/domain.ts";
import { REPORT, REPORT_RUN, reportGrants } from "./report.kind.ts";

/** Runs are worked off by the subscriber of exports, which may read all lists (platform/export/export.domain.ts). */
export const report = domain({
  name: "report",
  kinds: [REPORT, REPORT_RUN],
  personalData: {
    report: async () => (await import("./report.personal-data.ts")).report,
    report_run: async () => (await import("./report-run.personal-data.ts")).reportRun,
  },
  grants: [reportGrants],
  standalone: { report: async () => (await import("./report.ts")).findReadable },
});
