import { domain } from "../../kernel/domain.ts";
import { REPORT, REPORT_RUN, REPORT_SCHEDULE, reportGrants } from "./report.kind.ts";

/** Runs are worked off by the subscriber of exports, which may read all lists (platform/export/export.domain.ts). */
export const report = domain({
  name: "report",
  kinds: [REPORT, REPORT_RUN, REPORT_SCHEDULE],
  layouts: { report: async () => (await import("./report.layout.ts")).report },
  grants: [reportGrants],
  authorities: {
    report: { rights: "system", basis: "release" },
    report_run: { rights: "user", basis: { own: [REPORT, REPORT_SCHEDULE] } },
  },
  notifications: {
    report_delivered: {
      events: ["report_run.delivered"],
      load: async () => (await import("./report.notifications.ts")).delivered,
    },
    report_recipient_skipped: {
      events: ["report_schedule.recipient_skipped"],
      load: async () => (await import("./report.notifications.ts")).recipientSkipped,
    },
  },
  standalone: { report: async () => (await import("./report.ts")).findReadable },
});
