import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { servesFile } from "./engine.ts";
import { Refusal, State } from "./state.ts";

/**
 * How a restored store takes the place of the present one. It is made whole in `restoring`, beside the present one,
 * and counts from the moment in which that folder gets the name `restored`: whoever opens the store from then on
 * first moves its pieces into their places, each step good to be done again. So a restore that is killed has either
 * not happened, or is finished by the next start. The lock of the folder, which is the lock of its local.sqlite, is
 * held throughout: of that file the rows are replaced, and not the file.
 */
export const restoring = (folder: string): string => join(folder, "restoring");
const restored = (folder: string): string => join(folder, "restored");

/** Names in the folder that come and go, and are no part of the store. */
const PASSING = /^(address|restoring|restored|discarded|snapshot-.*|external-.*|.*-(wal|shm|journal)|.*\.partial)$/;
export const piecesOf = (folder: string): string[] => readdirSync(folder).filter((name) => !PASSING.test(name));

/**
 * What the store that is restored may not have and then must go; whatever else lies there is left alone. So are master
 * keys that it knows nothing of: backups of tenants may hold what they wrapped.
 */
const isOurs = (name: string): boolean => name === "files" || name === "objects" || name === "secret" || name.endsWith(".sqlite");

/** From here on the folder `restoring` is the store. */
export async function commit(state: State): Promise<void> {
  const made = restoring(state.folder);
  writeFileSync(join(made, "pieces.json"), JSON.stringify(piecesOf(made)));
  syncAll(made);
  renameSync(made, restored(state.folder));
  sync(state.folder);
  await finishRestore(state);
}

/** Finishes a restore that counts already, and clears away one that does not. */
export async function finishRestore(state: State): Promise<void> {
  for (const step of steps(state)) await step();
}

export function* steps(state: State): Generator<() => Promise<void> | void> {
  const { folder } = state;
  const [made, unmade, done] = [restored(folder), restoring(folder), join(folder, "discarded")];
  yield () => discard(unmade);
  if (existsSync(made)) {
    const pieces = JSON.parse(readFileSync(join(made, "pieces.json"), "utf8")) as string[];
    // An engine that a killed server left would, when it ends, remove files by names that are ours then.
    yield () => endEngine(state);
    for (const name of piecesOf(folder)) if (isOurs(name) && !pieces.includes(name)) yield () => remove(join(folder, name));
    for (const name of pieces) if (name !== "local.sqlite") yield () => move(join(made, name), join(folder, name));
    yield () => takeRows(state, join(made, "local.sqlite"));
    yield () => sync(folder);
    yield () => renameSync(made, done);
  }
  yield () => remove(done);
}

function move(from: string, to: string): void {
  if (!existsSync(from)) return;
  remove(to);
  renameSync(from, to);
}

/** A file or folder; of a database also what belongs to it. */
function remove(path: string): void {
  for (const suffix of path.endsWith(".sqlite") ? ["-wal", "-shm", "-journal", ""] : [""]) {
    rmSync(path + suffix, { recursive: true, force: true });
  }
}

/** Replaces the rows of the runner's own tables by those of another file, all or none. */
function takeRows(state: State, file: string): void {
  const quoted = (name: unknown): string => `"${String(name).replaceAll('"', '""')}"`;
  state.run("ATTACH DATABASE ? AS restored", file);
  try {
    const tables = (schema: string): Map<string, string> =>
      new Map(
        state
          .all(`SELECT name, sql FROM ${schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
          .map(({ name, sql }) => [String(name), String(sql)]),
      );
    const columns = (schema: string, table: string): unknown[] =>
      state.all(`SELECT name FROM pragma_table_info(?, ?)`, table, schema).map(({ name }) => name);
    state.atomically(() => {
      const [present, wanted] = [tables("main"), tables("restored")];
      for (const table of present.keys()) state.run(`DELETE FROM main.${quoted(table)}`);
      for (const [table, sql] of wanted) {
        if (!present.has(table)) state.run(sql);
        const known = new Set(columns("main", table));
        const shared = columns("restored", table)
          .filter((column) => known.has(column))
          .map(quoted);
        state.run(`INSERT INTO main.${quoted(table)} (${shared}) SELECT ${shared} FROM restored.${quoted(table)}`);
      }
      state.set("engine", "{}");
    });
  } finally {
    state.run("DETACH DATABASE restored");
  }
}

/** Clears away a restore that was killed before it counted, with the engine that it may have left. */
async function discard(unmade: string): Promise<void> {
  if (!existsSync(unmade)) return;
  const left = openedIfWhole(unmade);
  if (left) await endEngine(left).finally(() => left.close());
  remove(unmade);
}

function openedIfWhole(folder: string): State | undefined {
  try {
    return existsSync(join(folder, "local.sqlite")) ? new State(folder) : undefined;
  } catch (error) {
    // Killed while it was unpacked, long before it could start an engine.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Ends the engine that a process of this folder has left running when it was killed, perhaps before it wrote down which. */
async function endEngine(state: State): Promise<void> {
  const { pid, file = join(state.folder, "table.sqlite") } = JSON.parse(state.get("engine") ?? "{}") as {
    pid?: number;
    file?: string;
  };
  for (;;) {
    const left = [...new Set([...(pid ? [pid] : []), ...processes()])].filter((each) => servesFile(each, file));
    if (left.length === 0) return;
    for (const each of left) endOne(each);
    await sleep(10);
  }
}

/** Every process that there is, where the system tells. */
const processes = (): number[] =>
  process.platform === "linux"
    ? readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];

function endOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

function syncAll(path: string): void {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) syncAll(join(path, name));
  sync(path);
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
