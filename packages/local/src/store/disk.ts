import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";

/** Removes a SQLite database. Its other files go first: without its log, the database could be taken for an older state. */
export function removeDatabase(file: string): void {
  for (const suffix of ["-wal", "-shm", "-journal", ""]) rmSync(file + suffix, { force: true });
}

/** Syncs a file, or the names in a folder, to the disk. */
export function syncPath(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
