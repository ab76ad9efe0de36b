import { ReadyReports } from "@crm/core/analytics/report/ready-report.ts";
import { reportGrants } from "@crm/core/analytics/report/report.kind.ts";
import { Report } from "@crm/core/analytics/report/report.ts";
import { ReportSchedule } from "@crm/core/analytics/report/report-schedule.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { fileResponse } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

/** Operations of reports. They are in the function of exports, which reads the lists of all kinds too. */

const { read, write } = reportGrants;
const links = linksFrom({ self: "/analytics/reports/{id}", created_by: "/users/{created_by}" });
const commonOptions = { tag: "Reports", links } as const;
const record = { ...commonOptions, output: recordSchema("Report", Report.Info), kind: "record" } as const;
const scheduleLinks = linksFrom({
  self: "/analytics/reports/{report_id}/schedules/{id}",
  report: "/analytics/reports/{report_id}",
});
const schedule = {
  tag: "Reports",
  links: scheduleLinks,
  output: recordSchema("ReportSchedule", ReportSchedule.Info),
  kind: "record",
} as const;
const recordPath = "/analytics/reports/{id}";

const schedulePath = `${recordPath}/schedules/{schedule_id}` as const;

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
    description:
      "Covers all records if the report has only fields of its own kind, and the kind has columns. Otherwise reads at most 20,000 records: of more, the first by time, and `is_partial` is true.",
    verb: Report.preview,
    output: Report.PreviewResult,
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "listReadyReports",
    method: "GET",
    path: "/analytics/reports/ready",
    tag: "Reports",
    access: read,
    summary: "List the reports that every organization has",
    description: "Those whose records the caller may read, with their definitions.",
    verb: ReadyReports.list,
    output: ReadyReports.InfoList.meta({ id: "ReadyReportList" }),
  }),
  operation({
    name: "getReadyReport",
    method: "GET",
    path: "/analytics/reports/ready/{key}",
    tag: "Reports",
    access: read,
    summary: "Read one of the reports that every organization has, with its rows",
    description:
      "The rows are those that the caller sees. Reads at most 20,000 records: of more, the first by time, and `is_partial` is true. Create a report with its definition to run it over all.",
    verb: ReadyReports.read,
    output: ReadyReports.Result.meta({ id: "ReadyReportWithRows" }),
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
    name: "exportReport",
    method: "POST",
    path: `${recordPath}/export`,
    tag: "Reports",
    access: read,
    summary: "Export the rows of a report into a file",
    description:
      "All rows that the caller sees, without a limit of rows. Starts a run; `file` of the run says how far the file is, which is then at `/analytics/reports/{id}/runs/{run_id}/file`.",
    verb: Report.exportFile,
    output: Report.RunResult,
    status: 202,
  }),
  operation({
    name: "getReportFile",
    method: "GET",
    path: `${recordPath}/runs/{run_id}/file`,
    tag: "Reports",
    access: read,
    summary: "Get the file of an exported or delivered report",
    description:
      "The file, or a 303 with a link if it is larger than 4 MB. Available for seven days, only for its reader, and only with the rights that the reader had at the run.",
    verb: fn(Report.findFile.schema, async (input) => fileResponse(await Report.findFile(input))),
    kind: "raw",
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
  operation({
    name: "listReportSchedules",
    method: "GET",
    path: `${recordPath}/schedules`,
    tag: "Reports",
    access: read,
    summary: "List the caller's schedules of a report",
    verb: ReportSchedule.list,
    output: recordSchema("ReportScheduleRow", ReportSchedule.Row),
    kind: "list",
    links: scheduleLinks,
  }),
  operation({
    name: "createReportSchedule",
    method: "POST",
    path: `${recordPath}/schedules`,
    access: write,
    summary: "Send a report by mail on a schedule",
    description:
      "Each recipient is a user with whom the report is shared, and gets a file with the rows of their own rights. Mails to people without an account are refused.",
    verb: ReportSchedule.create,
    status: 201,
    ...schedule,
  }),
  operation({
    name: "getReportSchedule",
    method: "GET",
    path: schedulePath,
    access: read,
    summary: "Read a schedule of the caller",
    verb: ReportSchedule.get,
    ...schedule,
  }),
  operation({
    name: "replaceReportSchedule",
    method: "PUT",
    path: schedulePath,
    access: write,
    summary: "Replace a schedule of the caller",
    verb: ReportSchedule.replace,
    writes: "schedule_id",
    ...schedule,
  }),
  operation({
    name: "deleteReportSchedule",
    method: "DELETE",
    path: schedulePath,
    access: write,
    summary: "Delete a schedule of the caller",
    verb: ReportSchedule.remove,
    writes: "schedule_id",
    ...schedule,
  }),
] as const;
