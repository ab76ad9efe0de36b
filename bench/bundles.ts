import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleAll } from "../stacks/bundle.ts";
import { median, type Section, table } from "./stats.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a cold start has to read and run: each function's bundle as it is deployed, beside a handler that does nothing. */
export async function benchBundles({ rounds }: { rounds: number }): Promise<Section[]> {
  const out = mkdtempSync(join(tmpdir(), "crm-bundles-"));
  try {
    await bundleAll(root, out);
    const empty = join(out, "empty");
    mkdirSync(empty);
    writeFileSync(join(empty, "index.mjs"), "export const handler = async () => ({ statusCode: 204 });\n");
    const folders = functionsIn(out);
    const took = new Map(folders.map((folder) => [folder, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      for (const folder of folders) took.get(folder)?.push(importTime(folder));
    }
    const floor = median(took.get(empty) ?? []);
    const rows = folders.map((folder) => {
      const ms = median(took.get(folder) ?? []);
      const { first, all } = sizesOf(folder);
      return [folder.slice(out.length + 1), kB(first), kB(all), ms, ms - floor];
    });
    const head = ["function", "kB read at a cold start", "kB in all", "import, ms", "above an empty handler, ms"];
    const text = `${table(head, rows)}\n\nMinified, not compressed. The import is that of a new process, median of ${rounds}.`;
    return [{ title: "Bundles of the functions", text, missed: [] }];
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const functionsIn = (out: string): string[] =>
  readdirSync(out, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === "index.mjs")
    .map(({ parentPath }) => parentPath)
    .sort();

/** Milliseconds that the import of the bundle takes in a process of its own. */
const importTime = (folder: string): number =>
  importing(folder, "const before = performance.now();", "performance.now() - before");

/** Bytes of the entry with the parts that it imports at once, and of everything in the folder. */
function sizesOf(folder: string): { first: number; all: number } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const all = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return { first: reached(folder), all };
}

const reached = (folder: string): number =>
  importing(
    folder,
    `import { statSync } from "node:fs";
    import { registerHooks } from "node:module";
    let bytes = 0;
    const load = (url, context, next) => {
      if (url.startsWith("file:")) bytes += statSync(new URL(url)).size;
      return next(url, context);
    };
    registerHooks({ load });`,
    "bytes",
  );

/** Imports the function in a process of its own, as it would be deployed, and gives the number that the program ends with. */
function importing(folder: string, before: string, result: string): number {
  const program = `${before}
    await import(${JSON.stringify(join(folder, "index.mjs"))});
    process.stdout.write(String(${result}));
    process.exit(0);`;
  const env = { ...process.env, ...deployed };
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", program], { env, encoding: "utf8" }));
}

const deployed = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench" };

const kB = (bytes: number): string => (bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0);
