import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import type { functionFor } from "@crm/functions/derive/routes.ts";
import type { App, AppOptions } from "@crm/local/app.ts";

/** The app of the release before, as a bundle (scripts/release-bundle.ts). */
export interface FormerRelease {
  startApp(options: Partial<AppOptions>): Promise<App>;
  functionFor: typeof functionFor;
}

/** How that release stored each kind. */
export const formerKinds = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures/former-release.json"), "utf8"),
) as Readonly<Record<string, { shape: number; columns: readonly string[] }>>;

const root = join(import.meta.dirname, "../../..");

/** Unpacks the bundle to a folder from which the packages in node_modules can be imported, and loads it. */
export async function loadFormerRelease(): Promise<FormerRelease> {
  const folder = join(root, "node_modules/.cache/former-release");
  const packed = readFileSync(join(import.meta.dirname, "fixtures/former-release.mjs.zst"));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}.mjs`);
  writeFileSync(file, zstdDecompressSync(packed));
  try {
    return (await import(file)) as FormerRelease;
  } finally {
    rmSync(file);
  }
}
