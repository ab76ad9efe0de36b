import { gunzipSync, gzipSync } from "node:zlib";
import { collectBytes } from "../../kernel/bytes.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { idPrefix, idTime } from "../../kernel/id.ts";
import type { Item } from "./item.ts";
import { objectKey } from "./object-key.ts";

/**
 * Archived records (docs/storage/archive.md). The record's item is one line of a part in the object store, and the table keeps a stub under
 * the record's key. A line is valid only while the stub names its part: a change of the record replaces the stub by the whole item, and
 * the line is then out of date. So the table always decides, and parts never change.
 */
export interface ArchiveEntry {
  /** The part that the stub names. */
  part: string;
  /** The item of the record's checkpoint, which moved with the record. */
  checkpoint: Item;
}

/** Attributes that a line leaves out: they follow from the id, or from the record when it is written again. */
const STORED_ATTRIBUTES = ["sk", "version", "shape", "life", "row", "doc", "context"] as const;

/** Builds the line of a record and its checkpoint. */
export function buildRecordLine(item: Item, { pk: _pk, sk: _sk, ...checkpoint }: Item): Item {
  const stored = Object.fromEntries(STORED_ATTRIBUTES.map((name) => [name, item[name]]));
  return { ...stored, checkpoint };
}

/** The attribute in which a stub names its part. */
export const PART_ATTRIBUTE = "archived";

/** Builds the stub. Version and life stay, because conditions of transactions read them. */
export const buildStub = ({ pk, sk, version, life }: Item, part: string): Item => ({
  pk,
  sk,
  version,
  life,
  [PART_ATTRIBUTE]: part,
});

export const isStub = (item: Item | undefined): boolean => typeof item?.[PART_ATTRIBUTE] === "string";

/** Returns the part that a stub names. */
export const stubPart = (stub: Item): string => String(stub[PART_ATTRIBUTE]);

/** Returns the UTC month of an id: `2026-03`. */
export const idMonth = (id: string): string => new Date(idTime(id)).toISOString().slice(0, 7);

/** Returns the first instant after a month, in milliseconds. */
export const monthEnd = (month: string): number => {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return Date.UTC(year, number);
};

/** Returns the object with the records of a part. The id is that of any record in it. */
export const recordPartKey = (id: string, part: string): string => objectKey("records", ...recordPartPath(id, part));

const recordPartPath = (id: string, part: string): string[] => [idPrefix(id) ?? "", idMonth(id), part];

/** Compresses lines to the bytes of a part. */
export const compressLines = (lines: readonly Item[]): Buffer =>
  gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

const splitPart = (bytes: Uint8Array): string[] => gunzipSync(bytes).toString().split("\n").filter(Boolean);

/** Returns the whole items of stubs that name a part, from the bytes of the part, for a backup. */
export function readStubs(stubs: readonly Item[], bytes: Uint8Array): Item[] {
  const lines = splitPart(bytes);
  return stubs.map((stub) => {
    const { [PART_ATTRIBUTE]: _entry, ...item } = parseStub(stub, lines);
    return item;
  });
}

function parseStub(stub: Item, lines: readonly string[]): Item {
  const id = String(stub.sk);
  const line = findLine(lines, id);
  if (line !== undefined) return parseRecordLine(line, stub.pk, stubPart(stub));
  throw new Error(`${id} is archived, but its part ${stubPart(stub)} does not contain it: restore the part from a backup`);
}

/** Returns the object with the record of a stub, below the tenant: `records/int/2026-03/…`. */
export const stubObjectPath = (stub: Item): string => ["records", ...recordPartPath(String(stub.sk), stubPart(stub))].join("/");

/** Reads the lines of a part as text; undefined if there is no such part. */
export async function readPartLines(key: string): Promise<readonly string[] | undefined> {
  const cached = partCache.get(key);
  if (cached && Clock.machineTimeWithPauses() < cached.until) return cached.lines;
  const object = await usePorts().objects.open(key);
  if (!object) return undefined;
  const lines = splitPart(await collectBytes(object.read()));
  partCache.delete(key);
  partCache.set(key, { lines, until: Clock.machineTimeWithPauses() + CACHE_SECONDS * 1000 });
  for (const oldest of partCache.keys()) if (partCache.size > MAX_CACHED_PARTS) partCache.delete(oldest);
  return lines;
}

/** One request reads a part several times. An erasure replaces parts, so a process forgets them soon. */
const CACHE_SECONDS = 30;
const MAX_CACHED_PARTS = 4;
const partCache = new Map<string, { lines: readonly string[]; until: number }>();

/** Lines begin with the id, and are in the order of ids. */
const LINE_START = '{"sk":"';
const lineId = (line: string): string => line.slice(LINE_START.length, line.indexOf('"', LINE_START.length));

/** Returns the lines with ids between these bounds, both inclusive. */
export const selectLines = (lines: readonly string[], low: string, high: string): string[] =>
  lines.filter((line) => {
    const id = lineId(line);
    return id >= low && id <= high;
  });

function findLine(lines: readonly string[], id: string): string | undefined {
  let [low, high] = [0, lines.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const line = lines[middle] as string;
    const found = lineId(line);
    if (found === id) return line;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

/** Returns the record's item from a line, with its entry in the archive. */
export function parseRecordLine(line: string, pk: unknown, part: string): Item {
  const { checkpoint, ...item } = JSON.parse(line) as Item;
  return { pk, ...item, [PART_ATTRIBUTE]: { part, checkpoint } satisfies Record<keyof ArchiveEntry, unknown> };
}

/** Returns the items with each stub replaced by the archived item. */
export async function fillArchived<I extends Item | undefined>(items: readonly I[]): Promise<I[]> {
  const stubs = items.filter((item) => item !== undefined && isStub(item)) as Item[];
  if (stubs.length === 0) return [...items];
  const keys = new Set(stubs.map((stub) => recordPartKey(String(stub.sk), stubPart(stub))));
  const lines = new Map(await Promise.all([...keys].map(async (key) => [key, await readPartLines(key)] as const)));
  return items.map((item) => {
    if (item === undefined || !isStub(item)) return item;
    return parseStub(item, lines.get(recordPartKey(String(item.sk), stubPart(item))) ?? []) as I;
  });
}

const entries = new WeakMap<object, ArchiveEntry>();

/** Remembers that a record was read from the archive. */
export function markArchived<R extends object>(record: R, { [PART_ATTRIBUTE]: entry }: Item): R {
  if (entry !== undefined) entries.set(record, entry as ArchiveEntry);
  return record;
}

/** Returns the entry of a record that was read from the archive. */
export const findArchiveEntry = (record: object): ArchiveEntry | undefined => entries.get(record);
