import { importGrants } from "@crm/core/import/import.domain.ts";
import { Import } from "@crm/core/import/import.ts";
import { cancel, revert } from "@crm/core/jobs/import/leave.ts";
import { errors } from "@crm/core/jobs/import/report.ts";
import { notFound } from "@crm/core/kernel/error.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { text } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { fileAnswer } from "../http/file.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { importLinks } from "./links.ts";
import { listing } from "./listing.ts";

const shown = { output: recordOf("Import", Import.Info), kind: "record", links: importLinks } as const;

const operations = [
  ...listing({
    name: "listImports",
    path: "/imports",
    tag: "Imports",
    access: importGrants.read,
    summary: "List imports",
    verb: Import.list,
    output: recordOf("ImportRow", Import.Row),
    links: importLinks,
  }),
  operation({
    name: "getImport",
    method: "GET",
    path: "/imports/{id}",
    tag: "Imports",
    access: importGrants.read,
    summary: "Read how far an import is",
    verb: Import.get,
    ...shown,
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
      const file = await errors(id);
      if (!file) throw notFound();
      return fileAnswer(file);
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
    ...shown,
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
    ...shown,
  }),
];

export const imports = serves(operations, {
  uses: ["domains", "seal", "objects:imports:get", "objects:uploads:put", "objects:uploads:get"],
});
