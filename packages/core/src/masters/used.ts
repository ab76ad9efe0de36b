import * as z from "zod";
import { ruleViolation } from "../kernel/error.ts";
import type { MasterKind } from "../kernel/master.ts";
import { referencesOf, valueSchemaOf } from "../kernel/schema.ts";
import { Counter } from "../storage/read/counter.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { allCollections } from "../storage/table/collections.ts";
import { fieldsOf, type MasterRecord } from "./master.entity.ts";

/** Which records have values of a kind, and by which of their fields. */

export interface Use {
  readonly collection: Collection<BaseRecord>;
  readonly field: string;
  /** Whether the field holds several values. */
  readonly isMany: boolean;
  /** The list filter that goes by the field, and whether an index finds by it. */
  readonly filter: { readonly name: string; readonly isIndexed: boolean } | undefined;
  /** What a record holds of a value. */
  readonly held: (value: MasterRecord) => string;
}

/** Of what the system writes by itself nothing is said: histories keep what they tell of. */
export async function usesOf(kind: MasterKind): Promise<Use[]> {
  const collections = (await allCollections()).filter((each) => !each.kind.isDerived);
  return collections.flatMap((collection) => {
    const { schema, filters = {} } = collection.definition;
    return [...referencesOf(schema.shape)].flatMap(([field, reference]): Use[] => {
      if (reference.kind.name !== kind.name) return [];
      const [name, filter] = Object.entries(filters).find(([, each]) => each.field === field) ?? [];
      return [
        {
          collection,
          field,
          isMany: valueSchemaOf(schema.shape[field] as z.ZodType) instanceof z.ZodArray,
          filter: name === undefined ? undefined : { name, isIndexed: filter?.index !== undefined },
          held: (value) => (reference.held === "id" ? value.id : value.code),
        },
      ];
    });
  });
}

/** What is under way stands in a stage: one where something stands is not taken away, unless that goes elsewhere. By the counters. */
export async function requireEmpty(kind: MasterKind, value: MasterRecord): Promise<void> {
  if (!("is_closed" in fieldsOf(kind)) || value.is_closed || !value.is_active) return;
  for (const { collection, filter, held } of await usesOf(kind)) {
    if (!filter) continue;
    const [counter] = await Counter.now(collection.name, [Counter.ALL]);
    const standing = Number(counter?.[Counter.filterCount(filter.name, held(value))] ?? 0);
    if (standing > 0)
      throw ruleViolation(
        `${standing} open of the kind ${collection.name} stand in "${value.name}": retire it with replace_with, where they go`,
      );
  }
}
