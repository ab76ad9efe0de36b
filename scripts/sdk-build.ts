import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/**
 * Builds packages/sdk for users of other projects: one JavaScript module for Node 20, browsers and workers, and declarations. `npm pack` runs it
 * (`prepack`).
 */
const sdk = fileURLToPath(new URL("../packages/sdk", import.meta.url));
const compiler = fileURLToPath(new URL("../node_modules/.bin/tsc", import.meta.url));

/** Returns the module as it is published. */
export function bundleSdk(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(sdk, "src/index.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    charset: "utf8",
  });
  return outputFiles[0]?.text ?? "";
}

export function buildSdk(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  execFileSync(compiler, ["-p", join(sdk, "tsconfig.json"), "--outDir", folder], { stdio: "inherit" });
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".d.ts"))) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/(from "\.{1,2}\/[^"]+)\.ts"/g, '$1.js"'));
  }
  writeFileSync(join(folder, "index.js"), bundleSdk());
}

if (import.meta.main) buildSdk(join(sdk, "dist"));
