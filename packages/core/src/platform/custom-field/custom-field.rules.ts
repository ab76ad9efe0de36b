import * as z from "zod";
import type { Field, FieldType } from "../../kernel/field.ts";
import type { Kind } from "../../kernel/id.ts";
import { isId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import {
  date,
  EVERY_TEXT,
  email,
  id,
  instant,
  money,
  oneLine,
  parseRetaining,
  phone,
  storedDate,
  storedInstant,
  text,
  url,
} from "../../kernel/schema.ts";
import { fold } from "../../kernel/text.ts";
import { hasUnsafeScheme, serializeLink } from "../../kernel/web-url.ts";
import { loadedCollections } from "../../storage/table/collection.ts";
import { findKind } from "../../storage/table/collection-registry.ts";
import type { CustomFieldRecord, Option, Type } from "./custom-field.entity.ts";
import { compilePattern } from "./pattern.rules.ts";

/** Checks values, reads stored values under a definition that has changed since, and compares values. */

export type Value = z.core.util.JSONType;
export type Values = Record<string, Value>;

/** The parts of a definition that decide how its values are read. */
export type FieldMeaning = Pick<
  CustomFieldRecord,
  "field_type" | "picklist_values" | "validation" | "decimal_places" | "reference_kind" | "former"
>;

const typeAliases: Partial<Record<Type, FieldType>> = { textarea: "text", checkbox: "boolean", picklist: "choice" };

/** Returns the kind of record that values refer to: one that this process has loaded, or any registered kind. */
export function requireReferencedKind(name: string | null | undefined): Kind {
  const kindName = name ?? "user";
  const kind = loadedCollections.get(kindName)?.kind ?? findKind(kindName);
  if (!kind) throw new Error(`No domain of this function has the kind ${kindName}`);
  return kind;
}

/** Returns the base type of a type name. */
export const baseType = (type: Type): FieldType => typeAliases[type] ?? (type as FieldType);

export const takesOptions = (type: Type): boolean => baseType(type) === "choice" || type === "choices";

const MAX_TEXT_LENGTH = { text: 1000, textarea: 10_000 };
const DEFAULT_DECIMAL_PLACES = 2;
export const decimalPlaces = ({ decimal_places }: Pick<FieldMeaning, "decimal_places">): number =>
  decimal_places ?? DEFAULT_DECIMAL_PLACES;
/** Digits that a double keeps for every number. */
const MAX_DIGITS = 15;

/** Returns the schema that checks a value and converts it into its stored form. */
export function buildSchema(meaning: FieldMeaning): z.ZodType {
  const { field_type, validation } = meaning;
  const { min, max, min_length, max_length, pattern } = validation ?? {};
  // The URL parser adds to an address, such as a slash to a bare host. Its length and pattern are checked as typed.
  const isParsed = field_type === "url" && validation !== null;
  let schema: z.ZodType = isParsed ? z.string() : buildTypeSchema(meaning);
  if (min !== undefined) schema = schema.refine((value) => compareValues(field_type, value, min) >= 0, `Must be at least ${min}`);
  if (max !== undefined) schema = schema.refine((value) => compareValues(field_type, value, max) <= 0, `Must be at most ${max}`);
  if (min_length !== undefined)
    schema = schema.refine((value) => countCharacters(value) >= min_length, `Must have at least ${min_length} characters`);
  if (max_length !== undefined)
    schema = schema.refine((value) => countCharacters(value) <= max_length, `Must have at most ${max_length} characters`);
  if (pattern !== undefined) {
    const compiledPattern = compilePattern(pattern);
    schema = schema.refine((value) => compiledPattern.matches(String(value)), `Must match the pattern ${pattern}`);
  }
  return isParsed ? schema.pipe(buildTypeSchema(meaning)) : schema;
}

function buildTypeSchema(meaning: FieldMeaning): z.ZodType {
  const { field_type, reference_kind } = meaning;
  const offeredCodes = (meaning.picklist_values ?? []).filter(({ is_retired }) => !is_retired).map(({ code }) => code);
  const choice = () =>
    z.string().refine((value) => offeredCodes.includes(value), `Must be one of ${offeredCodes.slice(0, 20).join(", ")}`);
  switch (baseType(field_type)) {
    case "number":
      return buildNumberSchema(decimalPlaces(meaning));
    case "money":
      return money();
    case "date":
      return date();
    case "instant":
      return instant();
    case "boolean":
      return z.boolean();
    case "choice":
      return choice();
    case "choices":
      return z
        .array(choice())
        .max(200)
        .refine((all) => new Set(all).size === all.length, "Each choice can be listed only once");
    case "url":
      return url();
    case "email":
      return email();
    case "phone":
      return phone();
    case "reference":
      return id(requireReferencedKind(reference_kind));
    default:
      return field_type === "textarea" ? text(MAX_TEXT_LENGTH.textarea) : oneLine(MAX_TEXT_LENGTH.text);
  }
}

const buildNumberSchema = (places: number) =>
  z
    .number()
    .refine(
      (value) => Math.abs(value) < 10 ** (MAX_DIGITS - places),
      `Must have at most ${MAX_DIGITS - places} digits before the decimal point`,
    )
    .refine(
      (value) => Number(value.toFixed(places)) === value,
      places === 0 ? "Must be a whole number" : `Must have at most ${places} decimal places`,
    );

const countCharacters = (value: unknown): number => [...String(value)].length;

/** Returns a number below 0, 0, or above 0, by the order of the type's values. */
function compareValues(type: Type, value: unknown, bound: number | string): number {
  if (type === "money") return Money.compare(String(value), String(bound));
  if (type === "number") return Number(value) - Number(bound);
  if (type === "instant") return Date.parse(String(value)) - Date.parse(String(bound));
  return String(value) === String(bound) ? 0 : String(value) < String(bound) ? -1 : 1;
}

/** Whether a value is empty: null, undefined, blank text or an empty list. */
export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (typeof value === "string" && value.trim() === "") ||
  (Array.isArray(value) && value.length === 0);

/**
 * Returns a stored value under the present definition. A value that was stored under another type is converted if possible; otherwise the result is
 * null, and the stored value does not change. A narrower validation does not hide stored values.
 */
export function readValue(meaning: FieldMeaning, stored: Value | undefined): Value {
  if (isEmpty(stored)) return null;
  const value = stored as NonNullable<Value>;
  const kind = baseType(meaning.field_type);
  if (kind === "text") return toText(meaning, value);
  if (kind === "boolean") return toBoolean(value);
  if (kind === "number") return toNumber(value);
  if (kind === "choices") return toChoices(meaning, value);
  const valueText = toSingleText(value);
  if (valueText === undefined) return null;
  if (kind === "choice") return findOption(meaning, valueText)?.code ?? null;
  if (kind === "reference") return isId(valueText, requireReferencedKind(meaning.reference_kind)) ? valueText : null;
  if (kind === "money" && typeof value === "number") return parseValue(money(), Money.normalizeDecimal(value));
  if (kind === "date")
    return parseValue(storedDate(), valueText.slice(0, 10)) !== null && isDay(valueText) ? valueText.slice(0, 10) : null;
  if (kind === "instant")
    return parseValue(storedInstant(), isDay(valueText) && valueText.length === 10 ? `${valueText}T00:00:00Z` : valueText);
  // A stored address is not shown as a link if its scheme is unsafe; otherwise it is shown as it is.
  if (kind === "url") return hasUnsafeScheme(valueText) ? null : valueText.trim();
  return parseValue(buildTypeSchema(meaning), valueText.trim());
}

const parseValue = (schema: z.ZodType, value: string): Value => {
  const { success, data } = parseRetaining(EVERY_TEXT, () => schema.safeParse(value));
  return success ? (data as Value) : null;
};

/** Whether a text is a date, or an instant that begins with one. */
const isDay = (value: string): boolean => /^\d{4}-\d{2}-\d{2}(T.*Z)?$/.test(value);

/** Returns a single value as text; undefined for objects and for lists with several items. */
function toSingleText(value: NonNullable<Value>): string | undefined {
  if (Array.isArray(value)) return value.length === 1 ? String(value[0]) : undefined;
  return typeof value === "object" ? undefined : String(value);
}

function toText(meaning: FieldMeaning, value: NonNullable<Value>): string | null {
  const formatItem = (item: Value): string => findFormerLabel(meaning, String(item));
  if (Array.isArray(value)) return value.map(formatItem).join(", ");
  return typeof value === "object" ? null : formatItem(value);
}

/** Returns the label of a code that was stored before the field became text. Text that was typed as text stays as it was typed. */
function findFormerLabel({ former }: FieldMeaning, storedText: string): string {
  if (former.some(({ field_type }) => baseType(field_type) === "text")) return storedText;
  const options = former.flatMap(({ picklist_values }) => picklist_values ?? []);
  return options.findLast(({ code }) => code === storedText)?.label ?? storedText;
}

const TRUE_WORDS = ["true", "yes", "1", "on"];
const FALSE_WORDS = ["false", "no", "0", "off"];

function toBoolean(value: NonNullable<Value>): boolean | null {
  const normalizedText = fold(toSingleText(value) ?? "").trim();
  return TRUE_WORDS.includes(normalizedText) ? true : FALSE_WORDS.includes(normalizedText) ? false : null;
}

function toNumber(value: NonNullable<Value>): number | null {
  if (typeof value === "number") return value;
  const trimmedText = typeof value === "string" ? value.trim() : "";
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(trimmedText) ? Number(trimmedText) : null;
}

function toChoices(meaning: FieldMeaning, value: NonNullable<Value>): Value {
  const codes = (Array.isArray(value) ? value : [value]).flatMap((item) => findOption(meaning, String(item))?.code ?? []);
  return codes.length > 0 ? codes : null;
}

/** Returns the option with this code or label, retired options included. */
function findOption({ picklist_values }: Pick<FieldMeaning, "picklist_values">, codeOrLabel: string): Option | undefined {
  const options = picklist_values ?? [];
  const folded = fold(codeOrLabel).trim();
  return (
    options.find(({ code }) => code === codeOrLabel) ??
    options.find(({ code, label }) => fold(label).trim() === folded || code === folded)
  );
}

/**
 * Returns the form in which equal values are identical, for unique fields. An address is the same with and without the slash of a bare host:
 * earlier versions stored it as typed.
 */
export function toUniqueForm(type: Type, value: Value): string {
  const typedText = String(value).normalize("NFC").trim();
  const valueText = type === "url" ? serializeLink(typedText).replace(/^([^/]+:\/\/[^/?#]+)\/$/, "$1") : typedText;
  if (type === "phone") return valueText.replace(/^00/, "+").replace(/[^\d+]/g, "");
  return type === "reference" ? valueText : valueText.replace(/\s+/g, " ").toLowerCase();
}

/** Returns the definition as forms, imports and exports see it. */
export function toField(definition: CustomFieldRecord): Field {
  const { field_name, field_type, field_label, is_required, help_text, reference_kind } = definition;
  const kind = baseType(field_type);
  const activeOptions = (definition.picklist_values ?? []).filter(({ is_retired }) => !is_retired);
  return {
    name: `custom_fields.${field_name}`,
    type: kind === "number" && decimalPlaces(definition) === 0 ? "integer" : kind,
    label: field_label,
    required: is_required,
    synonyms: [field_name.replaceAll("_", " ")],
    ...(help_text === null ? {} : { help: help_text }),
    ...(field_type === "text" ? { isOneLine: true } : {}),
    ...(takesOptions(field_type) ? { values: activeOptions.map(({ code }) => code) } : {}),
    ...(field_type === "reference" ? { record: reference_kind ?? "user" } : {}),
  };
}
