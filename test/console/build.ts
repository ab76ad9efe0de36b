import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

export const BUILT_FOLDER = join(root, "packages/console/built");

/** Builds the console into a folder, in a process of its own. */
export async function buildConsole(folder: string, ...options: readonly "--kit"[]): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, "scripts/build-console.ts"), `--out=${folder}`, ...options]);
}
