import { Money } from "@crm/core/kernel/money.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import type { ConditionField } from "./rule-conditions.ts";
import type { Entry } from "./rule-shape.ts";

/** Finds which entry of a rule applies to a record, and which condition the others fail by. Pure: `GET` answers of the API are its facts. */

/** Why an entry does not apply: the first condition that does not hold, or an entry before it that applies. */
export type Outcome =
  | { readonly kind: "applies" }
  | { readonly kind: "fails"; readonly field: string }
  | { readonly kind: "unknown"; readonly field: string }
  | { readonly kind: "later" };

/** The field of the record that a condition is about, by the kind of rule. A condition without one can only be checked by the server. */
const recordFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lead_assignment: {
    territories: "territory_id",
    sources: "lead_source_id",
    countries: "country_id",
    product_lines: "product_line",
    min_score: "lead_score",
    max_score: "lead_score",
  },
  territory_assignment: {
    countries: "country_id",
    states: "state_id",
    industries: "industry_id",
    sources: "lead_source_id",
    postal_codes: "postal_code",
    min_employees: "employee_count",
    max_employees: "employee_count",
  },
  customer_assignment: {
    territories: "territory_id",
    sources: "source",
    countries: "billing_country_id",
    types: "customer_type_id",
  },
  opportunity_assignment: {
    territories: "territory_id",
    sources: "source",
    countries: "billing_country_id",
    types: "type",
    min_amount: "amount",
  },
  ticket_routing: { ticket_types: "ticket_type", channels: "channel", categories: "category_id" },
};

/** The kind of the records that a rule decides about. */
export const tracedKinds: Readonly<Record<string, string>> = {
  lead_assignment: "lead",
  territory_assignment: "lead",
  customer_assignment: "customer",
  opportunity_assignment: "opportunity",
  ticket_routing: "ticket",
};

/** Rules whose conditions are also about the customer of the record. */
export const customerRules: ReadonlySet<string> = new Set(["opportunity_assignment"]);

/**
 * Returns a record with what a rule reads of its customer: the territory, if it has none of its own, source and country. An amount in another currency
 * than that of the organization has no part in conditions.
 */
export function withCustomer<R extends LabelledRecord>(record: R, customer: LabelledRecord | undefined, currency: string): R {
  const { source = null, billing_country_id = null, territory_id = null } = customer ?? {};
  return {
    ...record,
    source,
    billing_country_id,
    territory_id: record.territory_id ?? territory_id,
    amount: record.currency === currency ? record.amount : null,
    expanded: { ...customer?.expanded, ...record.expanded },
  };
}

/** The field of a record that a condition is about. */
export const readTracedField = (kind: string, condition: string): string | undefined => recordFields[kind]?.[condition];

type Facts = Readonly<Record<string, unknown>>;

const normalizeCode = (code: string): string => code.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** Whether a postal code begins as one of the entries, or its beginning is between two codes of the same length (docs/sales/territories.md). */
function isInRanges(postalCode: string, ranges: readonly unknown[]): boolean {
  const code = normalizeCode(postalCode);
  return ranges.some((range) => {
    if (typeof range === "string") return code.startsWith(normalizeCode(range));
    const { from, to } = range as { readonly from: string; readonly to: string };
    const start = code.slice(0, normalizeCode(from).length);
    return start.length === normalizeCode(from).length && normalizeCode(from) <= start && start <= normalizeCode(to);
  });
}

/** Returns whether a condition holds; undefined if the record does not tell. */
function holds(kind: string, field: ConditionField, wanted: unknown, facts: Facts): boolean | undefined {
  const name = recordFields[kind]?.[field.name];
  if (name === undefined) return undefined;
  const value = facts[name];
  if (field.storedAs === "number") {
    if (value === null || value === undefined) return field.name.startsWith("max_") && name === "lead_score";
    return field.name.startsWith("min_") ? Number(value) >= Number(wanted) : Number(value) <= Number(wanted);
  }
  if (value === null || value === undefined) return false;
  if (field.name.startsWith("min_")) return Money.compare(String(value), String(wanted)) >= 0;
  if (field.storedAs === "ranges") return isInRanges(String(value), wanted as readonly unknown[]);
  const allowed = [wanted].flat().map(String);
  // Records have the id of a value or its code. The names of the field tell which codes stand for which ids.
  const code = field.options?.find(({ label }) => label === field.names?.[String(value)])?.id;
  return allowed.includes(String(value)) || (code !== undefined && allowed.includes(code));
}

const isSet = (wanted: unknown): boolean =>
  wanted !== null && wanted !== undefined && !(Array.isArray(wanted) && wanted.length === 0);

/** Returns the outcome of each entry for a record, in their order. */
export function traceEntries(
  kind: string,
  entries: readonly Entry[],
  fields: readonly ConditionField[],
  facts: Facts,
): readonly Outcome[] {
  let isDecided = false;
  return entries.map((entry): Outcome => {
    const when = (entry.when ?? {}) as Entry;
    const checks = fields
      .filter(({ name }) => isSet(when[name]))
      .map((field) => ({ field: field.name, result: holds(kind, field, when[field.name], facts) }));
    const failed = checks.find(({ result }) => result === false);
    if (failed) return { kind: "fails", field: failed.field };
    if (isDecided) return { kind: "later" };
    const unknown = checks.find(({ result }) => result === undefined);
    if (unknown) return { kind: "unknown", field: unknown.field };
    isDecided = true;
    return { kind: "applies" };
  });
}
