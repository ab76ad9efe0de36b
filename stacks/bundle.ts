import { cpSync, globSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, type Metafile } from "esbuild";

/** A function's code as it is deployed: one folder, its handler in `index.mjs`. */
export interface Bundle {
  folder: string;
  metafile: Metafile;
}

const ENTRIES = "packages/aws/src/entry";

/** The entry points, by their path below the folder of all: `api/leads`, `stream`, … */
export const entriesOf = (root: string): string[] =>
  globSync("**/*.ts", { cwd: join(root, ENTRIES) })
    .map((file) => file.replace(/\.ts$/, ""))
    .sort();

/** Some CommonJS packages ask for modules of Node by `require`, which a module has not. */
const BANNER = 'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);';

/** What the docs page shows; read from beside the code where the package is not installed. */
const PAGE = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/**
 * Bundles one entry point. What is imported when it is first needed stays in files of its own, which a cold start does
 * not read (a quarter of a lead's code is the world's subdivisions). Names of classes are not kept: nothing goes by them.
 */
export async function bundle(root: string, entry: string, out: string): Promise<Bundle> {
  const folder = join(out, entry);
  // Parts of an earlier build have other names, and would be deployed beside the new ones.
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: join(root, ENTRIES, `${entry}.ts`) },
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
    alias: { "@aws-sdk/credential-provider-node": join(root, "packages/aws/src/environment-credentials.ts") },
    metafile: true,
    logLevel: "error",
  });
  if (Object.keys(metafile.inputs).some((file) => file.endsWith("functions/src/docs/page.ts"))) copyPage(root, folder);
  return { folder, metafile };
}

function copyPage(root: string, folder: string): void {
  const from = dirname(createRequire(join(root, "package.json")).resolve("swagger-ui-dist/package.json"));
  mkdirSync(join(folder, "swagger-ui"), { recursive: true });
  for (const file of PAGE) cpSync(join(from, file), join(folder, "swagger-ui", file));
}

/** All entry points, two at a time. */
export async function bundleAll(root: string, out: string): Promise<ReadonlyMap<string, Bundle>> {
  const bundles = new Map<string, Bundle>();
  const waiting = entriesOf(root);
  const work = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      bundles.set(entry, await bundle(root, entry, out));
    }
  };
  await Promise.all([work(), work()]);
  return bundles;
}
