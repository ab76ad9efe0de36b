import * as z from "zod";
import { ruleViolation } from "../../kernel/error.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { findMasterReferences, valueSchema } from "../../kernel/schema.ts";
import { Counter } from "../../storage/read/counter.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadAllCollections } from "../../storage/table/collection-registry.ts";
import { fieldsForKind, type MasterRecord } from "./master.entity.ts";

/** Which records have values of a kind, and by which of their fields. */

export interface MasterUsage {
  readonly collection: Collection<BaseRecord>;
  readonly field: string;
  /** Whether the field holds several values. */
  readonly isMany: boolean;
  /** The list filter that goes by the field, and whether an index finds by it. */
  readonly filter: { readonly name: string; readonly isIndexed: boolean } | undefined;
  /** What a record holds of a value. */
  readonly toStoredValue: (value: MasterRecord) => string;
}

/** Of what the system writes by itself nothing is said: histories keep what they tell of. */
export async function listUsages(kind: MasterKind): Promise<MasterUsage[]> {
  const collections = (await loadAllCollections()).filter((each) => !each.kind.isDerived);
  return collections.flatMap((collection) => {
    const { schema, filters = {} } = collection.definition;
    return [...findMasterReferences(schema.shape)].flatMap(([field, reference]): MasterUsage[] => {
      if (reference.kind.name !== kind.name) return [];
      const [name, filter] = Object.entries(filters).find(([, each]) => each.field === field) ?? [];
      return [
        {
          collection,
          field,
          isMany: valueSchema(schema.shape[field] as z.ZodType) instanceof z.ZodArray,
          filter: name === undefined ? undefined : { name, isIndexed: filter?.index !== undefined },
          toStoredValue: (value) => (reference.storedAs === "id" ? value.id : value.code),
        },
      ];
    });
  });
}

/** What is under way stands in a stage: one where something stands is not taken away, unless that goes elsewhere. By the counters. */
export async function requireEmpty(kind: MasterKind, value: MasterRecord): Promise<void> {
  if (!("is_closed" in fieldsForKind(kind)) || value.is_closed || !value.is_active) return;
  for (const { collection, filter, toStoredValue: held } of await listUsages(kind)) {
    if (!filter) continue;
    const [counter] = await Counter.readConsistent(collection.name, [Counter.ALL]);
    const standing = Number(counter?.[Counter.filterCount(filter.name, held(value))] ?? 0);
    if (standing > 0)
      throw ruleViolation(
        `${standing} open of the kind ${collection.name} stand in "${value.name}": retire it with replace_with, where they go`,
      );
  }
}
