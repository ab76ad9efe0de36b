import type { AttributeValue, Item } from "@crm/local/table-engine/attribute-value.ts";
import type { Change, IndexDefinition, ItemKey, KeyRange, Row, TableStorage } from "@crm/local/table-engine/storage.ts";

/** Rows for storage tests, written and read in the engine's format. */

/** Two indexes share their sort attribute, as in the product. */
export const SUITE_INDEXES: readonly IndexDefinition[] = [
  { name: "by_owner", partitionKey: "owner", sortKey: "id" },
  { name: "by_status", partitionKey: "status", sortKey: "id" },
];
export const TIME_TO_LIVE = "ttl";

/** 2026-01-01T00:00:00Z in milliseconds. */
export const NOW = 1_767_225_600_000;

export const textValue = (value: string): AttributeValue => ({ S: value });
export const numberValue = (value: number): AttributeValue => ({ N: String(value) });

export function buildRow(pk: string, sk: string, attributes: Item = {}): Row {
  const item = { pk: textValue(pk), sk: textValue(sk), ...attributes };
  return { pk, sk, item, size: Object.keys(item).length };
}

/** A change as the engine commits it: with the stored row as its old image. */
export const putChange = (storage: TableStorage, row: Row): Change => ({
  ...{ pk: row.pk, sk: row.sk, before: storage.get(row), after: row, isStreamed: true, isExpiry: false },
});

export const removeChange = (storage: TableStorage, { pk, sk }: ItemKey, isExpiry = false): Change => ({
  ...{ pk, sk, before: storage.get({ pk, sk }), after: undefined, isStreamed: true, isExpiry },
});

export function putRows(storage: TableStorage, ...rows: readonly Row[]): void {
  storage.commit(
    rows.map((row) => putChange(storage, row)),
    { now: NOW },
  );
}

export const removeRow = (storage: TableStorage, key: ItemKey): void =>
  storage.commit([removeChange(storage, key)], { now: NOW });

export const wholePartition = (partition: string, index?: string): KeyRange => ({
  ...{ index, partition, lower: undefined, upper: undefined, forward: true, after: undefined },
});

export const readKeys = (rows: Iterable<Row>): string[] => [...rows].map(({ pk, sk }) => `${pk}/${sk}`);

export const readPartition = (storage: TableStorage, partition: string, index?: string): string[] =>
  readKeys(storage.range(wholePartition(partition, index)));

export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
