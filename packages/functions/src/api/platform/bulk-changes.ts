import { bulkChangeGrants } from "@crm/core/platform/bulk-change/bulk-change.kind.ts";
import { BulkChange } from "@crm/core/platform/bulk-change/bulk-change.ts";
import { listResults, Result } from "@crm/core/platform/bulk-change/results.ts";
import { start, undo } from "@crm/core/platform/bulk-change/start.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { Links, operation, recordSchema } from "../../http/operation.ts";
import { hitLinks } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { bulkChangeLinks } from "./links.ts";

const { read, write } = bulkChangeGrants;
const commonOptions = { tag: "Bulk changes", links: bulkChangeLinks } as const;
const record = { ...commonOptions, output: recordSchema("BulkChange", BulkChange.Info), kind: "record" } as const;
const recordPath = "/bulk-changes/{id}";

const operations = [
  ...buildListOperations({
    name: "listBulkChanges",
    path: "/bulk-changes",
    access: read,
    summary: "List bulk changes",
    description: "The caller's own; administrators see all.",
    verb: BulkChange.list,
    output: recordSchema("BulkChangeRow", BulkChange.Row),
    ...commonOptions,
  }),
  operation({
    name: "createBulkChange",
    method: "POST",
    path: "/bulk-changes",
    access: write,
    summary: "Change, delete or restore many records",
    description: "The named records, or all that a query finds. Each is changed as by a separate request, in the background.",
    verb: start,
    status: 202,
    ...record,
  }),
  operation({
    name: "getBulkChange",
    method: "GET",
    path: recordPath,
    access: read,
    summary: "Read the progress of a bulk change",
    verb: BulkChange.get,
    ...record,
  }),
  operation({
    name: "listBulkChangeResults",
    method: "GET",
    path: `${recordPath}/results`,
    tag: "Bulk changes",
    access: read,
    summary: "List the results of a bulk change by record",
    description: "Failed records first; only records that the caller can see.",
    verb: listResults,
    output: Result.extend({ links: Links }).meta({ id: "BulkChangeResult" }),
    kind: "list",
    links: hitLinks,
  }),
  operation({
    name: "cancelBulkChange",
    method: "POST",
    path: `${recordPath}/cancel`,
    access: write,
    summary: "Cancel a bulk change",
    description: "Changes already made stay, and can be undone.",
    verb: BulkChange.cancel,
    ...record,
  }),
  operation({
    name: "undoBulkChange",
    method: "POST",
    path: `${recordPath}/undo`,
    access: write,
    summary: "Undo a bulk change",
    description: "The undo is a new bulk change. Records that were changed since do not change.",
    verb: undo,
    status: 202,
    ...record,
  }),
] as const;

/** A bulk change can apply to records of any kind, so the function needs all domains. */
export const bulk = defineApiFunction(operations, { uses: ["domains", "seal", "objects:records:get"] });
