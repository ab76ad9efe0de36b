import { exportGrants } from "@crm/core/export/export.domain.ts";
import { Export } from "@crm/core/export/export.ts";
import { fileOf } from "@crm/core/jobs/export/work.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { text } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { fileAnswer } from "../http/file.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { exportLinks } from "./links.ts";
import { listing } from "./listing.ts";

const shown = { output: recordOf("Export", Export.Info), kind: "record", tag: "Exports", links: exportLinks } as const;

const operations = [
  ...listing({
    name: "listExports",
    path: "/exports",
    access: exportGrants.read,
    summary: "List exports",
    description: "The caller's own; administrators see those of all.",
    verb: Export.list,
    ...shown,
    output: recordOf("ExportRow", Export.Row),
  }),
  operation({
    name: "getExport",
    method: "GET",
    path: "/exports/{id}",
    access: exportGrants.read,
    summary: "Read how far an export is",
    verb: Export.get,
    ...shown,
  }),
  operation({
    name: "getExportFile",
    method: "GET",
    path: "/exports/{id}/file",
    tag: "Exports",
    access: exportGrants.read,
    summary: "Get the file of an export",
    description: "The file itself, or a 303 to a link where it is larger than 4 MB. It is kept for seven days.",
    verb: fn(z.strictObject({ id: text(64) }), async ({ id }) => fileAnswer(await fileOf(id))),
    kind: "raw",
  }),
  operation({
    name: "cancelExport",
    method: "POST",
    path: "/exports/{id}/cancel",
    access: exportGrants.write,
    summary: "End an export where it is",
    verb: Export.cancel,
    ...shown,
  }),
];

export const exports = serves(operations, { uses: ["domains", "objects:exports:get"] });
