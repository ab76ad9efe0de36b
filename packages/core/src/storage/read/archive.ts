import { createHash } from "node:crypto";
import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { historyId, idTime, type Kind, minIdAt } from "../../kernel/id.ts";
import {
  type ArchiveEntry,
  buildRecordLine,
  compressLines,
  idMonth,
  isStub,
  monthEnd,
  PART_ATTRIBUTE,
  parseRecordLine,
  readPartLines,
  recordPartKey,
  selectLines,
  stubPart,
} from "../table/archived-record.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { query, readItems } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, recordKey, tenantKey } from "../table/key.ts";
import { objectKey } from "../table/object-key.ts";
import { LookupFilter } from "./lookup-filter.ts";

/**
 * The archive engine (docs/storage/archive.md). A part is one object of compressed JSON lines: items of one kind and one period, in order
 * of ids. Each part has an item under its kind, by which parts are found by time.
 *
 * A period of audit entries is a UTC day; each part also has an item in each history that has entries in it. A period of records is a UTC
 * month; a stub in the table decides whether the line of a record is valid.
 *
 * An item may be in several parts, if a worker was killed or if a record was archived again. The line with the highest version is then the
 * valid one.
 */
export interface ArchivePart {
  first: string;
  last: string;
  digest: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** An item, and the partition of its history. */
interface ArchivableItem extends Item {
  history: string;
}

/** Builds the part of audit entries of one day, in order of ids. The part is named by its content. */
export function buildPart(items: readonly ArchivableItem[]): { part: ArchivePart; bytes: Buffer } {
  return buildNamedPart(items.map(encodeItem), 43);
}

/** Builds the part of records of one month, in order of ids, each with the item of its checkpoint. */
export function buildRecordPart(items: readonly { item: Item; checkpoint: Item }[]): { part: ArchivePart; bytes: Buffer } {
  return buildNamedPart(
    items.map(({ item, checkpoint }) => buildRecordLine(item, checkpoint)),
    RECORD_DIGEST_LENGTH,
  );
}

/** Stubs contain it. 60 bits distinguish the parts of a month. */
const RECORD_DIGEST_LENGTH = 10;

function buildNamedPart(lines: readonly Item[], digestLength: number): { part: ArchivePart; bytes: Buffer } {
  const bytes = compressLines(lines);
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, digestLength);
  return { part: { first: String(lines[0]?.sk), last: String(lines.at(-1)?.sk), digest }, bytes };
}

/** Writes a part and reads it back. */
export async function writePart(key: string, bytes: Buffer): Promise<void> {
  const { objects } = usePorts();
  await objects.write(key, bytes);
  const object = await objects.open(key);
  if (!object || !bytes.equals(await collectBytes(object.read()))) throw new Error(`${key}: the part could not be read back`);
}

const formatPartName = ({ first, last, digest }: ArchivePart): string => `${first}.${last}.${digest}`;
function parsePartName(name: string): ArchivePart {
  const [first = "", last = "", digest = ""] = name.split(".");
  return { first, last, digest };
}

export const partObjectKey = ({ definition }: ArchivedCollection, { first, digest }: ArchivePart): string =>
  definition.archive?.objects === "records" ? recordPartKey(first, digest) : objectKey("audit", "archive", first, digest);

type ArchivedCollection = Pick<Collection<BaseRecord>, "definition" | "kind">;

export const archivePartition = (kind: Kind): string => tenantKey(useTenant(), "ARCHIVE", kind.name);

/** Builds the items by which a part is found: one by time, and one in each history. */
export const buildPartItems = (kind: Kind, part: ArchivePart, histories: Iterable<string>): (Item & Key)[] => [
  { pk: archivePartition(kind), sk: formatPartName(part) },
  ...[...histories].map((pk) => ({ pk, sk: `${HISTORY_PREFIX}${formatPartName(part)}` })),
];

/** Builds the item by which a part of records is found. It also tells which values of the lookup fields are in the part. */
export function buildRecordPartItem(collection: Collection<BaseRecord>, part: ArchivePart, items: readonly Item[]): Item & Key {
  const fields = collection.definition.archive?.lookupFields ?? [];
  const records = items.map((item) => collection.fromItem(item));
  const values = records.flatMap((record) =>
    fields.map((field) => lookupValue(field, collection.facetFor(field, record[field]))),
  );
  const item = { pk: archivePartition(collection.kind), sk: formatPartName(part) };
  return values.length === 0 ? item : { ...item, lookup: LookupFilter.build(values) };
}

const lookupValue = (field: string, value: string): string => `${field}=${value}`;

/** The property of an item with its copies in other parts. */
const COPIES = "copies";

const HISTORY_PREFIX = "~archive#";

/** JSON has no bytes. */
const encodeItem = (item: Item): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? { bytes: Buffer.from(value).toString("base64") } : value,
    ]),
  );

const decodeItem = (line: string): Item =>
  Object.fromEntries(
    Object.entries(JSON.parse(line) as Item).map(([name, value]) => {
      const { bytes } = (typeof value === "object" ? value : {}) as { bytes?: string };
      return [name, bytes === undefined ? value : Buffer.from(bytes, "base64")];
    }),
  );

/** Bounds of ids, both inclusive. */
interface IdRange {
  low: string;
  high: string;
}

/** Reads the items of a part within a range; none if the part has expired. */
async function readPartItems(collection: ArchivedCollection, part: ArchivePart, { low, high }: IdRange): Promise<Item[]> {
  const lines = (await readPartLines(partObjectKey(collection, part))) ?? [];
  if (collection.definition.archive?.objects === "records")
    return selectLines(lines, low, high).map((line) => parseRecordLine(line, undefined, part.digest));
  return lines.map(decodeItem).filter(({ sk }) => String(sk) >= low && String(sk) <= high);
}

export interface ArchiveQuery {
  /** Only entries in the history of this record. */
  record?: string | undefined;
  /** Only records with these values of lookup fields. */
  lookup?: Item | undefined;
  /** Bounds of ids, both inclusive. */
  low?: string | undefined;
  high?: string | undefined;
  order: "asc" | "desc";
}

/**
 * Yields archived items of a kind in order of ids. A part is read only when its items are reached. Lines of records that were changed
 * since are among the items: `filterValid` leaves them out.
 */
export async function* queryItems<R extends BaseRecord>(of: Collection<R>, archiveQuery: ArchiveQuery): AsyncGenerator<Item> {
  const collection = of as Collection<BaseRecord>;
  const { record, low = "", high = "~", order, lookup = {} } = archiveQuery;
  const pk = record === undefined ? undefined : recordKey(useTenant(), historyId(record)).pk;
  const matches = buildLookupPredicate(collection, lookup);
  const parts = pk === undefined ? readManifests(collection, archiveQuery) : readMarkers(pk, archiveQuery);
  for await (const ofPeriod of groupByPeriod(collection, parts)) {
    const inRange = ofPeriod.filter(({ first, last }) => last >= low && first <= high);
    for await (const item of mergeParts(collection, inRange, { low, high, order })) {
      if ((pk === undefined || item.history === pk) && matches(item)) yield item;
    }
  }
}

function buildLookupPredicate(collection: Collection<BaseRecord>, lookup: Item): (item: Item) => boolean {
  const values = Object.entries(lookup);
  if (values.length === 0) return () => true;
  return ({ sk, row }) => {
    const record = collection.fromRow({ key: String(sk), row }) as BaseRecord & Item;
    return values.every(([field, value]) => record[field] !== null && collection.facetFor(field, record[field]) === value);
  };
}

/** Leaves out the items whose record was changed since: its stub no longer names the part. */
export async function filterValid(items: readonly Item[]): Promise<Item[]> {
  const tenant = useTenant();
  const keys = items.map(({ sk }) => recordKey(tenant, String(sk)));
  const stubs = await readItems(keys, { consistent: false, only: "version", stubs: true });
  return items.filter((item, index) => {
    const stub = stubs[index];
    if (stub === undefined || !isStub(stub)) return false;
    const copies = [item, ...((item[COPIES] as Item[] | undefined) ?? [])];
    return copies.some((copy) => (copy[PART_ATTRIBUTE] as ArchiveEntry).part === stubPart(stub));
  });
}

/** Returns the instant before which records of the kind are archived; undefined if none are. */
export async function findArchiveEnd(kind: Kind): Promise<string | undefined> {
  const pk = archivePartition(kind);
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and sk between :from and :to",
    ExpressionAttributeValues: { ":pk": pk, ":from": `${kind.prefix}_`, ":to": `${kind.prefix}_~` },
    ProjectionExpression: "sk",
    ScanIndexForward: false,
    Limit: 1,
  });
  const [last] = Items;
  return last && new Date(monthEnd(idMonth(parsePartName(String(last.sk)).first))).toISOString();
}

const readManifests = (collection: Collection<BaseRecord>, { low, high = "~", order, lookup = {} }: ArchiveQuery) => {
  const { kind } = collection;
  // The part that contains the first id may begin earlier in its period.
  const periodMs = collection.isArchived ? 31 * DAY_MS : DAY_MS;
  const from = low === undefined ? `${kind.prefix}_` : minIdAt(kind, Math.max(0, idTime(low.padEnd(22, "0")) - periodMs));
  const values = Object.entries(lookup).map(([field, value]) => lookupValue(field, String(value)));
  return queryParts(archivePartition(kind), "", { from, to: high, order, values });
};

const readMarkers = (pk: string, { order }: ArchiveQuery): AsyncGenerator<ArchivePart> =>
  queryParts(pk, HISTORY_PREFIX, { from: "", to: "~", order, values: [] });

interface PartRange {
  from: string;
  to: string;
  order: "asc" | "desc";
  /** Only parts in which all these lookup values may be. */
  values: readonly string[];
}

async function* queryParts(pk: string, prefix: string, { from, to, order, values }: PartRange): AsyncGenerator<ArchivePart> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and sk between :from and :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": prefix + from, ":to": `${prefix}${to}~` },
      ...(values.length === 0 ? { ProjectionExpression: "sk" } : {}),
      ScanIndexForward: order === "asc",
      Limit: values.length === 0 ? 100 : 1000,
      ExclusiveStartKey: start,
    });
    for (const { sk, lookup } of page.Items ?? [])
      if (values.every((value) => LookupFilter.mayContain(lookup, value))) yield parsePartName(String(sk).slice(prefix.length));
    start = page.LastEvaluatedKey;
  } while (start);
}

/** Groups parts by period. They arrive in order of periods. */
async function* groupByPeriod(collection: ArchivedCollection, all: AsyncGenerator<ArchivePart>): AsyncGenerator<ArchivePart[]> {
  const periodOf = collection.definition.archive?.objects === "records" ? idMonth : idDay;
  let period: ArchivePart[] = [];
  for await (const part of all) {
    const isNext = period[0] && periodOf(period[0].first) !== periodOf(part.first);
    if (isNext) yield period;
    period = isNext ? [part] : [...period, part];
  }
  if (period.length > 0) yield period;
}

/** Returns the UTC day of an id, as days since the epoch. */
export const idDay = (id: string): number => Math.floor(idTime(id) / DAY_MS);

/** Yields the items of parts in order of ids. Of an item that is in several parts, only the highest version. */
async function* mergeParts(
  collection: ArchivedCollection,
  parts: readonly ArchivePart[],
  { order, ...range }: IdRange & { order: "asc" | "desc" },
): AsyncGenerator<Item> {
  const isAscending = order === "asc";
  const isBefore = (a: string, b: string): boolean => (isAscending ? a < b : a > b);
  const boundOf = ({ first, last }: ArchivePart): string => (isAscending ? first : last);
  const waiting = [...parts].sort((a, b) => (isBefore(boundOf(a), boundOf(b)) ? -1 : 1));
  let open: { items: Item[]; position: number }[] = [];
  const headOf = ({ items, position }: { items: Item[]; position: number }): string => String(items[position]?.sk);
  for (;;) {
    let next = open
      .map(headOf)
      .reduce<string | undefined>((best, id) => (best === undefined || isBefore(id, best) ? id : best), undefined);
    while (waiting[0] && (next === undefined || !isBefore(next, boundOf(waiting[0])))) {
      const items = await readPartItems(collection, waiting.shift() as ArchivePart, range);
      if (!isAscending) items.reverse();
      if (items.length === 0) continue;
      open.push({ items, position: 0 });
      const head = String(items[0]?.sk);
      if (next === undefined || isBefore(head, next)) next = head;
    }
    if (next === undefined) return;
    const same = open.filter((source) => headOf(source) === next);
    const versions = same.map(({ items, position }) => items[position] as Item);
    for (const source of same) source.position++;
    open = open.filter(({ items, position }) => position < items.length);
    const highest = Math.max(...versions.map(({ version }) => Number(version ?? 0)));
    const [item, ...copies] = versions.filter(({ version }) => Number(version ?? 0) === highest) as [Item, ...Item[]];
    yield copies.length === 0 ? item : { ...item, [COPIES]: copies };
  }
}

export * as Archive from "./archive.ts";
