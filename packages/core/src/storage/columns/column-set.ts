import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { isConditionFailed, queryAll, readItem, send, tableName } from "../table/database.ts";
import { type Key, tenantKey } from "../table/key.ts";
import { objectKey } from "../table/object-key.ts";
import { SegmentFile } from "./segment-file.ts";

/** The segments of a kind, and how far in the feed of events they reach (docs/storage/columns.md). */
export interface ColumnSet {
  /** Identifies the columns that the segments have. */
  readonly digest: string;
  /** The page of the feed up to which the segments contain every change. */
  readonly page: number;
  /** In order: a later segment replaces rows of earlier ones. */
  readonly segments: readonly StoredSegment[];
  /** Segments of former sets, which processes may still read for a while. */
  readonly former: readonly { readonly name: string; readonly since: string }[];
  /** Another one for each writing. */
  readonly revision: string;
  readonly built_at: string;
}

export interface StoredSegment {
  /** The last part of the object's key. */
  readonly name: string;
  readonly rows: number;
  /** Whether it holds changes since the others were written, and not a range of ids of its own. */
  readonly isDelta: boolean;
  /** When it was written. */
  readonly at: string;
}

const setKey = (kind: string): Key => ({ pk: tenantKey(useTenant(), "COLUMNS"), sk: kind });

export async function readColumnSet(kind: string): Promise<ColumnSet | undefined> {
  const item = await readItem(setKey(kind), { ConsistentRead: false });
  return item && (JSON.parse(String(item.content)) as ColumnSet);
}

/** Reads the sets of all kinds that have columns. */
export async function readColumnSets(): Promise<ReadonlyMap<string, ColumnSet>> {
  const items = await queryAll(tenantKey(useTenant(), "COLUMNS"), { consistent: false });
  return new Map(items.map(({ sk, content }) => [String(sk), JSON.parse(String(content)) as ColumnSet]));
}

/** Writes a set. Returns false if another worker has replaced the former set meanwhile. */
export async function writeColumnSet(kind: string, set: ColumnSet, former: ColumnSet | undefined): Promise<boolean> {
  const Item = { ...setKey(kind), content: JSON.stringify(set), revision: set.revision };
  const condition =
    former === undefined
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : { ConditionExpression: "revision = :former", ExpressionAttributeValues: { ":former": former.revision } };
  try {
    await send(new PutCommand({ TableName: tableName(), Item, ...condition }));
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

const segmentKey = (kind: string, name: string): string => objectKey("columns", kind, name);

/** Opens the object of a segment; undefined if it is lost. */
export async function openSegment(kind: string, name: string): Promise<SegmentFile | undefined> {
  const object = await usePorts().objects.open(segmentKey(kind, name));
  if (!object) return undefined;
  return SegmentFile.open(async (from, to) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of object.read(from, Math.min(to, object.size))) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
}

export const writeSegment = (kind: string, name: string, bytes: Uint8Array): Promise<void> =>
  usePorts().objects.write(segmentKey(kind, name), bytes);

export const deleteSegment = (kind: string, name: string): Promise<void> => usePorts().objects.delete(segmentKey(kind, name));
