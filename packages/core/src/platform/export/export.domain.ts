import { domain } from "../../kernel/domain.ts";
import { EXPORT, exportGrants } from "./export.kind.ts";

export const exports = domain({
  name: "export",
  kinds: [EXPORT],
  grants: [exportGrants],
  authorities: {
    export_rows: { rights: "user", basis: { fixed: [EXPORT] } },
  },
  subscribers: {
    export: {
      basis: "release",
      // Runs of reports read all lists too, so they need no function of their own. Their PDFs have fonts and the logo of the letterhead.
      events: [
        "export.continue_requested",
        "export.attention_due",
        "report_run.continue_requested",
        "report_run.attention_due",
        "report_schedule.delivery_due",
      ],
      hasLongSlices: true,
      uses: [
        "domains",
        "seal",
        "objects:exports",
        "objects:audit:get",
        "objects:columns:get",
        "objects:records:get",
        "objects:attachments:get",
        "fonts",
      ],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"],
          indexes: ["table", "by_time", "by_owner", "by_status", "by_related", "by_class", "by_outcome"],
        },
      ],
      load: async () => (await import("../../analytics/report/export-events.ts")).onExportOrReportEvent,
    },
  },
});
