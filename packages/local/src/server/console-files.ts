import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { CONSOLE_PATH } from "@crm/core/kernel/console-url.ts";
import {
  CONSOLE_FOLDER,
  type ConsoleHeaders,
  findContentType,
  isConsoleBuilt,
  readConsoleHeaders,
} from "@crm/functions/pages/console-build.ts";
import { CONSOLE_ASSETS_PATH } from "@crm/functions/pages/console-path.ts";

const COMPRESSED = new Set([".css", ".html", ".js", ".json", ".svg"]);

let headers: ConsoleHeaders | undefined;

/** Compressed files by their path. They never change while the server runs. */
const compressedFiles = new Map<string, Buffer>();

export const isConsoleRequest = ({ url = "/", method }: IncomingMessage): boolean =>
  (method === "GET" || method === "HEAD") && new RegExp(`^${CONSOLE_PATH}(?:[/?]|$)`).test(url);

/** Serves the console: a file of the build below `/crm/assets`, and its one page for every other path. */
export async function serveConsole(request: IncomingMessage, response: ServerResponse, folder = CONSOLE_FOLDER): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (!isConsoleBuilt(folder)) {
    response
      .writeHead(404, { "content-type": "text/plain; charset=utf-8" })
      .end("The console is not built: run npm run build:console\n");
    return;
  }
  const isAsset = pathname.startsWith(CONSOLE_ASSETS_PATH);
  const file = join(folder, isAsset ? join("assets", normalize(pathname.slice(CONSOLE_ASSETS_PATH.length))) : "index.html");
  const isFile =
    file.startsWith(folder) &&
    (await stat(file).then(
      (info) => info.isFile(),
      () => false,
    ));
  if (!isFile) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Not found\n");
    return;
  }
  headers ??= readConsoleHeaders(folder);
  const { page, assets } = headers;
  const type = extname(file);
  const isCompressed = COMPRESSED.has(type) && /\bbr\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const body = isCompressed ? await compressFile(file) : await readFile(file);
  response.writeHead(200, {
    ...(isAsset ? assets : page),
    "content-type": findContentType(file),
    "content-length": body.length,
    ...(COMPRESSED.has(type) ? { vary: "accept-encoding" } : {}),
    ...(isCompressed ? { "content-encoding": "br" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

const COMPRESSION_QUALITY = 9;

async function compressFile(file: string): Promise<Buffer> {
  const known = compressedFiles.get(file);
  if (known) return known;
  const body = brotliCompressSync(await readFile(file), { params: { [constants.BROTLI_PARAM_QUALITY]: COMPRESSION_QUALITY } });
  compressedFiles.set(file, body);
  return body;
}
