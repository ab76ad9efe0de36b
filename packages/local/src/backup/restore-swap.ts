import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { discardConversion, EARLIER_FILE, endEarlierEngine, hasEarlierTable } from "../store/conversion.ts";
import { removeDatabase, syncPath } from "../store/disk.ts";
import type { State } from "../store/state.ts";

/**
 * How a restored store takes the place of the present one. It is made whole in `restoring`, beside the present one,
 * and counts from the moment in which that folder gets the name `restored`: whoever opens the store from then on
 * first moves its pieces into their places, each step good to be done again. So a restore that is killed has either
 * not happened, or is finished by the next start. The lock of the folder, which is the lock of its local.sqlite, is
 * held throughout: of that file the rows are replaced, and not the file.
 */
export const restoringFolder = (folder: string): string => join(folder, "restoring");
const restoredFolder = (folder: string): string => join(folder, "restored");

/** Names in the folder that come and go, and are no part of the store. */
const TRANSIENT_NAMES = /^(address|restoring|restored|discarded|snapshot-.*|external-.*|.*-(wal|shm|journal)|.*\.partial)$/;
export const listPieces = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !TRANSIENT_NAMES.test(name) && (name !== EARLIER_FILE || hasEarlierTable(folder)));

/**
 * What the store that is restored may not have and then must go; whatever else lies there is left alone. So are master
 * keys that it knows nothing of: backups of tenants may hold what they wrapped.
 */
const isReplaceable = (name: string): boolean =>
  name === "files" || name === "objects" || name === "secret" || name.endsWith(".sqlite");

/** From here on the folder `restoring` is the store. */
export async function commitRestore(state: State): Promise<void> {
  const made = restoringFolder(state.folder);
  writeFileSync(join(made, "pieces.json"), JSON.stringify(listPieces(made)));
  syncTree(made);
  renameSync(made, restoredFolder(state.folder));
  syncPath(state.folder);
  await finishRestore(state);
}

/** Finishes a restore that counts already, and clears away one that does not. */
export async function finishRestore(state: State): Promise<void> {
  for (const step of restoreSteps(state)) await step();
}

export function* restoreSteps(state: State): Generator<() => Promise<void> | void> {
  const { folder } = state;
  const [made, unmade, done] = [restoredFolder(folder), restoringFolder(folder), join(folder, "discarded")];
  yield () => removePath(unmade);
  if (existsSync(made)) {
    const pieces = JSON.parse(readFileSync(join(made, "pieces.json"), "utf8")) as string[];
    // The engine of an earlier version would, when it ends, remove files by names that are ours then.
    yield () => endEarlierEngine(state);
    yield () => discardConversion(folder);
    for (const name of listPieces(folder))
      if (isReplaceable(name) && !pieces.includes(name)) yield () => removePath(join(folder, name));
    for (const name of pieces) if (name !== "local.sqlite") yield () => movePath(join(made, name), join(folder, name));
    yield () => replaceRows(state, join(made, "local.sqlite"));
    yield () => syncPath(folder);
    yield () => renameSync(made, done);
  }
  yield () => removePath(done);
}

function movePath(from: string, to: string): void {
  if (!existsSync(from)) return;
  removePath(to);
  renameSync(from, to);
}

/** A file or folder; of a database also what belongs to it. */
function removePath(path: string): void {
  if (path.endsWith(".sqlite")) removeDatabase(path);
  else rmSync(path, { recursive: true, force: true });
}

/** Replaces the rows of the runner's own tables by those of another file, all or none. */
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
      const [present, wanted] = [tables("main"), tables("restored")];
      for (const table of present.keys()) state.execute(`DELETE FROM main.${quoted(table)}`);
      for (const [table, sql] of wanted) {
        if (!present.has(table)) state.execute(sql);
        const known = new Set(columns("main", table));
        const shared = columns("restored", table)
          .filter((column) => known.has(column))
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
