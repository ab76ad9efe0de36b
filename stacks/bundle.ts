import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { build, type Plugin, type RolldownOutput } from "rolldown";
import { bundleExclude } from "./bundle-exclude.ts";
import { electrodbExclude } from "./electrodb.ts";
import { type EntryPoint, listEntryPoints } from "./entry-points.ts";

/** One file of a bundle. */
interface BundlePart {
  bytes: number;
  /** Each source file with code left in this part, with the length of that code before minification. */
  inputs: Readonly<Record<string, number>>;
  /** Parts that are imported statically, and parts that are imported with `import()`. */
  staticImports: readonly string[];
  dynamicImports: readonly string[];
}

/** A function's code as it is deployed: one folder, its handler in `index.mjs`. */
export interface Bundle {
  folder: string;
  parts: Readonly<Record<string, BundlePart>>;
}

const ENTRY_FILE = "index.mjs";

/** Assets of the docs page. The docs page reads them from beside the code where the package is not installed. */
const DOCS_PAGE_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/** Writes the entry point's code to a file for the bundler. These files are not deployed. */
function writeEntry(out: string, { path, code }: EntryPoint): string {
  const file = join(out, "entries", `${path}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}

/** Calls without side effects in a domain's declaration, so the bundler drops those that a function does not use. */
const PURE_FUNCTIONS = ["kind", "declarePermissions", "masterKind", "domain"];

/** Removes the domains' manifests from bundles that do not import the list of all domains, so that the bundler does not follow their imports. */
const dropDomains: Plugin = {
  name: "unlisted",
  transform: {
    filter: { id: /\.domain\.ts$/ },
    handler: (code) => code.replace(/^export const \w+ = domain\(\{$[\s\S]*?^\}\);$/m, ""),
  },
};

/** Returns the parts that the entry point reaches, by static imports alone if `isAtOnce`. */
function listReachableParts(parts: Bundle["parts"], isAtOnce = false): BundlePart[] {
  const reachedFiles = new Set<string>();
  const reach = (file: string): void => {
    const part = parts[file];
    if (reachedFiles.has(file) || !part) return;
    reachedFiles.add(file);
    for (const next of [...part.staticImports, ...(isAtOnce ? [] : part.dynamicImports)]) reach(next);
  };
  reach(ENTRY_FILE);
  return [...reachedFiles].flatMap((file) => parts[file] ?? []);
}

/** Returns the bytes that a cold start reads before the handler can run: the entry point and its static imports. */
export const coldStartBytes = ({ parts }: Bundle): number =>
  listReachableParts(parts, true).reduce((sum, { bytes }) => sum + bytes, 0);

/** Returns the source files with code that a cold start reads. */
export const coldStartInputs = ({ parts }: Bundle): string[] => collectInputs(listReachableParts(parts, true));

/** Returns the source files with code left in a bundle. */
export const listInputs = ({ parts }: Bundle): string[] => collectInputs(Object.values(parts));

const collectInputs = (parts: readonly BundlePart[]): string[] => [
  ...new Set(parts.flatMap(({ inputs }) => Object.keys(inputs))),
];

function readParts(root: string, { output }: RolldownOutput): Bundle["parts"] {
  const chunks = output.filter((item) => item.type === "chunk");
  const parts = chunks.map(({ fileName, code, modules, imports, dynamicImports }): [string, BundlePart] => {
    const inputs = Object.entries(modules).flatMap(([id, { renderedLength }]): [string, number][] =>
      renderedLength > 0 ? [[relative(root, id), renderedLength]] : [],
    );
    return [
      fileName,
      {
        bytes: Buffer.byteLength(code),
        inputs: Object.fromEntries(inputs),
        staticImports: imports,
        dynamicImports: dynamicImports,
      },
    ];
  });
  return Object.fromEntries(parts);
}

/**
 * Bundles one entry point and drops the code that it does not reach: a function that uses one export of a domain does not get the rest.
 * Modules loaded with `import()` stay in files of their own, which a cold start does not read (a quarter of a lead's code is the world's
 * subdivisions). The code that a cold start reads is one file.
 */
export async function bundleEntry(root: string, entry: EntryPoint, out: string): Promise<Bundle> {
  const folder = join(out, entry.path);
  // Parts of an earlier build have other names and would be deployed too.
  rmSync(folder, { recursive: true, force: true });
  const cache = findCacheFolder(root, entry);
  const cachedParts = cache && readCachedBundle(cache, folder);
  if (cachedParts) return { folder, parts: cachedParts };
  const built = await build({
    cwd: root,
    input: { index: writeEntry(out, entry) },
    // The other parts import code that they share with the handler from the handler's file.
    preserveEntrySignatures: "allow-extension",
    platform: "node",
    transform: { target: "node24" },
    resolve: {
      mainFields: ["module", "main"],
      alias: {
        "@aws-sdk/credential-provider-node": join(root, "packages/aws/src/environment-credentials.ts"),
        electrodb: join(root, "node_modules/electrodb/src/entity.js"),
      },
    },
    plugins: [bundleExclude, electrodbExclude, ...(entry.code.includes("/domains.ts") ? [] : [dropDomains])],
    treeshake: {
      manualPureFunctions: PURE_FUNCTIONS,
      // This package lacks the `sideEffects: false` that the other packages of the SDK declare.
      moduleSideEffects: [{ test: /\/@aws-sdk\/lib-dynamodb\//, sideEffects: false }],
    },
    output: {
      dir: folder,
      format: "esm",
      entryFileNames: ENTRY_FILE,
      chunkFileNames: "[name]-[hash].mjs",
      minify: true,
      comments: false,
      codeSplitting: { groups: [{ name: "start", tags: ["$initial"] }], includeDependenciesRecursively: false },
    },
    // A module that one file imports statically and another dynamically is loaded at start, which is intended.
    checks: { ineffectiveDynamicImport: false },
    logLevel: "warn",
  });
  const bundle = { folder, parts: readParts(root, built) };
  if (listInputs(bundle).some((file) => file.endsWith("functions/src/docs/page.ts"))) copyDocsPage(root, folder);
  if (cache) cacheBundle(cache, bundle);
  return bundle;
}

/**
 * The folder that keeps an entry point's bundle for other processes of one test run, during which the sources do not change:
 * `CRM_BUNDLE_CACHE` names the folder of all bundles. Undefined without it, as in deployments.
 */
function findCacheFolder(root: string, { path, code }: EntryPoint): string | undefined {
  const folder = process.env.CRM_BUNDLE_CACHE;
  return folder ? join(folder, createHash("sha256").update(`${root}\0${path}\0${code}`).digest("hex")) : undefined;
}

const CACHED_PARTS_FILE = "parts.json";

/** Copies a cached bundle to a folder and returns its parts, or undefined if there is none. */
function readCachedBundle(cache: string, folder: string): Bundle["parts"] | undefined {
  if (!existsSync(cache)) return;
  cpSync(join(cache, "code"), folder, { recursive: true });
  return JSON.parse(readFileSync(join(cache, CACHED_PARTS_FILE), "utf8")) as Bundle["parts"];
}

/** Keeps a bundle for other processes. The one of two that finishes first is kept. */
function cacheBundle(cache: string, { folder, parts }: Bundle): void {
  const incomplete = `${cache}.${process.pid}`;
  cpSync(folder, join(incomplete, "code"), { recursive: true });
  writeFileSync(join(incomplete, CACHED_PARTS_FILE), JSON.stringify(parts));
  try {
    renameSync(incomplete, cache);
  } catch {
    rmSync(incomplete, { recursive: true });
  }
}

function copyDocsPage(root: string, folder: string): void {
  const from = dirname(createRequire(join(root, "package.json")).resolve("swagger-ui-dist/package.json"));
  mkdirSync(join(folder, "swagger-ui"), { recursive: true });
  for (const file of DOCS_PAGE_FILES) cpSync(join(from, file), join(folder, "swagger-ui", file));
}

/** Bundles these entry points, by default all of them, two at a time. */
export async function bundleEntries(
  root: string,
  out: string,
  entries: readonly EntryPoint[] = listEntryPoints(root),
): Promise<ReadonlyMap<string, Bundle>> {
  const bundles = new Map<string, Bundle>();
  const waiting = [...entries];
  const work = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      bundles.set(entry.path, await bundleEntry(root, entry, out));
    }
  };
  await Promise.all([work(), work()]);
  return bundles;
}
