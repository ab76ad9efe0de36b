import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { discardConversion, EARLIER_FILE, endEarlierEngine, hasEarlierTable } from "../store/conversion.ts";
import { removeDatabase, syncPath } from "../store/disk.ts";
import type { State } from "../store/state.ts";

/**
 * Returns the folder in which a restored store is prepared, beside the present store. The restore is final when that folder is renamed to `restored`:
 * from then on, opening the store first moves its pieces into place, and each of these steps can be repeated. So a restore that is killed has either
 * not happened, or is finished at the next start. The folder's lock is held throughout. It is the lock of local.sqlite, so that file's rows are
 * replaced, not the file.
 */
export const restoringFolder = (folder: string): string => join(folder, "restoring");
const restoredFolder = (folder: string): string => join(folder, "restored");

/** Names of temporary files and folders, which are no part of the store. */
const TRANSIENT_NAMES = /^(address|restoring|restored|discarded|snapshot-.*|external-.*|.*-(wal|shm|journal)|.*\.partial)$/;
export const listPieces = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !TRANSIENT_NAMES.test(name) && (name !== EARLIER_FILE || hasEarlierTable(folder)));

/**
 * Whether a file or folder is removed if the restored store does not have it. Other files stay, among them master keys that the restored store does
 * not know: they may have wrapped keys in backups of tenants.
 */
const isReplaceable = (name: string): boolean =>
  name === "files" || name === "objects" || name === "secret" || name.endsWith(".sqlite");

/** Makes the folder `restoring` the store. */
export async function commitRestore(state: State): Promise<void> {
  const restoringPath = restoringFolder(state.folder);
  writeFileSync(join(restoringPath, "pieces.json"), JSON.stringify(listPieces(restoringPath)));
  syncTree(restoringPath);
  renameSync(restoringPath, restoredFolder(state.folder));
  syncPath(state.folder);
  await finishRestore(state);
}

/** Finishes a final restore, or removes one that is not final. */
export async function finishRestore(state: State): Promise<void> {
  for (const step of restoreSteps(state)) await step();
}

export function* restoreSteps(state: State): Generator<() => Promise<void> | void> {
  const { folder } = state;
  const [restoredPath, unmade, done] = [restoredFolder(folder), restoringFolder(folder), join(folder, "discarded")];
  yield () => removePath(unmade);
  if (existsSync(restoredPath)) {
    const pieces = JSON.parse(readFileSync(join(restoredPath, "pieces.json"), "utf8")) as string[];
    // When the engine of an earlier version ends, it removes files by names that the restored store uses.
    yield () => endEarlierEngine(state);
    yield () => discardConversion(folder);
    for (const name of listPieces(folder))
      if (isReplaceable(name) && !pieces.includes(name)) yield () => removePath(join(folder, name));
    for (const name of pieces) if (name !== "local.sqlite") yield () => movePath(join(restoredPath, name), join(folder, name));
    yield () => replaceRows(state, join(restoredPath, "local.sqlite"));
    yield () => syncPath(folder);
    yield () => renameSync(restoredPath, done);
  }
  yield () => removePath(done);
}

function movePath(from: string, to: string): void {
  if (!existsSync(from)) return;
  removePath(to);
  renameSync(from, to);
}

/** Removes a file or folder, and with a database its other files. */
function removePath(path: string): void {
  if (path.endsWith(".sqlite")) removeDatabase(path);
  else rmSync(path, { recursive: true, force: true });
}

/** Replaces the rows of the runner's own tables with those of another file, in one transaction. */
function replaceRows(state: State, file: string): void {
  const quoted = (name: unknown): string => `"${String(name).replaceAll('"', '""')}"`;
  state.execute("ATTACH DATABASE ? AS restored", file);
  try {
    const tables = (schema: string): Map<string, string> =>
      new Map(
        state
          .query(`SELECT name, sql FROM ${schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
          .map(({ name, sql }) => [String(name), String(sql)]),
      );
    const columns = (schema: string, table: string): unknown[] =>
      state.query(`SELECT name FROM pragma_table_info(?, ?)`, table, schema).map(({ name }) => name);
    state.runTransaction(() => {
      const [present, restoredTables] = [tables("main"), tables("restored")];
      for (const table of present.keys()) state.execute(`DELETE FROM main.${quoted(table)}`);
      for (const [table, sql] of restoredTables) {
        if (!present.has(table)) state.execute(sql);
        const mainColumns = new Set(columns("main", table));
        const shared = columns("restored", table)
          .filter((column) => mainColumns.has(column))
          .map(quoted);
        state.execute(`INSERT INTO main.${quoted(table)} (${shared}) SELECT ${shared} FROM restored.${quoted(table)}`);
      }
    });
  } finally {
    state.execute("DETACH DATABASE restored");
  }
}

function syncTree(path: string): void {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) syncTree(join(path, name));
  syncPath(path);
}
