import type { Schemas } from "@crm/sdk/index.ts";
import { fieldLabel } from "../data/field-label.ts";
import type { Field } from "../data/kind.ts";
import { isSame } from "../form/save-changes.ts";
import type { Translate } from "../i18n/use-text.ts";
import type { Hue } from "../kit/hue.ts";

/** Entries of the audit trail as people read them. */

export type AuditEntry = Schemas.AuditEntry;

export const auditOperations = ["INSERT", "UPDATE", "DELETE"] as const;

export function describeOperation(operation: string, t: Translate): { readonly label: string; readonly hue: Hue } {
  if (operation === "INSERT") return { label: t("Created"), hue: "green" };
  if (operation === "DELETE") return { label: t("Deleted"), hue: "red" };
  return { label: t("Changed"), hue: "blue" };
}

/** One changed field. Without a field of the schema only its name is known. */
export interface FieldChange {
  readonly name: string;
  readonly label: string;
  readonly field: Field | undefined;
  readonly before: unknown;
  readonly after: unknown;
  /** Whether a value of it is not stored any more. */
  readonly isUnknown: boolean;
}

const CUSTOM = "custom_fields";

/** Fields that change with every change and say nothing. */
const SILENT: ReadonlySet<string> = new Set(["version", "updated_at", "updated_by"]);

type Values = Readonly<Record<string, unknown>>;

/** Lists the changed fields of an entry, each custom field by itself. */
export function listFieldChanges(entry: AuditEntry, fields: readonly Field[]): FieldChange[] {
  const { changed, old_values, new_values, unknown } = entry;
  const before: Values = old_values ?? {};
  const after: Values = new_values ?? {};
  const build = (name: string, one: unknown, other: unknown): FieldChange => {
    const field = fields.find((candidate) => candidate.name === name);
    const label = field?.label ?? fieldLabel(name.replace(`${CUSTOM}.`, ""));
    return { name, label, field, before: one ?? null, after: other ?? null, isUnknown: unknown.includes(name) };
  };
  return changed.flatMap((name) => {
    if (SILENT.has(name)) return [];
    if (name !== CUSTOM) return [build(name, before[name], after[name])];
    const [one, other] = [(before[CUSTOM] ?? {}) as Values, (after[CUSTOM] ?? {}) as Values];
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((part) =>
      isSame(one[part], other[part]) ? [] : [build(`${CUSTOM}.${part}`, one[part], other[part])],
    );
  });
}

/**
 * The changed fields in one line: the first three, and how many more there are. The names come from the API in English, so readers of other languages get
 * the number of fields; the entry itself has their labels.
 */
export function summarizeChanges(changed: readonly string[], isEnglish: boolean, t: Translate): string {
  const names = changed.filter((name) => !SILENT.has(name));
  if (!isEnglish) return t("{count, plural, one {# field} other {# fields}}", { count: names.length });
  const shown = names.slice(0, MAX_NAMES).map(fieldLabel).join(", ");
  return names.length > MAX_NAMES ? t("{names} and {count} more", { names: shown, count: names.length - MAX_NAMES }) : shown;
}

const MAX_NAMES = 3;

/** The ids in values that stand for records or master data, with the field that has them. */
export const listNamedIds = (changes: readonly FieldChange[]): { readonly id: string; readonly field: Field }[] =>
  changes.flatMap(({ field, before, after }) =>
    field && (field.type === "reference" || (field.type === "master" && field.choices === undefined))
      ? [before, after].flat().flatMap((id) => (typeof id === "string" && id !== "" ? [{ id, field }] : []))
      : [],
  );

/** Returns the parameters of the list for the filters in the address. The last day is included. */
export function buildAuditQuery(
  { user, kind, operation, record, from, to }: Readonly<Record<string, string | undefined>>,
  toInstant: (day: string) => string,
): Record<string, string> {
  const query = {
    user_id: user,
    record_type: kind,
    operation,
    record_id: record,
    "changed_at[gte]": from && toInstant(from),
    "changed_at[lt]": to && toInstant(addDay(to)),
  };
  return Object.fromEntries(Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

const addDay = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
};
