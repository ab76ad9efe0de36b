import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

export const BUILT_FOLDER = join(root, "packages/console/built");

/** Builds the console into a folder, in a process of its own. */
export async function buildConsole(folder: string, ...options: readonly "--kit"[]): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, "scripts/build-console.ts"), `--out=${folder}`, ...options]);
}

export const readText = (file: string): string => readFileSync(join(BUILT_FOLDER, file), "utf8");

/** The files and those that they import at once. */
function listWithImports(files: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    if (!file.endsWith(".js")) return;
    for (const [, name] of readText(file).matchAll(/\b(?:from|import)\s*["']\.\/([\w.-]+)["']/g)) visit(`assets/${name}`);
  };
  for (const file of files) visit(file);
  return [...found];
}

/** The scripts and style sheets that the page names, and those that they import at once. */
export const listShellFiles = (): string[] =>
  listWithImports([...readText("index.html").matchAll(/\/crm\/(assets\/[\w.-]+\.(?:js|css))"/g)].map(([, name = ""]) => name));

/** The files that every page of a signed-in user loads: the shell, and what stands around the pages. */
export const listFrameFiles = (): string[] => [
  ...listShellFiles(),
  ...listWithImports(globSync("assets/console-layout-*.js", { cwd: BUILT_FOLDER })),
];
