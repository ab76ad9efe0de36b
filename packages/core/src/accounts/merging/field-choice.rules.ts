import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../kernel/json.ts";
import { MAX_TAGS, mergeTags } from "../../kernel/tag.ts";

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
    const [mine, theirs] = [asValues(survivor)[field] ?? null, asValues(merged)[field] ?? null] as [Json, Json];
    if (isEmpty(mine) && isEmpty(theirs)) return [];
    const choice = choices[field];
    const isConflict = !isEmpty(mine) && !isEmpty(theirs) && !isDeepStrictEqual(mine, theirs);
    if (isConflict && !choice && isList(mine) && isList(theirs)) {
      const outcome = field === "tags" ? mergeTags(mine, theirs).slice(0, MAX_TAGS) : [...new Set([...mine, ...theirs])];
      return [{ field, survivor: mine, merged: theirs, outcome, from: "both", is_conflict: false }];
    }
    const from = choice ?? (isEmpty(mine) ? "merged" : "survivor");
    return [{ field, survivor: mine, merged: theirs, outcome: from === "merged" ? theirs : mine, from, is_conflict: isConflict }];
  });
}

export type SurvivorChanges = Readonly<Record<string, { before: Json; after: Json }>>;

/** Returns the fields in which two versions of a survivor differ. */
export function diffSurvivor(before: object, after: object, fields: readonly string[]): SurvivorChanges {
  const valueIn = (record: object, field: string) => (asValues(record)[field] ?? null) as Json;
  const pairs = fields.map((field) => [field, { before: valueIn(before, field), after: valueIn(after, field) }] as const);
  return Object.fromEntries(pairs.filter(([, pair]) => !isDeepStrictEqual(pair.before, pair.after)));
}

/** Returns the survivor's former values, except for fields that were changed since the merge. */
export const revertChanges = (current: object, taken: SurvivorChanges): Values =>
  Object.fromEntries(
    Object.entries(taken)
      .filter(([field, { after }]) => isDeepStrictEqual(asValues(current)[field] ?? null, after))
      .map(([field, { before }]) => [field, before]),
  );

/** Values of custom fields are chosen one by one, as fields with this prefix. */
const CUSTOM_PREFIX = "custom_fields.";

interface CustomFieldOwner {
  custom_fields?: Readonly<Record<string, Json>> | null;
}

export const customFieldName = (field: string): string | undefined =>
  field.startsWith(CUSTOM_PREFIX) ? field.slice(CUSTOM_PREFIX.length) : undefined;

/** Copies each custom field value into a field of its own on the record. */
export const spreadCustomFields = <R extends CustomFieldOwner>(record: R): R & Values => {
  const own = Object.entries(record.custom_fields ?? {}).map(([name, value]) => [CUSTOM_PREFIX + name, value]);
  return { ...record, ...Object.fromEntries(own) };
};

/** Lists the fields that `spreadCustomFields` adds to these records. */
export const listSpreadFields = (...records: readonly CustomFieldOwner[]): string[] => [
  ...new Set(records.flatMap(({ custom_fields }) => Object.keys(custom_fields ?? {}).map((name) => CUSTOM_PREFIX + name))),
];

/** Reverses `spreadCustomFields`: values of custom fields join the record's other custom fields. */
export function gatherCustomFields({ custom_fields }: CustomFieldOwner, values: Values): Values {
  const named = Object.entries(values).map(([field, value]) => [customFieldName(field), field, value] as const);
  const own = named.filter(([name]) => name !== undefined);
  const others = Object.fromEntries(named.flatMap(([name, field, value]) => (name === undefined ? [[field, value]] : [])));
  if (own.length === 0) return others;
  const next = Object.entries({ ...custom_fields, ...Object.fromEntries(own.map(([name, _field, value]) => [name, value])) });
  const filled = next.filter(([, value]) => value !== null);
  return { ...others, custom_fields: filled.length > 0 ? Object.fromEntries(filled) : null };
}
