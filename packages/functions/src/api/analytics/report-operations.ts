import { reportGrants } from "@crm/core/analytics/report/report.kind.ts";
import { Report } from "@crm/core/analytics/report/report.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

/** Operations of reports. They are in the function of exports, which reads the lists of all kinds too. */

const { read, write } = reportGrants;
const links = linksFrom({ self: "/analytics/reports/{id}", created_by: "/users/{created_by}" });
const commonOptions = { tag: "Reports", links } as const;
const record = { ...commonOptions, output: recordSchema("Report", Report.Info), kind: "record" } as const;
const recordPath = "/analytics/reports/{id}";

export const reportOperations = [
  ...buildListOperations({
    name: "listReports",
    path: "/analytics/reports",
    access: read,
    summary: "List reports",
    description: "The definitions that the caller sees, without their rows.",
    verb: Report.list,
    output: recordSchema("ReportRow", Report.Row),
    ...commonOptions,
  }),
  operation({
    name: "previewReport",
    method: "POST",
    path: "/analytics/reports/preview",
    tag: "Reports",
    access: read,
    summary: "Evaluate a report without saving it",
    description: "Reads at most 20,000 records: of more, the first by time, and `is_partial` is true.",
    verb: Report.preview,
    output: Report.PreviewResult,
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "createReport",
    method: "POST",
    path: "/analytics/reports",
    access: write,
    summary: "Create a report",
    verb: Report.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getReport",
    method: "GET",
    path: recordPath,
    access: read,
    summary: "Read a report with its rows",
    description:
      "The rows are those that the caller sees, by the caller's rights now. A report that reads more than 20,000 records is run in the background: `status` is `running` until its result is there.",
    verb: Report.get,
    ...commonOptions,
    output: recordSchema("ReportWithRows", Report.Result),
    kind: "record",
  }),
  operation({
    name: "runReport",
    method: "POST",
    path: `${recordPath}/run`,
    tag: "Reports",
    access: read,
    summary: "Run a report in the background",
    description: "In place of the former run of the caller. A run that is in progress continues.",
    verb: Report.run,
    output: Report.RunResult,
    status: 202,
  }),
  operation({
    name: "getReportRun",
    method: "GET",
    path: `${recordPath}/runs/{run_id}`,
    tag: "Reports",
    access: read,
    summary: "Read a run of a report, with its rows",
    description: "Only for the reader who started it, and only with the rights of its start.",
    verb: Report.getRun,
    output: Report.RunResult,
  }),
  operation({
    name: "replaceReport",
    method: "PUT",
    path: recordPath,
    access: write,
    summary: "Replace a report of the caller",
    verb: Report.replace,
    ...record,
  }),
  operation({
    name: "deleteReport",
    method: "DELETE",
    path: recordPath,
    access: write,
    summary: "Delete a report of the caller",
    verb: Report.remove,
    ...record,
  }),
  operation({
    name: "restoreReport",
    method: "POST",
    path: `${recordPath}/restore`,
    access: write,
    summary: "Restore a deleted report",
    verb: Report.restore,
    ...record,
  }),
] as const;
