import { auditGrants } from "@crm/core/platform/audit/audit.kind.ts";
import { Audit } from "@crm/core/platform/audit/audit.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildExportOperationWith } from "../shared/file-operations.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const links = linksFrom({ self: "/audit/{id}" });

const operations = [
  ...buildListOperations({
    name: "listAuditEntries",
    path: "/audit",
    tag: "Audit",
    access: auditGrants.read,
    summary: "List changes, newest first",
    verb: Audit.list,
    output: recordSchema("AuditEntryRow", Audit.Row),
    links,
  }),
  buildExportOperationWith(
    async () => (await import("@crm/core/platform/audit/audit.export.ts")).audit,
    "exportAuditEntries",
    "audit",
    "Audit",
    auditGrants.read,
    Audit.list.schema,
  ),
  operation({
    name: "getAuditEntry",
    method: "GET",
    path: "/audit/{id}",
    tag: "Audit",
    access: auditGrants.read,
    summary: "Read a change, with the values before and after",
    verb: Audit.get,
    output: recordSchema("AuditEntry", Audit.Info),
    kind: "record",
    links,
  }),
];

export const audit = defineApiFunction(operations, { uses: ["domains", "objects:audit:get", "objects:records:get"] });
