import { fn } from "@crm/core/kernel/fn.ts";
import { IdInput } from "@crm/core/kernel/schema.ts";
import { exportGrants } from "@crm/core/platform/export/export.kind.ts";
import { Export } from "@crm/core/platform/export/export.ts";
import { findFile } from "@crm/core/platform/export/worker.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { fileResponse } from "../../http/file-response.ts";
import { type LinkedRecord, operation, recordSchema } from "../../http/operation.ts";
import { dashboardOperations } from "../analytics/dashboard-operations.ts";
import { analyticsOperations } from "../analytics/figures.ts";
import { kpiOperations } from "../analytics/kpi-operations.ts";
import { reportOperations } from "../analytics/report-operations.ts";
import { targetOperations } from "../analytics/target-operations.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const recordLinks = linksFrom({ self: "/exports/{id}", owner: "/users/{owner_id}" });
const fileLink = linksFrom({ file: "/exports/{id}/file" });
const links = (job: LinkedRecord) => ({ ...recordLinks(job), ...(job.status === "completed" ? fileLink(job) : {}) });
const record = { output: recordSchema("Export", Export.Info), kind: "record", tag: "Exports", links } as const;

const operations = [
  ...buildListOperations({
    name: "listExports",
    path: "/exports",
    access: exportGrants.read,
    summary: "List exports",
    description: "The caller's own; administrators see all.",
    verb: Export.list,
    ...record,
    output: recordSchema("ExportRow", Export.Row),
  }),
  operation({
    name: "getExport",
    method: "GET",
    path: "/exports/{id}",
    access: exportGrants.read,
    summary: "Read the progress of an export",
    verb: Export.get,
    ...record,
  }),
  operation({
    name: "getExportFile",
    method: "GET",
    path: "/exports/{id}/file",
    tag: "Exports",
    access: exportGrants.read,
    summary: "Get the file of an export",
    description: "The file, or a 303 with a link if it is larger than 4 MB. Available for seven days.",
    verb: fn(IdInput, async ({ id }) => fileResponse(await findFile(id))),
    kind: "raw",
  }),
  operation({
    name: "cancelExport",
    method: "POST",
    path: "/exports/{id}/cancel",
    access: exportGrants.write,
    summary: "Cancel an export",
    verb: Export.cancel,
    ...record,
  }),
  ...analyticsOperations,
  ...reportOperations,
  ...targetOperations,
  ...kpiOperations,
  ...dashboardOperations,
] as const;

/** Exports and reports can be of a list of any kind, so the function needs all domains. Both read archived records too. */
export const exports = defineApiFunction(operations, {
  uses: [
    "domains",
    "objects:uploads:put",
    "objects:uploads:get",
    "objects:records:get",
    "objects:audit:get",
    "objects:exports:get",
  ],
});
