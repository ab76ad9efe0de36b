import { useTenant } from "../../kernel/context.ts";
import { fillArchived, PART_ATTRIBUTE } from "../table/archived-record.ts";
import { archiveBound, type BaseRecord, type Collection } from "../table/collection.ts";
import { query } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { recordKey } from "../table/key.ts";
import type { Row } from "../table/row.ts";
import { type IndexName, isKeysOnly, sortAttribute } from "../table/table.ts";
import type { Partition } from "./list-query.ts";

interface QueryOptions {
  order: "asc" | "desc";
  /** Only rows after this sort key. */
  after: string | undefined;
  /** Rows of each query: a number, or a function if the number of rows still needed changes on the way. */
  chunk: number | (() => number);
  /** Strongly consistent reads. Only for partitions of the table itself, not of indexes. */
  consistent?: boolean;
  /** Whether archived rows may be out of date, because the caller reads the records, or the table's rows of these records too. */
  isUnverified?: boolean;
  /** Whether archived rows are left out. */
  isTableOnly?: boolean;
}

/**
 * Reads rows of several partitions in one order. All partitions have the same kind of sort key, so one key is the position in all of them.
 */
export const queryPartitions = <R extends BaseRecord>(
  collection: Collection<R>,
  partitions: readonly Partition[],
  reading: QueryOptions,
): AsyncGenerator<Row> => {
  const inTable = partitions.map((partition) => queryPartition(collection, partition, reading));
  const archived = reading.isTableOnly ? [] : listArchivePartitions(collection, partitions);
  if (archived.length === 0) return mergeSorted(inTable, reading.order);
  const delayed = archived.map(
    (partition): DelayedSource<Row> => ({
      source: queryPartition(collection, partition, reading),
      // The first archived row in this order cannot come before.
      bound: reading.order === "desc" && collection.isArchived ? archiveBound(collection.kind) : undefined,
    }),
  );
  return mergeManySorted(inTable, reading.order, delayed);
};

/** Like `queryPartitions`, with rows that no partition has, under keys of the same order. */
export function queryWithRows<R extends BaseRecord>(
  collection: Collection<R>,
  partitions: readonly Partition[],
  rows: readonly Row[] | undefined,
  reading: QueryOptions,
): AsyncGenerator<Row> {
  const stored = queryPartitions(collection, partitions, reading);
  return rows?.length ? mergeSorted([stored, listRows(rows, reading)], reading.order) : stored;
}

async function* listRows(rows: readonly Row[], { order, after }: QueryOptions): AsyncGenerator<Row> {
  for (const row of rows.toSorted((a, b) => (isBefore(a.key, b.key, order) ? -1 : 1)))
    if (after === undefined || isBefore(after, row.key, order)) yield row;
}

/** Returns the partitions with the archived records that these partitions of the table lack. */
export function listArchivePartitions<R extends BaseRecord>(
  collection: Collection<R>,
  partitions: readonly Partition[],
): Partition[] {
  return partitions.flatMap((partition) => {
    const archived = collection.archivePartition(partition);
    return archived ? [{ ...archived, from: partition.from, to: partition.to }] : [];
  });
}

/**
 * Lists up to `most` sort keys of the partitions' rows. In order of time, sort keys are record ids. Ids of records that left the archive
 * and the partition moments ago may be among them.
 */
export async function listKeysAfter<R extends BaseRecord>(
  collection: Collection<R>,
  partitions: readonly Partition[],
  { limit, ...reading }: Omit<QueryOptions, "chunk"> & { limit: number },
): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of queryPartitions(collection, partitions, { ...reading, chunk: limit, isUnverified: true }))
    if (keys.push(key) === limit) break;
  return keys;
}

/** Merges sorted sources. A source is read only when its next value is needed. A key that is in several sources is yielded once. */
export const mergeSorted = <T extends { key: string }>(
  sources: readonly AsyncGenerator<T>[],
  order: "asc" | "desc",
): AsyncGenerator<T> => (sources.length === 1 ? (sources[0] as AsyncGenerator<T>) : mergeManySorted(sources, order));

/** A source that is read after the others, and only if no value of theirs comes before its bound. */
interface DelayedSource<T> {
  source: AsyncGenerator<T>;
  bound: string | undefined;
}

/**
 * Delayed sources are opened after the first values of the others were read. So a record that moves from one of the others to a delayed
 * source is found.
 */
async function* mergeManySorted<T extends { key: string }>(
  first: readonly AsyncGenerator<T>[],
  order: "asc" | "desc",
  delayed: readonly DelayedSource<T>[] = [],
): AsyncGenerator<T> {
  const sources = [...first];
  const heads = await Promise.all(sources.map((source) => source.next()));
  const waiting = [...delayed];
  let last: string | undefined;
  for (;;) {
    const isAhead = (bound: string): boolean => heads.some((head) => !head.done && isBefore(head.value.key, bound, order));
    for (const opened of waiting.filter(({ bound }) => bound === undefined || !isAhead(bound))) {
      waiting.splice(waiting.indexOf(opened), 1);
      sources.push(opened.source);
      heads.push(await opened.source.next());
    }
    let first = -1;
    for (let index = 0; index < heads.length; index++) {
      const [head, best] = [heads[index], heads[first]];
      if (!head || head.done) continue;
      if (!best || best.done || isBefore(head.value.key, best.value.key, order)) first = index;
    }
    const [head, source] = [heads[first], sources[first]];
    if (!head || head.done || !source) return;
    if (head.value.key !== last) yield head.value;
    last = head.value.key;
    heads[first] = await source.next();
  }
}

export const isBefore = (a: string, b: string, order: "asc" | "desc"): boolean => (order === "asc" ? a < b : a > b);

async function* queryPartition<R extends BaseRecord>(
  collection: Collection<R>,
  partition: Partition,
  { order, after, chunk, consistent = false, isUnverified = false }: QueryOptions,
): AsyncGenerator<Row> {
  if (partition.index === "archive") {
    yield* readArchivedRows(collection, partition, { order, after, chunk, isUnverified });
    return;
  }
  const { pk, sort, part, input } = buildPartitionQuery(collection, partition);
  const { condition, values } = buildRangeCondition(order, after, part);
  const hasStubs = collection.isArchived && partition.index === "record";
  const attributeNames = {
    "#sort": sort,
    ...(isKeysOnly(partition.index) ? {} : { "#row": "row" }),
    ...(hasStubs ? { "#part": PART_ATTRIBUTE } : {}),
  };
  let from: Item | undefined;
  do {
    const page = await query({
      ...input,
      ...(consistent ? { ConsistentRead: true } : {}),
      ProjectionExpression: Object.keys(attributeNames).join(", "),
      KeyConditionExpression: `#pk = :pk${condition}`,
      ExpressionAttributeNames: { ...input.ExpressionAttributeNames, ...attributeNames },
      ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ":pk": pk, ...values },
      ScanIndexForward: order === "asc",
      // With two bounds the query includes the last row of the previous page again.
      Limit: (typeof chunk === "number" ? chunk : chunk()) + (":low" in values && ":high" in values ? 1 : 0),
      ExclusiveStartKey: from,
    });
    for (const item of hasStubs ? await fillArchived(page.Items ?? []) : (page.Items ?? [])) {
      const key = String(item[sort]);
      if (key !== after) yield { key, row: item.row };
    }
    from = page.LastEvaluatedKey;
  } while (from);
}

/** Most requests read nothing from the archive. */
const loadArchive = async () => (await import("./archive.ts")).Archive;

/** Archived rows whose validity is checked together. */
const MIN_VERIFIED = 25;
const MAX_VERIFIED = 100;

async function* readArchivedRows<R extends BaseRecord>(
  collection: Collection<R>,
  partition: Partition,
  { order, after, chunk, isUnverified }: QueryOptions,
): AsyncGenerator<Row> {
  const items = queryArchivedItems(collection, partition, { order, after });
  if (!collection.isArchived || isUnverified) {
    for await (const item of items) yield { key: String(item.sk), row: item.row, archived: item };
    return;
  }
  const { filterValid } = await loadArchive();
  const together = Math.min(MAX_VERIFIED, Math.max(MIN_VERIFIED, typeof chunk === "number" ? chunk : chunk()));
  let waiting: Item[] = [];
  for await (const item of items) {
    if (waiting.push(item) < together) continue;
    for (const { sk, row } of await filterValid(waiting)) yield { key: String(sk), row };
    waiting = [];
  }
  for (const { sk, row } of await filterValid(waiting)) yield { key: String(sk), row };
}

async function* queryArchivedItems<R extends BaseRecord>(
  collection: Collection<R>,
  { facets, from, to }: Partition,
  { order, after }: Pick<QueryOptions, "order" | "after">,
): AsyncGenerator<Item> {
  const end = to === undefined ? undefined : `${to}~`;
  const low = order === "asc" ? (after ?? from) : from;
  const high = order === "desc" ? (after ?? end) : end;
  const { record, ...lookup } = facets;
  const archiveQuery = { record: record === undefined ? undefined : String(record), lookup, low, high, order };
  const { queryItems } = await loadArchive();
  for await (const item of queryItems(collection, archiveQuery)) if (item.sk !== after) yield item;
}

/**
 * Counts the rows of partitions up to `most`, in the database. That costs as many read units as reading them, and takes a tenth of the
 * time.
 */
export async function countRows<R extends BaseRecord>(
  collection: Collection<R>,
  partitions: readonly Partition[],
  maxCount: number,
): Promise<number> {
  let count = 0;
  for (const partition of [...partitions, ...listArchivePartitions(collection, partitions)]) {
    if (partition.index === "archive") {
      for await (const _ of readArchivedRows(collection, partition, { order: "desc", after: undefined, chunk: maxCount }))
        if (++count >= maxCount) return maxCount;
      continue;
    }
    const { pk, sort, part, input } = buildPartitionQuery(collection, partition);
    const { condition, values } = buildRangeCondition("desc", undefined, part);
    let from: Item | undefined;
    do {
      if (count >= maxCount) return maxCount;
      const page = await query({
        ...input,
        Select: "COUNT",
        KeyConditionExpression: `#pk = :pk${condition}`,
        // DynamoDB refuses a query with an attribute name that is not used.
        ExpressionAttributeNames: { ...input.ExpressionAttributeNames, ...(condition ? { "#sort": sort } : {}) },
        ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ":pk": pk, ...values },
        Limit: maxCount - count,
        ExclusiveStartKey: from,
      });
      count += page.Count ?? 0;
      from = page.LastEvaluatedKey;
    } while (from);
  }
  return Math.min(count, maxCount);
}

/** The query of a partition: its key, its sort attribute, the range to read, and the other parameters. */
interface PartitionKeyQuery {
  pk: string;
  sort: string;
  part: Pick<Partition, "from" | "to">;
  input: { ExpressionAttributeNames: Record<string, string>; ExpressionAttributeValues?: Item } & Item;
}

function buildPartitionQuery<R extends BaseRecord>(collection: Collection<R>, partition: Partition): PartitionKeyQuery {
  if (partition.index === "record") return buildRecordQuery(collection, partition);
  if (partition.index === "entry") return buildEntryQuery(partition);
  if (partition.index === "archive") throw new Error("Archived rows cannot be queried");
  return buildIndexQuery(collection, partition, partition.index);
}

/** Entries are stored in the table, and by owner in an index. */
function buildEntryQuery({ facets, ...part }: Partition): PartitionKeyQuery {
  const on = facets.on as IndexName | undefined;
  const input = { ...(on ? { IndexName: on } : {}), ExpressionAttributeNames: { "#pk": on ?? "pk" } };
  return { pk: String(facets.pk), sort: on ? sortAttribute(on) : "sk", part, input };
}

function buildIndexQuery<R extends BaseRecord>(
  collection: Collection<R>,
  { facets, ...part }: Partition,
  index: IndexName,
): PartitionKeyQuery {
  const pk = collection.keys.buildPartitionKey(index, { tenant_id: useTenant(), ...facets });
  return { pk, sort: sortAttribute(index), part, input: { IndexName: index, ExpressionAttributeNames: { "#pk": index } } };
}

/** Reads the records of one kind in a person's collection, which holds other kinds too. Deleted records are filtered out by `life`. */
function buildRecordQuery<R extends BaseRecord>(collection: Collection<R>, { facets, from, to }: Partition): PartitionKeyQuery {
  const idPrefix = `${collection.kind.prefix}_`;
  return {
    pk: recordKey(useTenant(), String(facets.within)).pk,
    sort: "sk",
    part: { from: from ?? idPrefix, to: to ?? idPrefix },
    input: {
      FilterExpression: "#life = :life",
      ExpressionAttributeNames: { "#pk": "pk", "#life": "life" },
      ExpressionAttributeValues: { ":life": facets.life },
    },
  };
}

/** Builds the condition of the range to read. With two bounds the previous row is included; the caller skips it. */
function buildRangeCondition(
  order: "asc" | "desc",
  after: string | undefined,
  { from, to }: Pick<Partition, "from" | "to">,
): { condition: string; values: Item } {
  // A bound is a sort value without the id that follows it. The upper bound includes all ids of its value.
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
