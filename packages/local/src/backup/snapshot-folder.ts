import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Creates a temporary folder inside a store's own for copied or unpacked files. Its name contains the time. */
export const makeSnapshotFolder = (folder: string): string => mkdtempSync(join(folder, `snapshot-${Date.now()}-`));

/** Removes snapshot folders that killed processes left a day ago or earlier. Those without a time are of an earlier version. */
export function removeLeftSnapshots(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith("snapshot-")) continue;
    const madeAt = Number(/^snapshot-(\d+)-/.exec(name)?.[1] ?? 0);
    if (Date.now() - madeAt > DAY_MS) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
