import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../kernel/json.ts";
import { MAX_TAGS, mergeTags } from "../../kernel/tag.ts";
import { customName, customPath, isCustomPath } from "../../storage/table/custom-field-values.ts";

/** Decides which of two values holds in a merge, and which values come back when the merge is undone. */

type Values = Readonly<Record<string, unknown>>;
const asValues = (record: object): Values => record as Values;
export type Choices = Readonly<Record<string, "survivor" | "merged">>;

export interface ChosenField {
  field: string;
  survivor: Json;
  merged: Json;
  outcome: Json;
  from: "survivor" | "merged" | "both";
  is_conflict: boolean;
}

/** `false` counts as empty. */
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === false || value === "" || (Array.isArray(value) && value.length === 0);

const isList = (value: unknown): value is string[] => Array.isArray(value) && value.every((item) => typeof item === "string");

/**
 * Chooses a value for each field: the survivor's unless it is empty or the caller chose otherwise. Lists are combined. Fields that are
 * empty in both records are left out.
 */
export function chooseFields(survivor: object, merged: object, fields: readonly string[], choices: Choices): ChosenField[] {
  return fields.flatMap((field): ChosenField[] => {
    const [survivorValue, mergedValue] = [asValues(survivor)[field] ?? null, asValues(merged)[field] ?? null] as [Json, Json];
    if (isEmpty(survivorValue) && isEmpty(mergedValue)) return [];
    const choice = choices[field];
    const isConflict = !isEmpty(survivorValue) && !isEmpty(mergedValue) && !isDeepStrictEqual(survivorValue, mergedValue);
    if (isConflict && !choice && isList(survivorValue) && isList(mergedValue)) {
      const outcome =
        field === "tags"
          ? mergeTags(survivorValue, mergedValue).slice(0, MAX_TAGS)
          : [...new Set([...survivorValue, ...mergedValue])];
      return [{ field, survivor: survivorValue, merged: mergedValue, outcome, from: "both", is_conflict: false }];
    }
    const from = choice ?? (isEmpty(survivorValue) ? "merged" : "survivor");
    return [
      {
        field,
        survivor: survivorValue,
        merged: mergedValue,
        outcome: from === "merged" ? mergedValue : survivorValue,
        from,
        is_conflict: isConflict,
      },
    ];
  });
}

type SurvivorChanges = Readonly<Record<string, { before: Json; after: Json }>>;

/** Returns the fields in which two versions of a survivor differ. */
export function diffSurvivor(before: object, after: object, fields: readonly string[]): SurvivorChanges {
  const valueIn = (record: object, field: string) => (asValues(record)[field] ?? null) as Json;
  const pairs = fields.map((field) => [field, { before: valueIn(before, field), after: valueIn(after, field) }] as const);
  return Object.fromEntries(pairs.filter(([, pair]) => !isDeepStrictEqual(pair.before, pair.after)));
}

/** Returns the survivor's former values, except for fields that were changed since the merge. */
export const revertChanges = (current: object, survivorChanges: SurvivorChanges): Values =>
  Object.fromEntries(
    Object.entries(survivorChanges)
      .filter(([field, { after }]) => isDeepStrictEqual(asValues(current)[field] ?? null, after))
      .map(([field, { before }]) => [field, before]),
  );

interface CustomFieldOwner {
  custom_fields?: Readonly<Record<string, Json>> | null;
}

export const customFieldName = (field: string): string | undefined => (isCustomPath(field) ? customName(field) : undefined);

/** Copies each custom field value into a field of its own on the record. */
export const spreadCustomFields = <R extends CustomFieldOwner>(record: R): R & Values => {
  const customEntries = Object.entries(record.custom_fields ?? {}).map(([name, value]) => [customPath(name), value]);
  return { ...record, ...Object.fromEntries(customEntries) };
};

/** Lists the fields that `spreadCustomFields` adds to these records. */
export const listSpreadFields = (...records: readonly CustomFieldOwner[]): string[] => [
  ...new Set(records.flatMap(({ custom_fields }) => Object.keys(custom_fields ?? {}).map((name) => customPath(name)))),
];

/** Reverses `spreadCustomFields`: values of custom fields join the record's other custom fields. */
export function collectCustomFields({ custom_fields }: CustomFieldOwner, values: Values): Values {
  const entries = Object.entries(values).map(([field, value]) => [customFieldName(field), field, value] as const);
  const customEntries = entries.filter(([name]) => name !== undefined);
  const otherValues = Object.fromEntries(entries.flatMap(([name, field, value]) => (name === undefined ? [[field, value]] : [])));
  if (customEntries.length === 0) return otherValues;
  const next = Object.entries({
    ...custom_fields,
    ...Object.fromEntries(customEntries.map(([name, _field, value]) => [name, value])),
  });
  const filledEntries = next.filter(([, value]) => value !== null);
  return { ...otherValues, custom_fields: filledEntries.length > 0 ? Object.fromEntries(filledEntries) : null };
}
