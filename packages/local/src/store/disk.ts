import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";

/** Removes a SQLite database with the files that belong to it, those first: without them it could be taken for an older state. */
export function removeDatabase(file: string): void {
  for (const suffix of ["-wal", "-shm", "-journal", ""]) rmSync(file + suffix, { force: true });
}

/** Waits until a file, or the names in a folder, are on the disk. */
export function syncPath(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
