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

/** The files that the page names: scripts, style sheets and its icon. */
const listPageFiles = (): string[] =>
  [...readText("index.html").matchAll(/\/crm\/(assets\/[\w.-]+)"/g)].map(([, name = ""]) => name);

/** The chunk of a module that is loaded later, by the name of the module. Its hash has eight characters. */
const findChunk = (name: string): string[] => globSync(`assets/${name}-????????.js`, { cwd: BUILT_FOLDER });

/** The files that every page of a signed-in user loads. */
export const listFrameFiles = (): string[] => listWithImports([...listPageFiles(), ...findChunk("console")]);

/** The files that a browser loads before it shows the sign-in page in a language. English has no file of messages. */
export function listEntryFiles(language: string): string[] {
  const files = listWithImports([...listPageFiles(), ...findChunk("entry")]);
  const messages = files
    .filter((file) => file.endsWith(".js"))
    .flatMap((file) => [...readText(file).matchAll(/import\(.\.\/([\w.-]+\.js)/g)])
    .map(([, name = ""]) => `assets/${name}`)
    .filter((file) => file.startsWith(`assets/${language}-`));
  return ["index.html", ...new Set([...files, ...messages])];
}
