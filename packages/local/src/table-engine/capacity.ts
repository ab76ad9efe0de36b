import type { Item } from "./attribute-value.ts";
import type { ProjectedIndex, TableDefinition } from "./definition.ts";
import { isEqualItem, sizeOfItem } from "./item.ts";
import { isInIndex, projectTo } from "./keys.ts";
import type { Row } from "./storage.ts";

/** Read and write units of commands, for the table and for each index. */

export interface Units {
  table: number;
  readonly indexes: Map<string, number>;
}

export const noUnits = (): Units => ({ table: 0, indexes: new Map() });

const READ_BYTES = 4096;
const WRITE_BYTES = 1024;

/** Returns the units of a read of this many bytes; an eventually consistent read costs half. */
export const readUnits = (bytes: number, isConsistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_BYTES)) * (isConsistent ? 1 : 0.5);

/** Adds what a write costs: the larger of the item before and after, twice in a transaction, and each index entry that changes, once. */
export function addWrite(
  units: Units,
  {
    before,
    after,
    definition,
    factor,
  }: { before: Row | undefined; after: Row | undefined; definition: TableDefinition; factor: number },
): void {
  units.table += writeUnits(Math.max(before?.size ?? 0, after?.size ?? 0)) * factor;
  for (const index of definition.indexes) {
    const used = indexUnits(before, after, definition, index);
    if (used > 0) units.indexes.set(index.name, (units.indexes.get(index.name) ?? 0) + used);
  }
}

const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_BYTES));

/** A new or removed entry, or a changed projection, is one write. An entry with a changed key is removed and written. */
function indexUnits(before: Row | undefined, after: Row | undefined, definition: TableDefinition, index: ProjectedIndex): number {
  const [from, to] = [buildIndexEntry(before, definition, index), buildIndexEntry(after, definition, index)];
  if (!from && !to) return 0;
  if (!from || !to) return writeUnits(sizeOfItem((from ?? to) as Item));
  const isSamePlace = [index.partitionKey, index.sortKey].every((name) => isSameText(from, to, name));
  if (!isSamePlace) return writeUnits(sizeOfItem(from)) + writeUnits(sizeOfItem(to));
  return isEqualItem(from, to) ? 0 : writeUnits(Math.max(sizeOfItem(from), sizeOfItem(to)));
}

function isSameText(a: Item, b: Item, name: string): boolean {
  const [left, right] = [a[name], b[name]];
  return left !== undefined && right !== undefined && "S" in left && "S" in right && left.S === right.S;
}

const buildIndexEntry = (row: Row | undefined, definition: TableDefinition, index: ProjectedIndex): Item | undefined =>
  row && isInIndex(index, row.item) ? projectTo(row, definition, index) : undefined;

/** The name of a transaction's units, which `ConsumedCapacity` has beside `CapacityUnits`. */
export type TransactionUnits = "ReadCapacityUnits" | "WriteCapacityUnits";

/** Returns the answer's `ConsumedCapacity`; undefined unless the command asks for it. */
export function describeUnits(
  units: Units,
  requested: unknown,
  { name }: TableDefinition,
  transaction?: TransactionUnits,
): object | undefined {
  if (requested !== "TOTAL" && requested !== "INDEXES") return undefined;
  const describe = (used: number): object => ({ CapacityUnits: used, ...(transaction ? { [transaction]: used } : {}) });
  const total = describe([...units.indexes.values()].reduce((sum, used) => sum + used, units.table));
  if (requested === "TOTAL") return { TableName: name, ...total };
  const indexes = [...units.indexes].map(([index, used]) => [index, describe(used)] as const);
  return {
    ...{ TableName: name, ...total, Table: describe(units.table) },
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: Object.fromEntries(indexes) } : {}),
  };
}
