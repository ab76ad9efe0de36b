import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CONSOLE_PATH } from "@crm/core/kernel/console-url.ts";
import { CONSOLE_FOLDER, findContentType, readConsoleHeaders } from "@crm/functions/pages/console-build.ts";

/** Stores an object of the bucket that CloudFront serves. */
export type PutConsoleFile = (
  key: string,
  body: Uint8Array,
  headers: { contentType: string; cacheControl: string },
) => Promise<unknown>;

/**
 * Uploads the console. The page comes last, because it names the other files. Files of former releases stay, because open tabs load them later; a
 * release adds some 2 MB.
 */
export async function uploadConsole(put: PutConsoleFile, folder = CONSOLE_FOLDER): Promise<string[]> {
  const { page, assets } = readConsoleHeaders(folder);
  const files = readdirSync(join(folder, "assets")).map((name) => join("assets", name));
  const uploaded: string[] = [];
  for (const file of [...files, "index.html"]) {
    const cacheControl = (file === "index.html" ? page : assets)["cache-control"];
    if (!cacheControl) throw new Error(`headers.json has no cache-control for ${file}: run npm run build:console`);
    const key = join(CONSOLE_PATH, file).slice(1);
    await put(key, readFileSync(join(folder, file)), { contentType: findContentType(file), cacheControl });
    uploaded.push(key);
  }
  return uploaded;
}
