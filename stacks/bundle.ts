import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { build, type Plugin, type RolldownOutput } from "rolldown";
import { bundleExclude } from "./bundle-exclude.ts";
import { electrodbExclude } from "./electrodb.ts";
import { type EntryPoint, listEntryPoints } from "./entry-points.ts";

/** One file of a bundle. */
interface BundlePart {
  bytes: number;
  /** Each file of which anything is left in it, with its length before names are shortened. */
  inputs: Readonly<Record<string, number>>;
  /** The parts that it imports at once, and those that it imports when they are needed. */
  staticImports: readonly string[];
  dynamicImports: readonly string[];
}

/** A function's code as it is deployed: one folder, its handler in `index.mjs`. */
export interface Bundle {
  folder: string;
  parts: Readonly<Record<string, BundlePart>>;
}

const ENTRY_FILE = "index.mjs";

/** What the docs page shows; read from beside the code where the package is not installed. */
const DOCS_PAGE_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/** The code of entry points as the bundler reads them: files of which nothing is kept. */
function writeEntry(out: string, { path, code }: EntryPoint): string {
  const file = join(out, "entries", `${path}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}

/** What a domain says about itself has no effect, so what a function does not use of it goes. */
const PURE_FUNCTIONS = ["kind", "declarePermissions", "masterKind", "domain"];

/** Where nothing reads the list of all domains, what they can load is not even looked at. */
const dropDomains: Plugin = {
  name: "unlisted",
  transform: {
    filter: { id: /\.domain\.ts$/ },
    handler: (code) => code.replace(/^export const \w+ = domain\(\{$[\s\S]*?^\}\);$/m, ""),
  },
};

/** The parts that the entry point leads to: at once or by `import()`, or at once alone. */
function listReachableParts(parts: Bundle["parts"], isAtOnce = false): BundlePart[] {
  const reached = new Set<string>();
  const reach = (file: string): void => {
    const part = parts[file];
    if (reached.has(file) || !part) return;
    reached.add(file);
    for (const next of [...part.staticImports, ...(isAtOnce ? [] : part.dynamicImports)]) reach(next);
  };
  reach(ENTRY_FILE);
  return [...reached].flatMap((file) => parts[file] ?? []);
}

/** What a cold start reads before the handler can run: the entry point, and what it imports at once. */
export const coldStartBytes = ({ parts }: Bundle): number =>
  listReachableParts(parts, true).reduce((sum, { bytes }) => sum + bytes, 0);

/** The files of which a cold start reads anything. */
export const coldStartInputs = ({ parts }: Bundle): string[] => collectInputs(listReachableParts(parts, true));

/** The files of which anything is left in a bundle. */
export const listInputs = ({ parts }: Bundle): string[] => collectInputs(Object.values(parts));

const collectInputs = (parts: readonly BundlePart[]): string[] => [
  ...new Set(parts.flatMap(({ inputs }) => Object.keys(inputs))),
];

function readParts(root: string, { output }: RolldownOutput): Bundle["parts"] {
  const chunks = output.filter((each) => each.type === "chunk");
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
 * Bundles one entry point. What nothing in it leads to is left out: a domain says what it can load, and a function that uses one
 * word of it has no need of the rest. What is imported when it is first needed stays in files of its own, which a cold start does
 * not read (a quarter of a lead's code is the world's subdivisions), and what it does read is one file.
 */
export async function bundleEntry(root: string, entry: EntryPoint, out: string): Promise<Bundle> {
  const folder = join(out, entry.path);
  // Parts of an earlier build have other names, and would be deployed beside the new ones.
  rmSync(folder, { recursive: true, force: true });
  const built = await build({
    cwd: root,
    input: { index: writeEntry(out, entry) },
    // The handler's file gives the others what they share with it.
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
      // Says of itself that importing it does nothing, as the other packages of the SDK do.
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
    // What some file loads later and another at once is loaded at once.
    checks: { ineffectiveDynamicImport: false },
    logLevel: "warn",
  });
  const made = { folder, parts: readParts(root, built) };
  if (listInputs(made).some((file) => file.endsWith("functions/src/docs/page.ts"))) copyDocsPage(root, folder);
  return made;
}

function copyDocsPage(root: string, folder: string): void {
  const from = dirname(createRequire(join(root, "package.json")).resolve("swagger-ui-dist/package.json"));
  mkdirSync(join(folder, "swagger-ui"), { recursive: true });
  for (const file of DOCS_PAGE_FILES) cpSync(join(from, file), join(folder, "swagger-ui", file));
}

/** Entry points, two at a time: all of them unless told which. */
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
