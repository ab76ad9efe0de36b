import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { onlyVisible, type UpsertMatch } from "../../storage/write/upsert.ts";
import type { Entity } from "./custom-field.entity.ts";
import { canEditField, listVisibleDefinitions } from "./definitions.ts";
import { findHolder } from "./unique.ts";

/** Finds records by unique custom fields, as by their id. */

type ValueMatcher = (value: unknown) => Promise<string | undefined>;

/** Returns, by the name of each unique field that the caller may write, a function that finds the record with a value. */
export async function buildUniqueMatchers(entity: Entity): Promise<Record<string, ValueMatcher>> {
  const unique = (await listVisibleDefinitions(entity)).filter((definition) => definition.is_unique && canEditField(definition));
  const finds = (name: string): ValueMatcher => {
    return (value) => findHolder(entity, name, value);
  };
  return Object.fromEntries(unique.map(({ field_name }) => [`custom_fields.${field_name}`, finds(field_name)]));
}

/** Returns the same matchers for upserts: a match with a record that the caller does not see throws CONFLICT. */
export async function buildUniqueMatches<R extends BaseRecord>(collection: Collection<R>): Promise<Record<string, UpsertMatch>> {
  const matchers = Object.entries(await buildUniqueMatchers(collection.name));
  return Object.fromEntries(matchers.map(([name, find]) => [name, { find: onlyVisible(collection, find) }]));
}
