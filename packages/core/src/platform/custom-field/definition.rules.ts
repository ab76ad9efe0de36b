import { isDeepStrictEqual } from "node:util";
import type { ErrorDetail } from "../../kernel/error.ts";
import { describeIssue } from "../../kernel/issue-message.ts";
import { fold } from "../../kernel/text.ts";
import type { CustomFieldRecord, Option, OptionInput, Type } from "./custom-field.entity.ts";
import { baseType, buildSchema, isEmpty, takesOptions } from "./custom-field.rules.ts";
import { compilePattern, InvalidPattern } from "./pattern.rules.ts";

/** Validates definitions, and computes what follows when one changes. */

/** Former meanings that a field may have: its values are read under all of them. */
export const MAX_FORMER_MEANINGS = 20;
const MAX_OPTIONS = 500;

const orderedTypes: readonly Type[] = ["number", "money", "date", "instant"];
const writtenTypes: readonly Type[] = ["text", "textarea", "url", "email", "phone"];
/** Types whose values can be unique. */
const distinctTypes: readonly Type[] = ["text", "number", "url", "email", "phone", "reference"];
/** A list can filter by these types and cannot sort by them. */
const unsortableTypes: readonly Type[] = ["choices", "textarea"];

/** Returns the options of a definition after an edit. Codes are derived from labels; known options that are omitted are retired. */
export function buildOptions(optionInputs: readonly OptionInput[], currentOptions: readonly Option[]): Option[] {
  const usedCodes = new Set<string>();
  const inputOptions = optionInputs.map((input): Option => {
    const { code, label, is_retired = false } = typeof input === "string" ? { code: undefined, label: input } : input;
    const matchingOption = code === undefined ? currentOptions.find((option) => option.label === label) : undefined;
    const optionCode = code ?? matchingOption?.code ?? toOptionCode(label);
    const free = code === undefined && !matchingOption ? findFreeCode(optionCode, usedCodes) : optionCode;
    usedCodes.add(free);
    return { code: free, label, is_retired };
  });
  const retiredOptions = currentOptions
    .filter(({ code }) => !usedCodes.has(code))
    .map((option) => ({ ...option, is_retired: true }));
  return [...inputOptions, ...retiredOptions];
}

const toOptionCode = (label: string): string =>
  fold(label)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60) || "option";

/** Returns a code that is free; labels with the same code get a number appended. */
function findFreeCode(code: string, takenCodes: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? code : `${code}_${number}`;
    if (!takenCodes.has(candidate)) return candidate;
  }
}

/** Returns all errors of a definition, field by field. */
export function validateDefinition(definition: CustomFieldRecord): ErrorDetail[] {
  const { field_type, picklist_values, validation, reference_kind, default_value } = definition;
  const errors: ErrorDetail[] = [];
  const refuse = (field: string, message: string): number => errors.push({ field, message });
  if (takesOptions(field_type)) {
    const codes = (picklist_values ?? []).map(({ code }) => code);
    if (!picklist_values?.some(({ is_retired }) => !is_retired))
      refuse("picklist_values", `Required for ${field_type}: specify at least one option`);
    if (new Set(codes).size < codes.length) refuse("picklist_values", "Each code can be listed only once");
    if (codes.length > MAX_OPTIONS) refuse("picklist_values", `Must have at most ${MAX_OPTIONS} options, including retired ones`);
  } else if (picklist_values) refuse("picklist_values", `Not allowed for ${field_type}`);
  if (field_type === "reference" && reference_kind === null) refuse("reference_kind", "Required for a reference");
  if (field_type !== "reference" && reference_kind !== null) refuse("reference_kind", `Not allowed for ${field_type}`);
  if (field_type !== "number" && definition.decimal_places !== null) refuse("decimal_places", `Not allowed for ${field_type}`);
  if (definition.is_unique && !distinctTypes.includes(field_type))
    refuse("is_unique", `Not allowed for ${field_type}, only for ${distinctTypes.join(", ")}`);
  if (definition.is_unique && !isEmpty(default_value)) refuse("default_value", "A unique field cannot have a default value");
  if (field_type === "reference" && !isEmpty(default_value))
    refuse("default_value", "A reference cannot have a default value, because its record might no longer exist");
  if (definition.is_sortable && unsortableTypes.includes(field_type)) refuse("is_sortable", `Not allowed for ${field_type}`);
  if (definition.is_filterable && field_type === "textarea") refuse("is_filterable", `Not allowed for ${field_type}`);
  errors.push(...validateBounds(definition));
  if (errors.length === 0 && !isEmpty(default_value)) {
    const { error } = buildSchema(definition).safeParse(default_value);
    for (const issue of error?.issues ?? []) refuse("default_value", describeIssue(issue));
  }
  return validation && errors.length === 0 ? validateRange(definition) : errors;
}

function validateBounds(definition: CustomFieldRecord): ErrorDetail[] {
  const { field_type, validation } = definition;
  const { min, max, min_length, max_length, pattern } = validation ?? {};
  const details: ErrorDetail[] = [];
  const refuse = (field: string, message: string): number => details.push({ field: `validation.${field}`, message });
  for (const [field, value] of Object.entries({ min, max })) {
    if (value === undefined) continue;
    if (!orderedTypes.includes(field_type)) refuse(field, `Not allowed for ${field_type}`);
    else if (!buildSchema({ ...definition, validation: null }).safeParse(value).success)
      refuse(field, `Must be a value of the type ${field_type}`);
  }
  for (const [field, value] of Object.entries({ min_length, max_length, pattern })) {
    if (value !== undefined && !writtenTypes.includes(field_type)) refuse(field, `Not allowed for ${field_type}`);
  }
  if (pattern === undefined) return details;
  if (field_type === "textarea") refuse("pattern", `Not allowed for ${field_type}`);
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    refuse("pattern", error.message);
  }
  return details;
}

/** Returns errors for a minimum above the maximum. */
function validateRange(definition: CustomFieldRecord): ErrorDetail[] {
  const { min, max, min_length = 0, max_length = Number.POSITIVE_INFINITY } = definition.validation ?? {};
  if (max_length < min_length) return [{ field: "validation.max_length", message: "Must not be less than min_length" }];
  if (min === undefined || max === undefined) return [];
  const minDefinition = { ...definition, validation: { min } };
  return buildSchema(minDefinition).safeParse(max).success
    ? []
    : [{ field: "validation.max", message: "Must not be less than min" }];
}

/** Returns what is stored in place of `before`. A changed meaning gets a new revision, and the former meaning is kept. */
export function reviseDefinition(before: CustomFieldRecord, after: CustomFieldRecord): CustomFieldRecord {
  const { field_type, picklist_values } = before;
  const means = baseType(field_type) !== baseType(after.field_type) || before.reference_kind !== after.reference_kind;
  const isIndexChanged = before.is_filterable !== after.is_filterable || before.is_sortable !== after.is_sortable;
  // A field that was once of another type reads old values by label, so changed options change how they are read.
  const reads = before.former.length > 0 && !isDeepStrictEqual(picklist_values, after.picklist_values);
  return {
    ...after,
    former: means ? [...before.former, { field_type, picklist_values }] : before.former,
    revision: before.revision + (means || isIndexChanged || reads ? 1 : 0),
  };
}

/** Whether lists can filter or sort by the field. */
export const isIndexed = ({
  is_active,
  is_filterable,
  is_sortable,
}: Pick<CustomFieldRecord, "is_active" | "is_filterable" | "is_sortable">) => is_active && (is_filterable || is_sortable);

/**
 * Returns the definition with its index work scheduled: from `due_at` on, entries are created, rebuilt or dropped. By then every process knows the
 * new definition.
 */
export function scheduleIndexing(
  before: CustomFieldRecord | undefined,
  after: CustomFieldRecord,
  due_at: string,
): CustomFieldRecord {
  const previousStatus = before?.index_status ?? null;
  const startFields = { records_done: 0, records_failed: 0, due_at };
  if (isIndexed(after)) {
    if (previousStatus !== null && previousStatus !== "DROPPING" && after.revision === before?.revision) return after;
    const isBack = previousStatus === "DROPPING" && after.revision === before?.revision;
    return { ...after, ...startFields, index_status: "PENDING", revision: after.revision + (isBack ? 1 : 0) };
  }
  if (previousStatus === null || previousStatus === "DROPPING") return after;
  return { ...after, ...startFields, index_status: "DROPPING", revision: (before?.revision ?? 0) + 1 };
}

/** Returns errors for changes to fixed fields. */
export function findStableChanges(before: CustomFieldRecord, input: Readonly<Record<string, unknown>>): ErrorDetail[] {
  const stable = ["entity_type", "field_name", "is_unique"] as const;
  return stable
    .filter((field) => input[field] !== undefined && !isDeepStrictEqual(input[field], before[field]))
    .map((field) => ({ field, message: "Cannot be changed" }));
}
