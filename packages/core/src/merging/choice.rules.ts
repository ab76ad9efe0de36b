import { isDeepStrictEqual } from "node:util";
import type { Json } from "../kernel/json.ts";
import { joinedTags, MOST_TAGS } from "../kernel/tag.ts";

/** Which of two values holds when two records become one, and what is left when they are two again. */

type Values = Readonly<Record<string, unknown>>;
const valuesOf = (record: object): Values => record as Values;
export type Choices = Readonly<Record<string, "survivor" | "merged">>;

export interface Chosen {
  field: string;
  survivor: Json;
  merged: Json;
  outcome: Json;
  from: "survivor" | "merged" | "both";
  is_conflict: boolean;
}

/** `false` says as little as nothing. */
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === false || value === "" || (Array.isArray(value) && value.length === 0);

const isList = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === "string");

/** The survivor's value unless it is empty or the caller chose otherwise; of lists what both have. Fields that neither has are left out. */
export function chosen(survivor: object, merged: object, fields: readonly string[], choices: Choices): Chosen[] {
  return fields.flatMap((field): Chosen[] => {
    const [mine, theirs] = [valuesOf(survivor)[field] ?? null, valuesOf(merged)[field] ?? null] as [Json, Json];
    if (isEmpty(mine) && isEmpty(theirs)) return [];
    const choice = choices[field];
    const isConflict = !isEmpty(mine) && !isEmpty(theirs) && !isDeepStrictEqual(mine, theirs);
    if (isConflict && !choice && isList(mine) && isList(theirs)) {
      const outcome = field === "tags" ? joinedTags(mine, theirs).slice(0, MOST_TAGS) : [...new Set([...mine, ...theirs])];
      return [{ field, survivor: mine, merged: theirs, outcome, from: "both", is_conflict: false }];
    }
    const from = choice ?? (isEmpty(mine) ? "merged" : "survivor");
    return [{ field, survivor: mine, merged: theirs, outcome: from === "merged" ? theirs : mine, from, is_conflict: isConflict }];
  });
}

export type Taken = Readonly<Record<string, { before: Json; after: Json }>>;

/** What differs between two versions of a survivor. */
export function takenBetween(before: object, after: object, fields: readonly string[]): Taken {
  const valueIn = (record: object, field: string) => (valuesOf(record)[field] ?? null) as Json;
  const pairs = fields.map((field) => [field, { before: valueIn(before, field), after: valueIn(after, field) }] as const);
  return Object.fromEntries(pairs.filter(([, pair]) => !isDeepStrictEqual(pair.before, pair.after)));
}

/** The survivor's values as they were, but for those that somebody has changed since. */
export const givenBack = (current: object, taken: Taken): Values =>
  Object.fromEntries(
    Object.entries(taken)
      .filter(([field, { after }]) => isDeepStrictEqual(valuesOf(current)[field] ?? null, after))
      .map(([field, { before }]) => [field, before]),
  );

/** Of values of custom fields, each by its name, is chosen as of any other. */
const CUSTOM = "custom_fields.";

interface Owning {
  custom_fields?: Readonly<Record<string, Json>> | null;
}

export const customIn = (field: string): string | undefined =>
  field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : undefined;

/** The record with each value of a custom field in a field of its own. */
export const spread = <R extends Owning>(record: R): R & Values => {
  const own = Object.entries(record.custom_fields ?? {}).map(([name, value]) => [CUSTOM + name, value]);
  return { ...record, ...Object.fromEntries(own) };
};

/** The names of the fields that it adds to some records. */
export const spreadFields = (...records: readonly Owning[]): string[] => [
  ...new Set(records.flatMap(({ custom_fields }) => Object.keys(custom_fields ?? {}).map((name) => CUSTOM + name))),
];

/** Values by their fields as a record takes them: those of custom fields join the others that it has. */
export function gatheredIn({ custom_fields }: Owning, values: Values): Values {
  const named = Object.entries(values).map(([field, value]) => [customIn(field), field, value] as const);
  const own = named.filter(([name]) => name !== undefined);
  const others = Object.fromEntries(named.flatMap(([name, field, value]) => (name === undefined ? [[field, value]] : [])));
  if (own.length === 0) return others;
  const next = Object.entries({ ...custom_fields, ...Object.fromEntries(own.map(([name, _field, value]) => [name, value])) });
  const filled = next.filter(([, value]) => value !== null);
  return { ...others, custom_fields: filled.length > 0 ? Object.fromEntries(filled) : null };
}
