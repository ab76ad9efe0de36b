import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";

/** Which of two values holds when two records become one, and what is left when they are two again. */

type Values = Readonly<Record<string, unknown>>;
const valuesOf = (record: object): Values => record as Values;
export type Json = z.infer<ReturnType<typeof z.json>>;
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
      const outcome = [...new Set([...mine, ...theirs])];
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
