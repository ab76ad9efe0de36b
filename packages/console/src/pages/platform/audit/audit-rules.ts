import type { Schemas } from "@crm/sdk/index.ts";
import { nameAuthor } from "../../../api/author-name.ts";
import type { Field } from "../../../api/kind.ts";
import {
  currencyFor,
  EMPTY,
  formatAmount,
  formatValue,
  isEmptyValue,
  isReadable,
  type Label,
  type TextOptions,
} from "../../../api/value-text.ts";
import { nameWork, type Work } from "../../../api/work-name.ts";
import { isSame } from "../../../input/form/save-changes.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";

/** Entries of the audit trail as people read them. */

export type AuditEntry = Schemas.AuditEntry;
type ChangedValues = Pick<AuditEntry, "operation" | "changed"> &
  Partial<Pick<AuditEntry, "old_values" | "new_values" | "unknown">>;

export const auditOperations = ["INSERT", "UPDATE", "DELETE"] as const;

/** Whose changes the page shows. */
export const auditSources = ["people", "automations", "system", "all"] as const;
type AuditSource = (typeof auditSources)[number];

export const readSource = (value: string | undefined): AuditSource => auditSources.find((source) => source === value) ?? "people";

/** The types of actors in the names of the API. */
const actorTypes: Readonly<Record<AuditSource, string | undefined>> = {
  people: "user,api_key",
  automations: "automation",
  system: "system",
  all: undefined,
};

/** A restore changes the time of the deletion, from a value to none. */
const isRestore = ({ operation, changed }: Pick<AuditEntry, "operation" | "changed">): boolean =>
  operation === "UPDATE" && changed.includes("deleted_at");

export function describeOperation(
  entry: Pick<AuditEntry, "operation" | "changed">,
  t: Translate,
): { readonly label: string; readonly hue: Hue } {
  if (entry.operation === "INSERT") return { label: t("Created"), hue: "green" };
  if (entry.operation === "DELETE") return { label: t("Deleted"), hue: "red" };
  return isRestore(entry) ? { label: t("Restored"), hue: "green" } : { label: t("Changed"), hue: "blue" };
}

interface NamingOptions {
  /** The name of the user with the id of the actor. */
  readonly userName: string | undefined;
  readonly kinds: readonly { readonly kind: string; readonly label: string }[];
}

/** Names who made a change, or which work made it and for whom. */
export function nameActor(
  { user_id, actor_type, work }: Pick<AuditEntry, "user_id" | "actor_type"> & { readonly work: Work | null },
  { userName, kinds }: NamingOptions,
  t: Translate,
): string {
  const isSystem = actor_type === "system";
  if (work) return nameWork(work, isSystem ? undefined : nameAuthor(user_id, userName, t), kinds, t);
  // Bookkeeping has the id of the user or API key after whose change it was done.
  return isSystem && /^(?:usr|key)_/.test(user_id) ? t("System") : nameAuthor(user_id, userName, t);
}

/** Whether records of a kind have no title of their own, such as bulk changes. */
export const isUntitled = ({ title }: { readonly title: string }): boolean => title.replaceAll("{id}", "").trim() === "";

interface NamedRecord {
  readonly expanded?: { readonly created_by?: { readonly name: string } | undefined } | undefined;
}

/** Names a record without a title by who made it: "Bulk change for Anna". */
export const nameUntitledRecord = (
  { kind, label }: { readonly kind: string; readonly label: string },
  { expanded }: NamedRecord,
  t: Translate,
): string => nameWork({ kind, title: null }, expanded?.created_by?.name, [{ kind, label }], t);

/** One changed field of the schema. */
export interface FieldChange {
  readonly name: string;
  readonly label: string;
  readonly field: Field;
  readonly before: unknown;
  readonly after: unknown;
  /** Whether a value of it is not stored any more. */
  readonly isUnknown: boolean;
}

const CUSTOM = "custom_fields";

/** Fields that change with others and say nothing by themselves, as the API has them. */
const SILENT = /^(?:version|updated_at|updated_by|deleted_at|created_day|last_activity_date)$|_(?:changed|scored|due)_at$/;

type Values = Readonly<Record<string, unknown>>;

/**
 * Lists the changed fields of an entry, each custom field by itself. What the schema does not have is bookkeeping, and has no name for people. Fields that
 * people write come first.
 */
export function listFieldChanges(entry: ChangedValues, fields: readonly Field[]): FieldChange[] {
  const before: Values = entry.old_values ?? {};
  const after: Values = entry.new_values ?? {};
  const build = (name: string, one: unknown, other: unknown): FieldChange[] => {
    const field = fields.find((candidate) => candidate.name === name);
    const isUnknown = entry.unknown?.includes(name.startsWith(`${CUSTOM}.`) ? CUSTOM : name) ?? true;
    const isNothing = !isUnknown && isEmptyValue(one) && isEmptyValue(other);
    return field && !isNothing ? [{ name, label: field.label, field, before: one ?? null, after: other ?? null, isUnknown }] : [];
  };
  const changes = entry.changed.flatMap((name) => {
    if (SILENT.test(name)) return [];
    if (name !== CUSTOM) return build(name, before[name], after[name]);
    const [one, other] = [(before[CUSTOM] ?? {}) as Values, (after[CUSTOM] ?? {}) as Values];
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((part) =>
      isSame(one[part], other[part]) ? [] : build(`${CUSTOM}.${part}`, one[part], other[part]),
    );
  });
  return [...changes.filter(({ field }) => !field.read_only), ...changes.filter(({ field }) => field.read_only)];
}

/** Whether a value has the type that its field has today. An administrator can change the type of a custom field, and old entries stay. */
function hasFieldType(value: unknown, { type }: Field): boolean {
  if (type === "date") return !Number.isNaN(Date.parse(`${value}T00:00:00Z`));
  if (type === "instant") return !Number.isNaN(Date.parse(String(value)));
  return (type !== "integer" && type !== "number") || Number.isFinite(Number(value));
}

/** Writes a value of a changed field as the page of the record does. An amount whose currency the entry does not have stands alone. */
export function formatChangedValue(
  { name, field }: FieldChange,
  value: unknown,
  { names, values }: { readonly names: ReadonlyMap<string, string>; readonly values: Values },
  options: TextOptions,
): string {
  if (isEmptyValue(value)) return EMPTY;
  if (!hasFieldType(value, field)) return isReadable(String(value)) ? String(value) : EMPTY;
  const [head = "", tail] = name.split(".");
  const labels = [value].flat().flatMap((id): Label[] => {
    const found = names.get(String(id));
    return found === undefined ? [] : [{ id: String(id), name: found }];
  });
  const record = {
    ...values,
    [head]: tail === undefined ? value : { [tail]: value },
    ...(labels.length > 0 ? { expanded: { [name]: labels } } : {}),
  };
  if (field.type === "money" && field.currency_field !== undefined && isEmptyValue(values[field.currency_field]))
    return formatAmount(String(value), currencyFor(record, field, options), options.locale, field.format);
  const text = formatValue(record, field, options);
  return text.split(", ").every(isReadable) ? text : EMPTY;
}

/** Changed fields that the line of an entry names, and characters of a value in it. */
export const MAX_LINE_CHANGES = 3;
const MAX_VALUE_LENGTH = 60;

/** What the line of an entry says of one field: its name, and its value before and after where both are short. */
interface LinePart {
  readonly name: string;
  readonly label: string;
  readonly values?: readonly [before: string, after: string];
}

/** Builds the line of an entry: its first fields, and how many more there are. Long values and objects have their name alone. */
export function buildLine(
  changes: readonly FieldChange[],
  format: (change: FieldChange, value: unknown) => string,
): { readonly parts: readonly LinePart[]; readonly moreCount: number } {
  const parts = changes.slice(0, MAX_LINE_CHANGES).map((change): LinePart => {
    const { name, label, field, before, after, isUnknown } = change;
    if (isUnknown || field.type === "json") return { name, label };
    const values = [format(change, before), format(change, after)] as const;
    const isShort = values.every((text) => text.length <= MAX_VALUE_LENGTH && !text.includes("\n"));
    return isShort && values[0] !== values[1] ? { name, label, values } : { name, label };
  });
  return { parts, moreCount: changes.length - parts.length };
}

/** The ids in values that stand for records or master data, with the field that has them. */
export const listNamedIds = (changes: readonly FieldChange[]): { readonly id: string; readonly field: Field }[] =>
  changes.flatMap(({ field, before, after }) =>
    field.type === "reference" || (field.type === "master" && field.choices === undefined)
      ? [before, after].flat().flatMap((id) => (typeof id === "string" && id !== "" ? [{ id, field }] : []))
      : [],
  );

/** Returns the filters of the list for the parameters in the address. The last day is included. */
export function buildAuditQuery(
  { by, user, kind, operation, field, record, from, to }: Readonly<Record<string, string | undefined>>,
  toInstant: (day: string) => string,
): Record<string, string> {
  const query = {
    "actor_type[in]": actorTypes[readSource(by)],
    user_id: user,
    record_type: kind,
    operation,
    // The fields are those of a kind.
    field: kind && field,
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
