import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { convertStore, convertTable, isEarlierStore } from "../store/conversion.ts";
import { Refusal, State } from "../store/state.ts";
import { readTable } from "../table/file.ts";
import { findTenant, type StoreContents, tenantParts } from "./backup.ts";
import { type BackupEntry, type BackupHeader, readEntries, verifyBackup } from "./file-format.ts";
import { commitRestore, finishRestore, restoringFolder } from "./restore-swap.ts";
import { makeSnapshotFolder } from "./snapshot-folder.ts";

/** Replaces the store in the folder with that of a backup. No server may be using the folder. */
export async function restoreStore(file: string, data: string): Promise<BackupHeader> {
  const header = await verifyBackup(file);
  if (header.scope !== "store")
    throw new Refusal(`${file} contains only ${header.tenant?.slug ?? "a tenant"}, not a whole store.`);
  await runInStore(data, async (state) => {
    await unpackBackup(file, restoringFolder(state.folder));
    await commitRestore(state);
  });
  return header;
}

/** Runs `work` in a folder that no other process uses. If the work fails before `commitRestore`, the store stays as it was. */
export async function runInStore<T>(data: string, work: (state: State) => Promise<T>): Promise<T> {
  if (data === "memory") throw new Refusal("CRM_DATA=memory stores nothing: set CRM_DATA to a folder.");
  const state = new State(data);
  try {
    await finishRestore(state);
    try {
      const result = await work(state);
      await convertStore(state);
      return result;
    } catch (error) {
      await finishRestore(state);
      throw error;
    }
  } finally {
    state.close();
  }
}

/** Writes the files of a backup to a new folder. */
async function unpackBackup(file: string, folder: string): Promise<void> {
  for await (const entry of readEntries(file)) {
    if ("file" in entry) await writeEntryFile(entry, folder, folder);
  }
}

type FileEntry = Extract<BackupEntry, { file: string }>;

/** Writes a file of a backup into a store's folder. Refuses a path outside of `root`. */
export async function writeEntryFile({ file, content }: FileEntry, folder: string, root: string): Promise<void> {
  const path = resolve(folder, file);
  if (!path.startsWith(root + sep)) throw new Refusal("The backup names a file outside of its own folder; nothing was changed.");
  mkdirSync(dirname(path), { recursive: true });
  await pipeline(content, createWriteStream(path, { flush: true, mode: 0o600 }));
}

/** The items and changes of one tenant, from its own backup or from that of a whole store. */
export interface RestoreSource {
  tenant: { id: string; slug: string };
  entries(): AsyncGenerator<BackupEntry>;
  close(): void;
}

export async function openBackup(
  file: string,
  header: BackupHeader,
  tenantReference: string | undefined,
  folder: string,
): Promise<RestoreSource> {
  if (header.tenant) {
    const { id, slug } = header.tenant;
    if (tenantReference !== undefined && tenantReference !== id && tenantReference !== slug)
      throw new Refusal(`${file} contains the tenant ${slug}, not ${tenantReference}.`);
    return { tenant: header.tenant, entries: () => readEntries(file), close: () => undefined };
  }
  if (tenantReference === undefined) throw new Refusal("--tenant is required, because the backup contains a whole store.");
  const unpacked = makeSnapshotFolder(folder);
  const close = (): void => rmSync(unpacked, { recursive: true, force: true });
  try {
    await unpackBackup(file, unpacked);
    if (isEarlierStore(unpacked)) convertTable(unpacked);
    const store: StoreContents = { folder: unpacked, table: readTable(unpacked), position: readPosition(unpacked) };
    const entries = async function* (tenant: string): AsyncGenerator<BackupEntry> {
      for await (const part of tenantParts(store, tenant))
        yield typeof part === "string" ? JSON.parse(part) : buildFileEntry(part);
    };
    const tenant = findTenant(store.table, tenantReference);
    return {
      tenant,
      entries: () => entries(tenant.id),
      close() {
        store.table.close();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

const buildFileEntry = ({ file, path }: { file: string; path: string }): BackupEntry => ({
  file,
  bytes: statSync(path).size,
  content: createReadStream(path) as AsyncIterable<Buffer>,
});

function readPosition(folder: string): string {
  const local = new DatabaseSync(join(folder, "local.sqlite"));
  const row = local.prepare("SELECT value FROM kept WHERE key = 'stream'").get();
  local.close();
  return String(row?.value ?? "0");
}
