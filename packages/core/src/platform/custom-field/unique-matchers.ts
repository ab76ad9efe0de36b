import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { onlyVisible, type UpsertMatch } from "../../storage/write/upsert.ts";
import type { Entity } from "./custom-field.entity.ts";
import { canEditField, listVisibleDefinitions } from "./definitions.ts";
import { findHolder } from "./unique.ts";

/** Custom fields that are each record's own name records, as their id does. */

type ValueMatcher = (value: unknown) => Promise<string | undefined>;

/** By the name of each field that the caller may write, what finds the record that has a value. */
export async function buildUniqueMatchers(entity: Entity): Promise<Record<string, ValueMatcher>> {
  const unique = (await listVisibleDefinitions(entity)).filter((definition) => definition.is_unique && canEditField(definition));
  const finds = (name: string): ValueMatcher => {
    return (value) => findHolder(entity, name, value);
  };
  return Object.fromEntries(unique.map(({ field_name: name }) => [`custom_fields.${name}`, finds(name)]));
}

/** The same for upserts: one that the caller does not see is a CONFLICT. */
export async function buildUniqueMatches<R extends BaseRecord>(collection: Collection<R>): Promise<Record<string, UpsertMatch>> {
  const matchers = Object.entries(await buildUniqueMatchers(collection.name));
  return Object.fromEntries(matchers.map(([name, find]) => [name, { find: onlyVisible(collection, find) }]));
}
