import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { backup as copyDatabase, DatabaseSync } from "node:sqlite";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { domains } from "@crm/core/domains.ts";
import { isId, type Kind } from "@crm/core/kernel/id.ts";
import { API_KEY } from "@crm/core/platform/auth/auth.kind.ts";
import { findEarliestOpenDay, PROGRESS_PARTITION } from "@crm/core/storage/scheduler/sweep-progress.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import { PART_ATTRIBUTE, readStubs, stubObjectPath } from "@crm/core/storage/table/archived-record.ts";
import { loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import { keyspacePrefix, systemKey, tenantPrefix } from "@crm/core/storage/table/key.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { findRunningServer, type RunningServer } from "../server/running-server.ts";
import { hasEarlierTable } from "../store/conversion.ts";
import { prepareStore } from "../store/preparation.ts";
import { Refusal, State } from "../store/state.ts";
import { hasTable, readTable } from "../table/file.ts";
import type { Item } from "../table-engine/attribute-value.ts";
import { serializeItem } from "../table-engine/item-text.ts";
import type { Row, TableStorage } from "../table-engine/storage.ts";
import { readStream } from "../table-engine/table-stream.ts";
import { compareText } from "../table-engine/text-order.ts";
import { type BackupHeader, type BackupPart, writeBackup } from "./file-format.ts";
import { listPieces } from "./restore-swap.ts";
import { makeSnapshotFolder, removeLeftSnapshots } from "./snapshot-folder.ts";

/**
 * Options of a backup: of the whole store, of one tenant, or of one kind of a tenant's records. A server may be running.
 *
 * A backup of the whole store is a copy of every file. The server that holds the folder makes it (`/_local/backup`), because no other process can
 * read the server's own state. Without a server, the command locks the folder and makes the copy itself. One tenant, or one kind, is read from the
 * table's file, which other processes may read while a server runs.
 */
interface BackupOptions {
  out: string;
  data: string;
  /** A tenant's slug or id. */
  tenant?: string | undefined;
  kind?: string | undefined;
}

interface BackupResult {
  header: BackupHeader;
  bytes: number;
}

export async function createBackup({ out, data, tenant, kind }: BackupOptions): Promise<BackupResult> {
  const folder = requireStoreFolder(data);
  if (resolve(out).startsWith(folder + sep))
    throw new Refusal(`${out} is inside the folder of the store: name a file elsewhere with --out.`);
  if (kind !== undefined && tenant === undefined) throw new Refusal("--kind requires --tenant: name the tenant of the records.");
  const running = await findRunningServer(folder);
  const state = running ? undefined : new State(folder);
  try {
    if (state) await prepareStore(state);
    if (tenant === undefined) {
      const copy = state ? await createSnapshot(state) : await requestSnapshot(running as RunningServer);
      return await backupStore(copy, resolve(out)).finally(() => rmSync(copy, { recursive: true, force: true }));
    }
    // Read the position before the table: changes after it are in the backup, and at worst are processed twice.
    const position = state ? (state.get("stream") ?? "0") : await requestPosition(running as RunningServer);
    const table = readTable(folder);
    try {
      return await backupTenant({ folder, table, position }, tenant, kind, resolve(out));
    } finally {
      table.close();
    }
  } finally {
    state?.close();
  }
}

const requestSnapshot = async (running: RunningServer): Promise<string> =>
  (await running.call<{ folder: string }>("POST", "backup")).folder;
const requestPosition = async (running: RunningServer): Promise<string> =>
  (await running.call<{ position: string }>("GET", "store")).position;

async function backupStore(copy: string, out: string): Promise<BackupResult> {
  const table = readTable(copy);
  const header = headerFor("store", table);
  table.close();
  return { header, bytes: await writeBackup(out, header, listFiles(copy)) };
}

async function backupTenant(
  store: StoreContents,
  tenantName: string,
  kind: string | undefined,
  out: string,
): Promise<BackupResult> {
  const tenant = findTenant(store.table, tenantName);
  if (kind === undefined) {
    const header = { ...headerFor("tenant", store.table), tenant };
    // Hard links to the tenant's objects, because the server may delete some while the backup is written.
    const objects = makeSnapshotFolder(store.folder);
    try {
      if (existsSync(objectFolder(store.folder, tenant.id))) {
        mkdirSync(join(objects, "objects"));
        linkIfPresent(objectFolder(store.folder, tenant.id), objectFolder(objects, tenant.id));
      }
      return { header, bytes: await writeBackup(out, header, tenantParts({ ...store, objects }, tenant.id)) };
    } finally {
      rmSync(objects, { recursive: true, force: true });
    }
  }
  const header = { ...headerFor("kind", store.table), tenant, kind: (await findKind(kind)).name };
  return { header, bytes: await writeBackup(out, header, kindParts(store, tenant.id, await findKind(kind))) };
}

/** Returns the folder of an existing store, or refuses. */
export function requireStoreFolder(data: string): string {
  if (data === "memory") throw new Refusal("CRM_DATA=memory stores nothing: set CRM_DATA to the folder of a store.");
  const folder = resolve(data);
  if (!hasTable(folder) && !hasEarlierTable(folder) && !existsSync(join(folder, "restored"))) {
    throw new Refusal(`There is no store in ${folder}: set CRM_DATA to its folder.`);
  }
  return folder;
}

/**
 * Copies the store to a folder inside its own, in the state of one instant. Everything opened, linked and copied before the first `await` is of one
 * instant, because no other code runs in the process that holds the folder. The table's file is then copied page by page from a read transaction of
 * that instant, while the server goes on.
 */
export async function createSnapshot(state: State): Promise<string> {
  removeLeftSnapshots(state.folder);
  const copy = makeSnapshotFolder(state.folder);
  const databases = new Map<string, DatabaseSync>();
  try {
    state.execute("VACUUM INTO ?", join(copy, "local.sqlite"));
    for (const name of listPieces(state.folder)) {
      if (name === "local.sqlite") continue;
      if (name.endsWith(".sqlite")) databases.set(name, openReadTransaction(join(state.folder, name)));
      else linkIfPresent(join(state.folder, name), join(copy, name));
    }
    for (const [name, database] of databases) await copyDatabase(database, join(copy, name), { rate: 2000 });
    return copy;
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    throw error;
  } finally {
    for (const database of databases.values()) database.close();
  }
}

function openReadTransaction(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA busy_timeout = 4000; BEGIN");
  database.prepare("SELECT 1 FROM sqlite_master LIMIT 1").get();
  return database;
}

/** Hard-links a file or folder. Files are written once and never changed, so a link is a copy. Skips files that are deleted meanwhile. */
function linkIfPresent(from: string, to: string): void {
  try {
    linkRecursively(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function linkRecursively(from: string, to: string): void {
  if (statSync(from).isDirectory()) {
    mkdirSync(to);
    for (const name of readdirSync(from)) if (!name.endsWith(".partial")) linkIfPresent(join(from, name), join(to, name));
    return;
  }
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Yields every file below a folder. */
function* listFiles(folder: string): Generator<{ file: string; path: string }> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of entries) {
    const path = join(parentPath, name);
    yield { file: relative(folder, path).split(sep).join("/"), path };
  }
}

const headerFor = (scope: BackupHeader["scope"], table: TableStorage): BackupHeader => ({
  format: "crm-backup",
  // Version 1 of a whole store holds the table in another file.
  version: scope === "store" ? 2 : 1,
  scope,
  made_at: new Date().toISOString(),
  due: findEarliestOpenDay(readSweepProgress(table).map((item) => unmarshall(item))),
});

/** Returns the sweep's progress items, one for each shard. */
export const readSweepProgress = (table: TableStorage): Item[] =>
  Array.from(rowsBetween(table, PROGRESS_PARTITION, `${PROGRESS_PARTITION}~`), ({ item }) => item);

const readText = (item: Item | undefined, name: string): string | undefined => {
  const value = item?.[name];
  return value && "S" in value ? value.S : undefined;
};

/** Returns the tenant with this slug or id. */
export function findTenant(table: TableStorage, tenantReference: string): { id: string; slug: string } {
  const bySlug = tenantReference.includes("#")
    ? undefined
    : table.get({ pk: systemKey("slug", tenantReference || "-"), sk: "slug" });
  const id = readText(bySlug?.item, "tenant_id") ?? tenantReference;
  const record = /^ten_\w+$/.test(id) ? table.get({ pk: `${tenantPrefix(id)}E#${id}`, sk: id }) : undefined;
  if (!record) throw new Refusal(`There is no tenant ${tenantReference}: use its slug or its id.`);
  const stored = JSON.parse(String(readText(record.item, "doc"))) as { slug: string };
  return { id, slug: stored.slug };
}

/** Returns a kind by its name. Refuses kinds that cannot be restored by themselves: derived ones, and API keys, which stay revoked. */
export async function findKind(kindName: string): Promise<Kind> {
  const kinds = domains.flatMap((domain) => domain.kinds).filter(({ load }) => load);
  const all = await Promise.all(kinds.map((kind) => loadCollection(kind)));
  const restorableCollections = all.filter(({ kind }) => !kind.isDerived && kind !== API_KEY);
  const kind = restorableCollections.find(({ name }) => name === kindName.toLowerCase().replaceAll("-", "_"))?.kind;
  if (!kind)
    throw new Refusal(`--kind must be one of ${restorableCollections.map(({ name }) => name).join(", ")}, not ${kindName}.`);
  return kind;
}

/** Yields a tenant's rows in the order of keys: first its rows in the system keyspaces, then its own. */
export function* tenantRows(table: TableStorage, tenant: string): Generator<Row> {
  for (const row of rowsBetween(table, "S#", "S$"))
    if (!row.pk.startsWith(keyspacePrefix("due")) && (row.sk === tenant || readText(row.item, "tenant_id") === tenant)) yield row;
  const prefix = tenantPrefix(tenant);
  const passing = `${prefix}RATE#`;
  for (const row of rowsBetween(table, prefix, `${prefix.slice(0, -1)}$`)) if (!row.pk.startsWith(passing)) yield row;
}

/** Yields rows with partition keys from `from` up to, but not including, `to`. */
export function* rowsBetween(table: TableStorage, from: string, to: string): Generator<Row> {
  for (const row of table.scan({ pk: from, sk: "" })) {
    if (compareText(row.pk, to) >= 0) return;
    yield row;
  }
}

/** A store's folder and table, and the position up to which its stream has been processed. */
export interface StoreContents {
  folder: string;
  table: TableStorage;
  position: string;
  /** A folder with the objects as they were at the time of the table's snapshot. */
  objects?: string;
}

/** Returns the folder of a tenant's objects in a store's folder. */
export const objectFolder = (folder: string, tenant: string): string => join(folder, "objects", tenant);

/** Yields all of a tenant: its items, its changes that were not yet processed, and its objects. The table must be in a read transaction. */
export async function* tenantParts(store: StoreContents, tenant: string): AsyncGenerator<BackupPart> {
  const { folder, objects = folder } = store;
  const listObjects = function* (areParts: boolean): Generator<BackupPart> {
    if (!existsSync(objectFolder(objects, tenant))) return;
    for (const { file, path } of listFiles(objectFolder(objects, tenant)))
      if (file.startsWith("records/") === areParts) yield { file: `objects/${tenant}/${file}`, path };
  };
  for (const { item } of tenantRows(store.table, tenant)) yield serializeItemEntry(item);
  // A change of an archived record is processed with the archived values.
  yield* listObjects(true);
  for await (const change of readPendingChanges(store, tenant)) yield JSON.stringify({ change });
  yield* listObjects(false);
}

const serializeItemEntry = (item: Item): string => `{"item":${serializeItem(item)}}`;

/** Yields the records of a kind, the archived ones last: those with a partition of their own, and those in the collections of other records. */
function* kindParts({ folder, table }: StoreContents, tenant: string, kind: Kind): Generator<string> {
  const stubsByPart = new Map<string, Record<string, unknown>[]>();
  for (const collection of ["E#", "P#"]) {
    const prefix = tenantPrefix(tenant) + collection;
    for (const { pk, sk, item } of rowsBetween(table, prefix, `${prefix.slice(0, -1)}$`)) {
      if (!isRecordKey(pk, sk, kind)) continue;
      if (item[PART_ATTRIBUTE] === undefined) {
        yield serializeItemEntry(item);
        continue;
      }
      const stub = unmarshall(item);
      const part = join(objectFolder(folder, tenant), stubObjectPath(stub));
      const stubs = stubsByPart.get(part);
      if (stubs) stubs.push(stub);
      else stubsByPart.set(part, [stub]);
    }
  }
  for (const [part, stubs] of stubsByPart)
    for (const item of readStubs(stubs, readFileSync(part))) yield serializeItemEntry(marshall(item) as Item);
}

/** Whether a key belongs to a record of the kind. Counters have ids in their keys too. */
export const isRecordKey = (pk: string, sk: string, kind: Kind): boolean => /^T#[^#]+#[PE]#/.test(pk) && isId(sk, kind);

/** Yields the tenant's changes in its queue, those after the position, and those in dead letters. */
async function* readPendingChanges({ folder, table, position }: StoreContents, tenant: string): AsyncGenerator<DynamoDBRecord> {
  const isOfTenant = ({ dynamodb }: DynamoDBRecord): boolean => Boolean(dynamodb?.Keys?.pk?.S?.startsWith(tenantPrefix(tenant)));
  for (const path of listQueuedFiles(folder, tenant)) yield* await readDeadLetterRecords(path);
  const newest = table.lastSequence();
  for (let after = position; Number(after) < newest; ) {
    const { records, position: next } = readStream(table, after, 500);
    yield* records.filter(isOfTenant);
    if (next === after) break;
    after = next;
  }
  for (const path of listDeadLetters(folder)) yield* (await readDeadLetterRecords(path)).filter(isOfTenant);
}

export const listDeadLetters = (folder: string): string[] => listDocuments(join(folder, "files", "dead-letters", "stream"));

/** The folder of the records that wait because their tenant was set aside. */
export const queueFolder = (folder: string, tenant: string): string =>
  join(folder, "files", ...TenantQueue.queuePrefix(tenant).split("/"));

const listQueuedFiles = (folder: string, tenant: string): string[] => listDocuments(queueFolder(folder, tenant)).sort();

const listDocuments = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => join(folder, name))
    : [];

export async function readDeadLetterRecords(parked: string): Promise<DynamoDBRecord[]> {
  const { payload } = JSON.parse(await readFile(parked, "utf8")) as { payload: { Records: DynamoDBRecord[] } };
  return payload.Records;
}
