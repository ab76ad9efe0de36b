import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { type Match, seen } from "../storage/write/upsert.ts";
import type { Entity } from "./custom-field.entity.ts";
import { edits, seenOf } from "./definitions.ts";
import { holderOf } from "./unique.ts";

/** Custom fields that are each record's own name records, as their id does. */

type Finds = (value: unknown) => Promise<string | undefined>;

/** By the name of each field that the caller may write, what finds the record that has a value. */
export async function ownMatchers(entity: Entity): Promise<Record<string, Finds>> {
  const unique = (await seenOf(entity)).filter((definition) => definition.is_unique && edits(definition));
  const finds = (name: string): Finds => {
    return (value) => holderOf(entity, name, value);
  };
  return Object.fromEntries(unique.map(({ field_name: name }) => [`custom_fields.${name}`, finds(name)]));
}

/** The same for upserts: one that the caller does not see is a CONFLICT. */
export async function ownMatches<R extends BaseRecord>(collection: Collection<R>): Promise<Record<string, Match>> {
  const matchers = Object.entries(await ownMatchers(collection.name));
  return Object.fromEntries(matchers.map(([name, find]) => [name, { find: seen(collection, find) }]));
}
