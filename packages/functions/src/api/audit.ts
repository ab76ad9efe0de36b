import { auditGrants } from "@crm/core/audit/audit.domain.ts";
import { Audit } from "@crm/core/audit/audit.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { exporting } from "./files.ts";
import { auditLinks } from "./links.ts";
import { listing } from "./listing.ts";

const operations = [
  ...listing({
    name: "listAuditEntries",
    path: "/audit",
    tag: "Audit",
    access: auditGrants.read,
    summary: "List changes, newest first",
    verb: Audit.list,
    output: recordOf("AuditEntryRow", Audit.Row),
    links: auditLinks,
  }),
  exporting(
    "exportAuditEntries",
    "audit",
    "Audit",
    auditGrants.read,
    Audit.list.schema,
    async () => (await import("@crm/core/audit/audit.export.ts")).audit,
  ),
  operation({
    name: "getAuditEntry",
    method: "GET",
    path: "/audit/{id}",
    tag: "Audit",
    access: auditGrants.read,
    summary: "Read a change, with the values before and after",
    verb: Audit.get,
    output: recordOf("AuditEntry", Audit.Info),
    kind: "record",
    links: auditLinks,
  }),
];

export const audit = serves(operations, { uses: ["domains", "objects:audit:get"] });
