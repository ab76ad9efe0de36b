import * as z from "zod";
import { ruleViolation } from "../../kernel/error.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { findMasterReferences, valueSchema } from "../../kernel/schema.ts";
import { Counter } from "../../storage/read/counter.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadAllCollections } from "../../storage/table/collection-registry.ts";
import { fieldsForKind, type MasterRecord } from "./master.entity.ts";

/** The records that hold values of a kind, and the fields that hold them. */

export interface MasterUsage {
  readonly collection: Collection<BaseRecord>;
  readonly field: string;
  /** Whether the field holds several values. */
  readonly isMany: boolean;
  /** The list filter on the field, and whether it has an index. */
  readonly filter: { readonly name: string; readonly isIndexed: boolean } | undefined;
  /** Returns what a record stores for a value: its id or its code. */
  readonly toStoredValue: (value: MasterRecord) => string;
}

/** Returns the fields that hold values of a kind. Derived records such as histories are omitted, because they keep former values. */
export async function listUsages(kind: MasterKind): Promise<MasterUsage[]> {
  const collections = (await loadAllCollections()).filter((allCollection) => !allCollection.kind.isDerived);
  return collections.flatMap((collection) => {
    const { schema, filters = {} } = collection.definition;
    return [...findMasterReferences(schema.shape)].flatMap(([field, reference]): MasterUsage[] => {
      if (reference.kind.name !== kind.name) return [];
      const [name, filter] = Object.entries(filters).find(([, candidate]) => candidate.field === field) ?? [];
      return [
        {
          collection,
          field,
          isMany: valueSchema(schema.shape[field] as z.ZodType) instanceof z.ZodArray,
          filter: name === undefined ? undefined : { name, isIndexed: filter?.index !== undefined },
          toStoredValue: (value) => (reference.storageForm === "id" ? value.id : value.code),
        },
      ];
    });
  });
}

/** Refuses to remove an open stage that still has opportunities, by the counters. A stage is removed with a replacement instead. */
export async function requireEmpty(kind: MasterKind, value: MasterRecord): Promise<void> {
  if (!("is_closed" in fieldsForKind(kind)) || value.is_closed || !value.is_active) return;
  for (const { collection, filter, toStoredValue } of await listUsages(kind)) {
    if (!filter) continue;
    const [counter] = await Counter.readConsistent(collection.name, [Counter.ALL]);
    const standing = Number(counter?.[Counter.filterCount(filter.name, toStoredValue(value))] ?? 0);
    if (standing > 0)
      throw ruleViolation(
        `${standing} open records of the kind ${collection.name} have the value "${value.name}": retire it with replace_with to move them`,
      );
  }
}
