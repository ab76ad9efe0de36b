import type { ObjectKind } from "../../kernel/capabilities.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { objectKey } from "../../storage/table/object-key.ts";

/**
 * The objects of a tenant's export for analysts. A day of a kind is one object, which a new version replaces at once, so readers never see half
 * of a day. The name `day=…` is the convention of Hive, from which DuckDB, Spark and Athena read the column `day`.
 */

export const LAKE = "lake" satisfies ObjectKind;
export const MANIFEST_FILE = "manifest.json";
export const DAYS_FILE = "days.json";
export const PART_FILE = "part.parquet";

export const partitionPrefix = (kind: string, day: string): string => objectKey(LAKE, kind, `day=${day}`, "");
export const partitionKey = (kind: string, day: string): string => objectKey(LAKE, kind, `day=${day}`, PART_FILE);
const daysKey = (kind: string): string => objectKey(LAKE, kind, DAYS_FILE);
const manifestKey = (): string => objectKey(LAKE, MANIFEST_FILE);

/** What a tenant's export holds. It is written at the end of a run, and `exported_at` is the start of the last complete run. */
export interface Manifest {
  readonly tenant_id: string;
  readonly slug: string;
  readonly exported_at: string | null;
  readonly kinds: Readonly<Record<string, KindEntry>>;
}

export interface KindEntry {
  /** The start of the run that exported the kind last. Later changes are in the next run. */
  readonly exported_at: string;
  /** The columns of its objects, by which a run finds that a release or an option has changed them. */
  readonly columns: string;
  /** When the oldest object was written; null without objects. */
  readonly oldest_at: string | null;
}

/** The objects of a kind by day. */
export type Days = Record<string, { readonly rows: number; readonly bytes: number; readonly at: string }>;

export const readManifest = async (): Promise<Manifest> =>
  (await readJson<Manifest>(manifestKey())) ?? { tenant_id: useTenant(), slug: "", exported_at: null, kinds: {} };

export const writeManifest = (manifest: Manifest): Promise<void> => writeJson(manifestKey(), manifest);

export const readDays = async (kind: string): Promise<Days> => (await readJson<Days>(daysKey(kind))) ?? {};

export const writeDays = (kind: string, days: Days): Promise<void> => writeJson(daysKey(kind), days);

async function readJson<T>(key: string): Promise<T | undefined> {
  const object = await usePorts().objects.open(key);
  if (!object) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.read()) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

const writeJson = (key: string, value: object): Promise<void> =>
  usePorts().objects.write(key, new TextEncoder().encode(JSON.stringify(value)));
