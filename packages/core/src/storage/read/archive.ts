import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { historyId, idTime, type Kind, minIdAt } from "../../kernel/id.ts";
import { query } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, recordKey, tenantKey } from "../table/key.ts";
import { objectKey } from "../table/object-key.ts";

/**
 * Items that no longer change are archived in the object store. A part is one object of compressed JSON lines: the items of one kind and
 * one UTC day, in order of ids. Each part has an item under its kind, by which parts are found by time, and an item in each history that
 * has entries in it. An item may be in two parts if a worker was killed; both copies are then equal.
 */
export interface ArchivePart {
  first: string;
  last: string;
  digest: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** An item, and the partition of its history. */
export interface ArchivableItem extends Item {
  history: string;
}

/** Builds the part of these items, which are of one day and in order of ids. The part is named by its content. */
export function buildPart(items: readonly ArchivableItem[]): { part: ArchivePart; bytes: Buffer } {
  const bytes = gzipSync(items.map((item) => `${JSON.stringify(encodeItem(item))}\n`).join(""));
  const digest = createHash("sha256").update(bytes).digest("base64url");
  return { part: { first: String(items[0]?.sk), last: String(items.at(-1)?.sk), digest }, bytes };
}

const formatPartName = ({ first, last, digest }: ArchivePart): string => `${first}.${last}.${digest}`;
function parsePartName(name: string): ArchivePart {
  const [first = "", last = "", digest = ""] = name.split(".");
  return { first, last, digest };
}

export const partObjectKey = ({ first, digest }: ArchivePart): string => objectKey("audit", "archive", first, digest);

/** Builds the items by which a part is found: one by time, and one in each history. */
export const buildPartItems = (kind: Kind, part: ArchivePart, histories: Iterable<string>): (Item & Key)[] => [
  { pk: tenantKey(useTenant(), "ARCHIVE", kind.name), sk: formatPartName(part) },
  ...[...histories].map((pk) => ({ pk, sk: `${HISTORY_PREFIX}${formatPartName(part)}` })),
];

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

/** Reads the items of a part; none if the part has expired. */
export async function readPartItems(part: ArchivePart): Promise<Item[]> {
  const object = await usePorts().objects.open(partObjectKey(part));
  const bytes = object && (await collectBytes(object.read()));
  if (!bytes) return [];
  return gunzipSync(bytes).toString().split("\n").filter(Boolean).map(decodeItem);
}

export interface ArchiveQuery {
  /** Only entries in the history of this record. */
  record?: string | undefined;
  /** Bounds of ids, both inclusive. */
  low?: string | undefined;
  high?: string | undefined;
  order: "asc" | "desc";
}

/** Yields archived items of a kind in order of ids. A part is read only when its items are reached. */
export async function* queryItems(kind: Kind, archiveQuery: ArchiveQuery): AsyncGenerator<Item> {
  const { record, low = "", high = "~", order } = archiveQuery;
  const pk = record === undefined ? undefined : recordKey(useTenant(), historyId(record)).pk;
  for await (const ofDay of groupByDay(pk === undefined ? readManifests(kind, archiveQuery) : readMarkers(pk, archiveQuery))) {
    const groups = groupOverlapping(ofDay.filter(({ first, last }) => last >= low && first <= high));
    for (const group of order === "asc" ? groups : groups.reverse()) {
      const all = (await Promise.all(group.map(readPartItems))).flat();
      const selectedItems = all.filter(
        ({ sk, history }) => String(sk) >= low && String(sk) <= high && (pk === undefined || history === pk),
      );
      const items = [...new Map(selectedItems.map((item) => [String(item.sk), item])).values()];
      yield* items.sort((a, b) => (String(a.sk) < String(b.sk) === (order === "asc") ? -1 : 1));
    }
  }
}

const readManifests = (kind: Kind, { low, high = "~", order }: ArchiveQuery): AsyncGenerator<ArchivePart> => {
  const from = low === undefined ? `${kind.prefix}_` : minIdAt(kind, Math.max(0, idTime(low.padEnd(22, "0")) - DAY_MS));
  return queryParts(tenantKey(useTenant(), "ARCHIVE", kind.name), "", from, high, order);
};

const readMarkers = (pk: string, { order }: ArchiveQuery): AsyncGenerator<ArchivePart> =>
  queryParts(pk, HISTORY_PREFIX, "", "~", order);

async function* queryParts(
  pk: string,
  prefix: string,
  from: string,
  to: string,
  order: "asc" | "desc",
): AsyncGenerator<ArchivePart> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and sk between :from and :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": prefix + from, ":to": `${prefix}${to}~` },
      ScanIndexForward: order === "asc",
      Limit: 100,
      ExclusiveStartKey: start,
    });
    for (const { sk } of page.Items ?? []) yield parsePartName(String(sk).slice(prefix.length));
    start = page.LastEvaluatedKey;
  } while (start);
}

/** Groups parts by day. They arrive in order of days. */
async function* groupByDay(all: AsyncGenerator<ArchivePart>): AsyncGenerator<ArchivePart[]> {
  let day: ArchivePart[] = [];
  for await (const part of all) {
    const isNext = day[0] && idDay(day[0].first) !== idDay(part.first);
    if (isNext) yield day;
    day = isNext ? [part] : [...day, part];
  }
  if (day.length > 0) yield day;
}

/** Returns the UTC day of an id, as days since the epoch. */
export const idDay = (id: string): number => Math.floor(idTime(id) / DAY_MS);

/** Groups parts that overlap, so that they are read together. */
function groupOverlapping(parts: readonly ArchivePart[]): ArchivePart[][] {
  const groups: ArchivePart[][] = [];
  let end = "";
  for (const part of [...parts].sort((a, b) => (a.first < b.first ? -1 : 1))) {
    if (groups.length > 0 && part.first <= end) groups.at(-1)?.push(part);
    else groups.push([part]);
    end = [end, part.last].sort().at(-1) ?? "";
  }
  return groups;
}

export * as Archive from "./archive.ts";
