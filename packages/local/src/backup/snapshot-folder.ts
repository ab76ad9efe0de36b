import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes a folder inside a store's own, for what is copied or unpacked there for a while. Its name says when it was made. */
export const makeSnapshotFolder = (folder: string): string => mkdtempSync(join(folder, `snapshot-${Date.now()}-`));

/** Removes the snapshot folders that killed processes left a day ago or earlier; those that say no time are of an earlier version. */
export function removeLeftSnapshots(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith("snapshot-")) continue;
    const madeAt = Number(/^snapshot-(\d+)-/.exec(name)?.[1] ?? 0);
    if (Date.now() - madeAt > DAY_MS) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
