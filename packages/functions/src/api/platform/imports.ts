import { notFound } from "@crm/core/kernel/error.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { IdInput } from "@crm/core/kernel/schema.ts";
import { importGrants } from "@crm/core/platform/import/import.kind.ts";
import { Import } from "@crm/core/platform/import/import.ts";
import { cancel, revert } from "@crm/core/platform/import/import-permission.ts";
import { InspectedFile, inspect, inspectFile } from "@crm/core/platform/import/inspection.ts";
import { RejectedRows } from "@crm/core/platform/import/rejected-rows.ts";
import { buildReport } from "@crm/core/platform/import/report.ts";
import { SampleData } from "@crm/core/platform/import/sample-data.ts";
import { tenantGrants } from "@crm/core/platform/tenant/tenant.kind.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { fileResponse } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const links = linksFrom({ self: "/imports/{id}", errors: "/imports/{id}/errors", owner: "/users/{owner_id}" });
const record = { output: recordSchema("Import", Import.Info), kind: "record", links } as const;

const sampleData = { path: "/sample-data", tag: "Tenant", output: SampleData.Info.meta({ id: "SampleData" }) } as const;

const operations = [
  ...buildListOperations({
    name: "listImports",
    path: "/imports",
    tag: "Imports",
    access: importGrants.read,
    summary: "List imports",
    verb: Import.list,
    output: recordSchema("ImportRow", Import.Row),
    links,
  }),
  operation({
    name: "inspectImportFile",
    method: "POST",
    path: "/imports/inspect",
    tag: "Imports",
    access: importGrants.write,
    summary: "Inspect a file before it is imported",
    description:
      "Columns with samples, their suggested fields, and values that name nothing yet. Reads the first 200 rows of an upload, which stays available.",
    verb: fn(inspect.schema, async (input) => inspectFile(input, (await import("../../derive/field-labels.ts")).loadFieldLabels)),
    output: InspectedFile,
    keyed: false,
  }),
  operation({
    name: "getImport",
    method: "GET",
    path: "/imports/{id}",
    tag: "Imports",
    access: importGrants.read,
    summary: "Read the progress of an import",
    verb: Import.get,
    ...record,
  }),
  operation({
    name: "getImportErrors",
    method: "GET",
    path: "/imports/{id}/errors",
    tag: "Imports",
    access: importGrants.read,
    summary: "Get the rejected rows as a CSV file",
    description:
      "The original rows, with field and reason; once corrected, the file can be imported as it is. For the importing user and administrators, for seven days.",
    verb: fn(IdInput, async ({ id }) => {
      const file = await buildReport(id);
      if (!file) throw notFound();
      return fileResponse(file);
    }),
    kind: "raw",
  }),
  operation({
    name: "listRejectedRows",
    method: "GET",
    path: "/imports/{id}/rejected-rows",
    tag: "Imports",
    access: importGrants.read,
    summary: "List the rejected rows of an import",
    description:
      "Each with its cells, and the errors at their columns. For the importing user and administrators, for seven days.",
    verb: RejectedRows.list,
    output: RejectedRows.Info,
  }),
  operation({
    name: "cancelImport",
    method: "POST",
    path: "/imports/{id}/cancel",
    tag: "Imports",
    access: importGrants.write,
    summary: "Cancel an import",
    description: "Records already written stay, and can be reverted.",
    verb: cancel,
    ...record,
  }),
  operation({
    name: "revertImport",
    method: "POST",
    path: "/imports/{id}/revert",
    tag: "Imports",
    access: importGrants.write,
    summary: "Revert an import",
    description:
      "Created records are deleted, and changed records get their previous values. Records that were changed since are kept, and counted.",
    verb: revert,
    status: 202,
    ...record,
  }),
  operation({
    name: "getSampleData",
    method: "GET",
    access: tenantGrants.manage,
    summary: "Read whether the tenant has sample data",
    verb: SampleData.get,
    inBatch: true,
    ...sampleData,
  }),
  operation({
    name: "createSampleData",
    method: "POST",
    access: tenantGrants.manage,
    summary: "Create sample data",
    description:
      "Imports some leads, customers and opportunities with the tag `Sample`. A tenant that has sample data keeps it, so the request can be repeated.",
    verb: SampleData.create,
    status: 202,
    keyed: false,
    ...sampleData,
  }),
  operation({
    name: "removeSampleData",
    method: "DELETE",
    access: tenantGrants.manage,
    summary: "Remove the sample data",
    description:
      "Deletes the records that `POST /sample-data` created, also those that users have changed since, and no others. The request can be repeated.",
    verb: SampleData.remove,
    status: 202,
    keyed: false,
    ...sampleData,
  }),
];

export const imports = defineApiFunction(operations, {
  uses: ["domains", "seal", "objects:imports:get", "objects:uploads:put", "objects:uploads:get"],
});
