import { notFound } from "@crm/core/kernel/error.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { text } from "@crm/core/kernel/schema.ts";
import { importGrants } from "@crm/core/platform/import/import.kind.ts";
import { Import } from "@crm/core/platform/import/import.ts";
import { cancel, revert } from "@crm/core/platform/import/import-permission.ts";
import { buildReport } from "@crm/core/platform/import/report.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { fileResponse } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const links = linksFrom({ self: "/imports/{id}", errors: "/imports/{id}/errors", owner: "/users/{owner_id}" });
const record = { output: recordSchema("Import", Import.Info), kind: "record", links } as const;

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
    name: "getImport",
    method: "GET",
    path: "/imports/{id}",
    tag: "Imports",
    access: importGrants.read,
    summary: "Read how far an import is",
    verb: Import.get,
    ...record,
  }),
  operation({
    name: "getImportErrors",
    method: "GET",
    path: "/imports/{id}/errors",
    tag: "Imports",
    access: importGrants.read,
    summary: "Get the refused rows as a CSV file",
    description:
      "As they came, with field and reason of each: corrected, the file can be imported as it is. For who brought the file in, and administrators, for seven days.",
    verb: fn(z.strictObject({ id: text(64) }), async ({ id }) => {
      const file = await buildReport(id);
      if (!file) throw notFound();
      return fileResponse(file);
    }),
    kind: "raw",
  }),
  operation({
    name: "cancelImport",
    method: "POST",
    path: "/imports/{id}/cancel",
    tag: "Imports",
    access: importGrants.write,
    summary: "End an import where it is",
    description: "What it has written stays, and can be reverted.",
    verb: cancel,
    ...record,
  }),
  operation({
    name: "revertImport",
    method: "POST",
    path: "/imports/{id}/revert",
    tag: "Imports",
    access: importGrants.write,
    summary: "Take back what an import has written",
    description:
      "What it made is deleted, what it changed gets its values back; what somebody has changed since is kept, and counted.",
    verb: revert,
    status: 202,
    ...record,
  }),
];

export const imports = defineApiFunction(operations, {
  uses: ["domains", "seal", "objects:imports:get", "objects:uploads:put", "objects:uploads:get"],
});
