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
 * What nobody changes any more lies in the object store: items of a kind in parts, each an object of compressed JSON lines in order of
 * ids, of one day (UTC). A part has an item under its kind, by which those of a time are found, and one in each history that has
 * something in it. An item may be in two parts, where one was written by a worker that was killed; then both hold the same.
 */
export interface ArchivePart {
  first: string;
  last: string;
  digest: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** An item, and the partition of the history that it is of. */
export interface ArchivableItem extends Item {
  history: string;
}

/** The part that holds these items, which are of one day and in order of ids; its bytes give it its name. */
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

/** By which a part is found: by its time, and in each of these histories. */
export const buildPartItems = (kind: Kind, part: ArchivePart, histories: Iterable<string>): (Item & Key)[] => [
  { pk: tenantKey(useTenant(), "ARCHIVE", kind.name), sk: formatPartName(part) },
  ...[...histories].map((pk) => ({ pk, sk: `${HISTORY_PREFIX}${formatPartName(part)}` })),
];

const HISTORY_PREFIX = "~archive#";

/** Bytes are no JSON. */
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

/** The items of a part; none where it was kept long enough. */
export async function readPartItems(part: ArchivePart): Promise<Item[]> {
  const object = await usePorts().objects.open(partObjectKey(part));
  const bytes = object && (await collectBytes(object.read()));
  if (!bytes) return [];
  return gunzipSync(bytes).toString().split("\n").filter(Boolean).map(decodeItem);
}

export interface ArchiveQuery {
  /** Only what is in the history of this record. */
  record?: string | undefined;
  /** Bounds of ids. */
  low?: string | undefined;
  high?: string | undefined;
  order: "asc" | "desc";
}

/** What is archived of a kind, in order of ids: a part is read when its turn has come. */
export async function* queryItems(kind: Kind, asked: ArchiveQuery): AsyncGenerator<Item> {
  const { record, low = "", high = "~", order } = asked;
  const pk = record === undefined ? undefined : recordKey(useTenant(), historyId(record)).pk;
  for await (const ofDay of groupByDay(pk === undefined ? readManifests(kind, asked) : readMarkers(pk, asked))) {
    const groups = groupOverlapping(ofDay.filter(({ first, last }) => last >= low && first <= high));
    for (const group of order === "asc" ? groups : groups.reverse()) {
      const all = (await Promise.all(group.map(readPartItems))).flat();
      const wanted = all.filter(
        ({ sk, history }) => String(sk) >= low && String(sk) <= high && (pk === undefined || history === pk),
      );
      const items = [...new Map(wanted.map((item) => [String(item.sk), item])).values()];
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

/** Parts by their days, which are in their order. */
async function* groupByDay(all: AsyncGenerator<ArchivePart>): AsyncGenerator<ArchivePart[]> {
  let day: ArchivePart[] = [];
  for await (const part of all) {
    const isNext = day[0] && idDay(day[0].first) !== idDay(part.first);
    if (isNext) yield day;
    day = isNext ? [part] : [...day, part];
  }
  if (day.length > 0) yield day;
}

/** The day (UTC) in an id. */
export const idDay = (id: string): number => Math.floor(idTime(id) / DAY_MS);

/** Parts of which one begins before another has ended are read together. */
function groupOverlapping(some: readonly ArchivePart[]): ArchivePart[][] {
  const groups: ArchivePart[][] = [];
  let end = "";
  for (const part of [...some].sort((a, b) => (a.first < b.first ? -1 : 1))) {
    if (groups.length > 0 && part.first <= end) groups.at(-1)?.push(part);
    else groups.push([part]);
    end = [end, part.last].sort().at(-1) ?? "";
  }
  return groups;
}

export * as Archive from "./archive.ts";
