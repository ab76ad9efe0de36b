import { kindLabel } from "@crm/core/kernel/field.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { Page } from "@crm/core/kernel/page.ts";
import { requestLanguage } from "@crm/core/kernel/request-language.ts";
import { auditGrants } from "@crm/core/platform/audit/audit.kind.ts";
import { Audit } from "@crm/core/platform/audit/audit.ts";
import { findKind } from "@crm/core/storage/table/collection-registry.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildExportOperationWith } from "../shared/file-operations.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const links = linksFrom({ self: "/audit/{id}" });

const RecordLabel = { record_label: z.string().describe("The name of the kind of record, in the language of the caller") };

/** Adds the names of the kinds of records. */
async function labelRecords<E extends { record_type?: string | undefined }>(
  entries: readonly E[],
): Promise<(E & { record_label: string })[]> {
  const language = requestLanguage();
  // Loaded on demand: most callers ask for English, the default.
  const translate =
    language === "en" ? undefined : await (await import("../../derive/schema-language.ts")).loadTranslator(language);
  return entries.map((entry) => {
    const { record_type = "" } = entry;
    const label = kindLabel(findKind(record_type) ?? { name: record_type });
    return { ...entry, record_label: translate?.(label) ?? label };
  });
}

const operations = [
  ...buildListOperations({
    name: "listAuditEntries",
    path: "/audit",
    tag: "Audit",
    access: auditGrants.read,
    summary: "List changes, newest first",
    verb: fn(Audit.list.schema, async (input) => {
      const { rows, meta } = await Audit.list(input);
      return new Page(await labelRecords(rows), meta);
    }),
    output: recordSchema("AuditEntryRow", Audit.Row.extend(RecordLabel)),
    links,
  }),
  buildExportOperationWith(
    async () => (await import("@crm/core/platform/audit/audit.export.ts")).audit,
    "exportAuditEntries",
    "audit",
    "Audit",
    auditGrants.read,
    Audit.Query,
  ),
  operation({
    name: "getAuditEntry",
    method: "GET",
    path: "/audit/{id}",
    tag: "Audit",
    access: auditGrants.read,
    summary: "Read a change, with the values before and after",
    verb: fn(Audit.get.schema, async (input) => (await labelRecords([await Audit.get(input)]))[0]),
    output: recordSchema("AuditEntry", Audit.Detail.extend(RecordLabel)),
    kind: "record",
    links,
  }),
];

export const audit = defineApiFunction(operations, { uses: ["domains", "objects:audit:get", "objects:records:get"] });
