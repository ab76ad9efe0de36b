import { findMasterReferences } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import type { FieldOrders, WatchIndex } from "./watch.rules.ts";

/** Loads the display order of the fields of master data for which watches ask. It costs nothing if there are none. */
export async function loadFieldOrders(
  collection: Collection<BaseRecord>,
  { orderedFields }: Pick<WatchIndex, "orderedFields">,
): Promise<FieldOrders> {
  const references = findMasterReferences(collection.definition.schema.shape);
  const orders = orderedFields.map(async (field) => {
    const reference = references.get(field);
    return [field, reference ? await Master.loadSequences(reference.kind) : new Map<string, number>()] as const;
  });
  return new Map(await Promise.all(orders));
}
