import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The console as it was built (docs/console/README.md). */
export const CONSOLE_FOLDER = fileURLToPath(new URL("../../../console/built/", import.meta.url));

/** The response headers of the page and of the files in `assets`, by lower-case name. */
export interface ConsoleHeaders {
  readonly page: Readonly<Record<string, string>>;
  readonly assets: Readonly<Record<string, string>>;
}

export const isConsoleBuilt = (folder = CONSOLE_FOLDER): boolean => existsSync(join(folder, "index.html"));

/** Reads the headers that the build wrote. Local servers and CloudFront send the same. */
export const readConsoleHeaders = (folder = CONSOLE_FOLDER): ConsoleHeaders =>
  JSON.parse(readFileSync(join(folder, "headers.json"), "utf8")) as ConsoleHeaders;

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

export const findContentType = (file: string): string => contentTypes[extname(file)] ?? "application/octet-stream";
