import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { type Entry, entriesOf } from "./entries.ts";
import { lean } from "./lean.ts";

/** A function's code as it is deployed: one folder, its handler in `index.mjs`. */
export interface Bundle {
  folder: string;
  metafile: Metafile;
}

/** Some CommonJS packages ask for modules of Node by `require`, which a module has not. */
const BANNER = 'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);';

/** What the docs page shows; read from beside the code where the package is not installed. */
const PAGE = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/** The code of entry points as esbuild reads them: files of which nothing is kept. */
function writeEntry(out: string, { path, code }: Entry): string {
  const file = join(out, "entries", `${path}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}

/**
 * What a domain says about itself has no effect, so what a function does not use of it goes. Said here, because esbuild takes no
 * function's word for it across files. Where nothing reads the list of all domains, what they can load is not even looked at.
 */
const pure = (isListed: boolean): Plugin => ({
  name: "pure",
  setup(build) {
    build.onLoad({ filter: /\.(?:domain|masters)\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const used = isListed ? text : text.replace(/^export const \w+ = domain\(\{$[\s\S]*?^\}\);$/m, "");
      return { contents: used.replace(/= (?=(?:kind|grants|masterKind|domain)\()/g, "= /* @__PURE__ */ "), loader: "ts" };
    });
  },
});

/** Output files that the entry point leads to: at once or by `import()`, or at once alone. */
function reachedFrom({ outputs }: Metafile, isAtOnce = false): ReadonlySet<string> {
  const reached = new Set<string>();
  const reach = (file: string): void => {
    if (reached.has(file) || !outputs[file]) return;
    reached.add(file);
    for (const { path, kind } of outputs[file].imports) if (!isAtOnce || kind === "import-statement") reach(path);
  };
  for (const file of Object.keys(outputs)) if (basename(file) === "index.mjs") reach(file);
  return reached;
}

/** What a cold start reads before the handler can run: the entry point, and what it imports at once. */
const atStart = ({ metafile }: Bundle): Metafile["outputs"][string][] =>
  [...reachedFrom(metafile, true)].flatMap((file) => metafile.outputs[file] ?? []);

export const bytesAtStart = (bundle: Bundle): number => atStart(bundle).reduce((sum, { bytes }) => sum + bytes, 0);

/** The files of which a cold start reads anything. */
export const inputsAtStart = (bundle: Bundle): string[] => leftOf(atStart(bundle));

/** The files of which anything is left in a bundle. */
export const inputsOf = ({ metafile }: Bundle): string[] => leftOf(Object.values(metafile.outputs));

const leftOf = (outputs: readonly Metafile["outputs"][string][]): string[] => [
  ...new Set(outputs.flatMap(({ inputs }) => Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0))),
];

/**
 * Bundles one entry point. What nothing in it leads to is left out: a domain says what it can load, and a function that uses one
 * word of it has no need of the rest. What is imported when it is first needed stays in files of its own, which a cold start does
 * not read (a quarter of a lead's code is the world's subdivisions). Names of classes are not kept: nothing goes by them.
 */
export async function bundle(root: string, entry: Entry, out: string): Promise<Bundle> {
  const folder = join(out, entry.path);
  // Parts of an earlier build have other names, and would be deployed beside the new ones.
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: writeEntry(out, entry) },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: false,
    legalComments: "none",
    outExtension: { ".js": ".mjs" },
    banner: { js: BANNER },
    alias: {
      "@aws-sdk/credential-provider-node": join(root, "packages/aws/src/environment-credentials.ts"),
      electrodb: join(root, "node_modules/electrodb/src/entity.js"),
    },
    plugins: [lean, pure(entry.code.includes("/domains.ts"))],
    metafile: true,
    logLevel: "error",
  });
  const reached = reachedFrom(metafile);
  for (const file of Object.keys(metafile.outputs)) {
    if (reached.has(file)) continue;
    rmSync(join(root, file));
    delete metafile.outputs[file];
  }
  if (Object.keys(metafile.inputs).some((file) => file.endsWith("functions/src/docs/page.ts"))) copyPage(root, folder);
  writeFileSync(metafileIn(out, entry), JSON.stringify(metafile));
  return { folder, metafile };
}

/** What esbuild says of a bundle, beside its folder: what is in it, and why (`esbuild.github.io/analyze` shows it). */
const metafileIn = (out: string, { path }: Entry): string => join(out, `${path}.json`);

/** What all entry points were bundled to before. */
export const bundlesIn = (root: string, out: string): ReadonlyMap<string, Bundle> =>
  new Map(
    entriesOf(root).map((entry) => [
      entry.path,
      { folder: join(out, entry.path), metafile: JSON.parse(readFileSync(metafileIn(out, entry), "utf8")) as Metafile },
    ]),
  );

function copyPage(root: string, folder: string): void {
  const from = dirname(createRequire(join(root, "package.json")).resolve("swagger-ui-dist/package.json"));
  mkdirSync(join(folder, "swagger-ui"), { recursive: true });
  for (const file of PAGE) cpSync(join(from, file), join(folder, "swagger-ui", file));
}

/** All entry points, two at a time. */
export async function bundleAll(root: string, out: string): Promise<ReadonlyMap<string, Bundle>> {
  const bundles = new Map<string, Bundle>();
  const waiting = [...entriesOf(root)];
  const work = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      bundles.set(entry.path, await bundle(root, entry, out));
    }
  };
  await Promise.all([work(), work()]);
  return bundles;
}
