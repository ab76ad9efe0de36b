import { useTenant } from "../kernel/context.ts";
import type { BaseRecord, Collection } from "./collection.ts";
import { type Item, query } from "./database.ts";
import type { Partition } from "./plan.ts";
import { sortOf } from "./table.ts";

export interface Row {
  /** The value of the index's sort attribute. */
  key: string;
  row: unknown;
}

export interface Reading {
  order: "asc" | "desc";
  /** Only rows behind this sort key. */
  after: string | undefined;
  /** Rows to ask for at a time. */
  chunk: number;
}

/** Rows of several partitions in one order. All share one kind of sort key, so one key says where each goes on. */
export async function* merged<R extends BaseRecord>(
  collection: Collection<R>,
  partitions: readonly Partition[],
  reading: Reading,
): AsyncGenerator<Row> {
  const sources = partitions.map((partition) => rowsOf(collection, partition, reading));
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let first = -1;
    for (let at = 0; at < heads.length; at++) {
      const [head, best] = [heads[at], heads[first]];
      if (!head || head.done) continue;
      if (!best || best.done || comesBefore(head.value.key, best.value.key, reading.order)) first = at;
    }
    const [head, source] = [heads[first], sources[first]];
    if (!head || head.done || !source) return;
    yield head.value;
    heads[first] = await source.next();
  }
}

export const comesBefore = (a: string, b: string, order: "asc" | "desc"): boolean => (order === "asc" ? a < b : a > b);

async function* rowsOf<R extends BaseRecord>(
  collection: Collection<R>,
  partition: Partition,
  { order, after, chunk }: Reading,
): AsyncGenerator<Row> {
  const access = collection.entity.query[partition.index];
  if (!access) throw new Error(`${collection.kind} has no index ${partition.index}`);
  const params = access({ tenant_id: useTenant(), ...partition.facets }).params();
  const sort = sortOf(partition.index);
  const { condition, values } = rangeOf(order, after, partition);
  let from: Item | undefined;
  do {
    const page = await query({
      IndexName: partition.index,
      KeyConditionExpression: `#pk = :pk${condition}`,
      ExpressionAttributeNames: { "#pk": partition.index, ...(condition ? { "#sort": sort } : {}) },
      ExpressionAttributeValues: { ":pk": (params.ExpressionAttributeValues as Item)[":pk"], ...values },
      ScanIndexForward: order === "asc",
      Limit: chunk,
      ExclusiveStartKey: from,
    });
    for (const item of page.Items ?? []) {
      const key = String(item[sort]);
      if (key !== after) yield { key, row: item.row };
    }
    from = page.LastEvaluatedKey;
  } while (from);
}

/** The part of a partition to read. Between two bounds the row read last is included, and passed over above. */
function rangeOf(order: "asc" | "desc", after: string | undefined, { from, to }: Partition): { condition: string; values: Item } {
  // A bound is a value of the sort key without the id behind it: everything of that value is within.
  const end = to === undefined ? undefined : `${to}~`;
  const low = order === "asc" ? (after ?? from) : from;
  const high = order === "desc" ? (after ?? end) : end;
  if (low !== undefined && high !== undefined) {
    return { condition: " and #sort between :low and :high", values: { ":low": low, ":high": high } };
  }
  if (low !== undefined) return { condition: ` and #sort ${low === after ? ">" : ">="} :low`, values: { ":low": low } };
  if (high !== undefined) return { condition: ` and #sort ${high === after ? "<" : "<="} :high`, values: { ":high": high } };
  return { condition: "", values: {} };
}
