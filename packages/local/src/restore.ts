import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { type Store, tenantOf, tenantParts } from "./backup.ts";
import { type Entry, entriesOf, type Header, verify } from "./backup-file.ts";
import { makeSnapshotFolder } from "./snapshot-folder.ts";
import { Refusal, State } from "./state.ts";
import { convertStore, convertTable, isEarlierStore } from "./store-conversion.ts";
import { commit, finishRestore, restoring } from "./swap.ts";
import { readTable } from "./table-file.ts";

/** Brings back a whole store, in place of the one in the folder, which nobody may be using. */
export async function restoreStore(file: string, data: string): Promise<Header> {
  const header = await verify(file);
  if (header.scope !== "store") throw new Refusal(`${file} holds ${header.tenant?.slug ?? "a tenant"} alone, not a whole store.`);
  await inFolder(data, async (state) => {
    await unpack(file, restoring(state.folder));
    await commit(state);
  });
  return header;
}

/** Works in a folder that nobody uses; what goes wrong before it counts leaves the store as it was. */
export async function inFolder<T>(data: string, work: (state: State) => Promise<T>): Promise<T> {
  if (data === "memory") throw new Refusal("CRM_DATA=memory keeps nothing: name a folder in CRM_DATA.");
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

/** Writes the files of a backup into a new folder. */
async function unpack(file: string, folder: string): Promise<void> {
  for await (const entry of entriesOf(file)) {
    if ("file" in entry) await writeFileOf(entry, folder, folder);
  }
}

type FileEntry = Extract<Entry, { file: string }>;

/** Writes a file of a backup into the folder of a store, where it lies within a part of it. */
export async function writeFileOf({ file, content }: FileEntry, folder: string, within: string): Promise<void> {
  const path = resolve(folder, file);
  if (!path.startsWith(within + sep)) throw new Refusal("The backup names a file outside of what it holds; nothing was changed.");
  mkdirSync(dirname(path), { recursive: true });
  await pipeline(content, createWriteStream(path, { flush: true, mode: 0o600 }));
}

/** The items and changes of one tenant, out of its own backup or that of a whole store. */
export interface Source {
  tenant: { id: string; slug: string };
  entries(): AsyncGenerator<Entry>;
  close(): void;
}

export async function openBackup(file: string, header: Header, named: string | undefined, folder: string): Promise<Source> {
  if (header.tenant) {
    const { id, slug } = header.tenant;
    if (named !== undefined && named !== id && named !== slug)
      throw new Refusal(`${file} holds the tenant ${slug}, not ${named}.`);
    return { tenant: header.tenant, entries: () => entriesOf(file), close: () => undefined };
  }
  if (named === undefined) throw new Refusal("Say --tenant: the backup holds a whole store.");
  const unpacked = makeSnapshotFolder(folder);
  const close = (): void => rmSync(unpacked, { recursive: true, force: true });
  try {
    await unpack(file, unpacked);
    if (isEarlierStore(unpacked)) convertTable(unpacked);
    const store: Store = { folder: unpacked, table: readTable(unpacked), position: positionIn(unpacked) };
    const entries = async function* (tenant: string): AsyncGenerator<Entry> {
      for await (const part of tenantParts(store, tenant)) yield typeof part === "string" ? JSON.parse(part) : entryOf(part);
    };
    const tenant = tenantOf(store.table, named);
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

const entryOf = ({ file, path }: { file: string; path: string }): Entry => ({
  file,
  bytes: statSync(path).size,
  content: createReadStream(path) as AsyncIterable<Buffer>,
});

function positionIn(folder: string): string {
  const local = new DatabaseSync(join(folder, "local.sqlite"));
  const row = local.prepare("SELECT value FROM kept WHERE key = 'stream'").get();
  local.close();
  return String(row?.value ?? "0");
}
