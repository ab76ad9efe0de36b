import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Bundle, bundleEntries, bundleEntry, coldStartInputs } from "../stacks/bundle.ts";
import { clientExports } from "./sdk-clients.ts";
import { formatTable, median, type Section } from "./stats.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Cold starts: the import time and size of each function's bundle as deployed, compared with an empty handler and with only the SDK clients that the
 * function creates at start.
 */
export async function benchBundles({ rounds }: { rounds: number }): Promise<Section[]> {
  const out = mkdtempSync(join(tmpdir(), "crm-bundles-"));
  try {
    const floors = await bundleSdkFloors(await bundleEntries(root, out), out);
    const empty = join(out, "empty");
    mkdirSync(empty);
    writeFileSync(join(empty, "index.mjs"), "export const handler = async () => ({ statusCode: 204 });\n");
    const folders = listFunctionFolders(out);
    const importDurations = new Map(folders.map((folder) => [folder, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      for (const folder of folders) importDurations.get(folder)?.push(measureImportMs(folder));
    }
    const above = (folder: string): number =>
      median(importDurations.get(folder) ?? []) - median(importDurations.get(empty) ?? []);
    const rows = folders.map((folder) => {
      const { first, all } = measureSizes(folder);
      const floor = floors.get(folder);
      const clients = floor === undefined ? [] : [above(floor), above(folder) / above(floor)];
      return [folder.slice(out.length + 1), formatKb(first), formatKb(all), above(folder), ...clients];
    });
    const head = ["function", "kB read at a cold start", "kB in total", "import, ms", "its SDK clients alone, ms", "ratio"];
    const text = `${formatTable(head, rows)}\n\nMinified, not compressed. The import time is that of a new process minus that of an empty handler, median of ${rounds}.`;
    return [{ title: "Bundles of the functions", text, missed: [] }];
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Returns a bundle of the SDK clients that each function reads at a cold start, by function. Functions with the same clients share one. */
async function bundleSdkFloors(bundles: ReadonlyMap<string, Bundle>, out: string): Promise<Map<string, string>> {
  const floors = new Map<string, string>();
  for (const bundle of bundles.values()) {
    const inputs = coldStartInputs(bundle);
    const used = Object.keys(clientExports).filter((name) => inputs.some((file) => file.includes(`@aws-sdk/${name}/`)));
    const path = `sdk/${used.map((name) => name.replace(/^client-/, "")).join("+")}`;
    const names = used.flatMap((name) => clientExports[name] ?? []);
    const folder = join(out, path);
    if (!existsSync(folder))
      await bundleEntry(root, { path, code: `export { ${names.join(", ")} } from "${root}/bench/sdk-clients.ts";\n` }, out);
    floors.set(bundle.folder, folder);
  }
  return floors;
}

const listFunctionFolders = (out: string): string[] =>
  readdirSync(out, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === "index.mjs")
    .map(({ parentPath }) => parentPath)
    .sort();

/** Returns the milliseconds of importing the bundle in a new process. */
const measureImportMs = (folder: string): number =>
  runImport(folder, "const before = performance.now();", "performance.now() - before");

/** Returns the bytes of the entry with its static imports, and of everything in the folder. */
function measureSizes(folder: string): { first: number; all: number } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const all = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return { first: measureReadBytes(folder), all };
}

const measureReadBytes = (folder: string): number =>
  runImport(
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

/** Imports the function in a new process, in its deployed environment. Returns the number that the program prints last. */
function runImport(folder: string, before: string, result: string): number {
  const program = `${before}
    await import(${JSON.stringify(join(folder, "index.mjs"))});
    process.stdout.write(String(${result}));
    process.exit(0);`;
  const env = { ...process.env, ...DEPLOYED_ENVIRONMENT };
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", program], { env, encoding: "utf8" }));
}

const DEPLOYED_ENVIRONMENT = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench" };

const formatKb = (bytes: number): string => (bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0);
