import type { Field } from "../../kernel/field.ts";
import { Consent } from "../../people/person/consent.ts";
import { type Column, type ListDefinition, withCustomFields } from "../../platform/export/exportable.ts";
import { Redaction } from "../../platform/redaction/redaction.ts";
import { readDocument } from "../../storage/vault/sealed-detail.rules.ts";
import { TenantLines } from "../product-line/tenant-line.ts";
import { type LeadRecord, Leads } from "./lead.entity.ts";
import { Lead } from "./lead.ts";

const toColumn = (field: Field): Column => ({ ...field, inRow: false, value: (lead) => readDocument(lead, field.name) });

/** A converted lead keeps the status that it had. People read that it is converted, as on its page. */
const labelConverted = (column: Column): Column =>
  column.name === "lead_status_id"
    ? { ...column, labelOverride: ({ is_converted }) => (is_converted === true ? "Converted" : undefined) }
    : column;

export const leads: ListDefinition<LeadRecord> = {
  ...Lead.listDefinition,
  columns: async () => [
    ...(await withCustomFields("lead", Lead.listDefinition)).map(labelConverted),
    ...(await TenantLines.listFields()).map(toColumn),
  ],
  // Callers who may see sealed values, such as licence numbers and birth dates of drivers, get them in the file.
  present: async (records) => {
    const [{ reveal }, views] = await Promise.all([Redaction.createRedactor(Leads), Consent.presentAll(records)]);
    return Promise.all(views.map(reveal));
  },
};
