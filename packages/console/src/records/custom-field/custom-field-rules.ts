import type { Schemas } from "@crm/sdk/index.ts";
import type { Kind } from "../../api/kind.ts";
import { pickChanges } from "../../input/form/save-changes.ts";
import { toPlainLetters } from "../../ui/i18n/plain-letters.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

/** Fields that the tenant adds to kinds of records, as people define them. */

export type CustomField = Schemas.CustomField;

export interface FieldOption {
  /** Unknown for an option that is new. Records store it, so a renamed option keeps it. */
  readonly code?: string;
  readonly label: string;
  readonly is_retired: boolean;
}

/** The types that a form offers. The API has further names for some of them. */
export const offeredTypes = [
  ...["text", "textarea", "number", "money", "date", "instant", "boolean", "choice", "choices"],
  ...["url", "email", "phone", "reference"],
] as const;

/** The further names of types. */
const sameTypes: Readonly<Record<string, string>> = { picklist: "choice", checkbox: "boolean" };

export const readType = (type: string): string => sameTypes[type] ?? type;

export function nameType(type: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    text: t("Text"),
    textarea: t("Long text"),
    number: t("Number"),
    money: t("Amount of money"),
    date: t("Day"),
    instant: t("Day and time"),
    boolean: t("Yes or no"),
    choice: t("One of several choices"),
    choices: t("Several choices"),
    url: t("Web address"),
    email: t("Email"),
    phone: t("Phone"),
    reference: t("Another record"),
  };
  return names[readType(type)] ?? type;
}

export const hasOptions = (type: string): boolean => ["choice", "choices"].includes(readType(type));

/** Lists can be filtered and sorted by values that are short. */
export const canBeUnique = (type: string): boolean => ["text", "number", "email", "phone", "url"].includes(readType(type));

const CUSTOM_PREFIX = "custom_fields.";
const MAX_NAME_LENGTH = 63;

/** Lists the names of the custom fields of a kind. */
export const listFieldNames = ({ fields }: Pick<Kind, "fields">): string[] =>
  fields.flatMap(({ name }) => (name.startsWith(CUSTOM_PREFIX) ? [name.slice(CUSTOM_PREFIX.length)] : []));

/**
 * Derives the name in requests from a label: `Boat length` is `boat_length`. Letters of other scripts say nothing in it, so the second field with such a
 * label is `field_2`.
 */
export function deriveFieldName(label: string, takenNames: readonly string[] = []): string {
  const plain = toPlainLetters(label)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "");
  if (plain !== "" || label.trim() === "") return plain.slice(0, MAX_NAME_LENGTH).replace(/_+$/, "");
  let number = 1;
  const nameWith = (): string => (number === 1 ? "field" : `field_${number}`);
  while (takenNames.includes(nameWith())) number++;
  return nameWith();
}

/** Says how far lists can use a field: undefined if they do not. */
export function describeIndex({ index_status, records_done }: CustomField, t: Translate): string | undefined {
  switch (index_status) {
    case "READY":
      return t("Lists can use it");
    case "PENDING":
      return t("Starts within a minute");
    case "BACKFILLING":
      return t("Preparing: {count, plural, one {# record} other {# records}} done", { count: records_done });
    case "DROPPING":
      return t("Being removed from lists");
    default:
      return undefined;
  }
}

/** Whether the system still works on a field. */
export const isBusy = ({ index_status }: CustomField): boolean => index_status !== null && index_status !== "READY";

/** Takes an option away: one that records may have is only no longer offered. */
export const dropOption = (options: readonly FieldOption[], index: number): FieldOption[] =>
  options.flatMap((option, place) =>
    place !== index ? [option] : option.code === undefined ? [] : [{ ...option, is_retired: !option.is_retired }],
  );

type Values = Readonly<Record<string, unknown>>;

/** Returns the body of the request: of a new field all values, of a stored one those that differ. Empty options are left out. */
export function buildFieldBody(values: Values, stored?: CustomField): Record<string, unknown> {
  const options = (values.picklist_values as readonly FieldOption[] | null) ?? [];
  const type = String(values.field_type);
  const complete = {
    ...values,
    picklist_values: hasOptions(type) ? options.filter(({ label }) => label.trim() !== "") : null,
    reference_kind: type === "reference" ? values.reference_kind : null,
    section: values.section || null,
    help_text: values.help_text || null,
  };
  if (!stored) return complete;
  return pickChanges(complete, { ...stored });
}
