import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The stored demo of the tests: a backup of the store of a filled tenant, its time, and the sources that made it. */

const root = dirname(dirname(import.meta.dirname));
export const SNAPSHOT_FILE = join(root, "test/support/demo.snapshot.backup");
export const SNAPSHOT_FACTS = join(root, "test/support/demo.snapshot.json");

/** Returns a hash of the sources of the demo. If it differs from that of the snapshot, the snapshot is outdated. */
export function hashDemoSources(): string {
  const hash = createHash("sha256");
  for (const file of globSync("**/*.ts", { cwd: import.meta.dirname }).sort())
    hash.update(`${file}\n${readFileSync(join(import.meta.dirname, file), "utf8")}`);
  return hash.digest("hex");
}
