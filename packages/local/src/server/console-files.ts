import { existsSync, readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

/** The path below which the console is served. */
const CONSOLE_PATH = "/crm";

/** The console as it was built (docs/console/README.md). */
const BUILT_FOLDER = fileURLToPath(new URL("../../../console/built/", import.meta.url));
const ASSETS_PATH = `${CONSOLE_PATH}/assets/`;

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};
const COMPRESSED = new Set([".css", ".html", ".js", ".json", ".svg"]);

interface BuiltHeaders {
  readonly page: Readonly<Record<string, string>>;
  readonly assets: Readonly<Record<string, string>>;
}

let headers: BuiltHeaders | undefined;
const readHeaders = (folder: string): BuiltHeaders =>
  (headers ??= JSON.parse(readFileSync(join(folder, "headers.json"), "utf8")) as BuiltHeaders);

/** Compressed files by their path. They never change while the server runs. */
const compressedFiles = new Map<string, Buffer>();

export const isConsoleRequest = ({ url = "/", method }: IncomingMessage): boolean =>
  (method === "GET" || method === "HEAD") && /^\/crm(?:[/?]|$)/.test(url);

/** Serves the console: a file of the build below `/crm/assets`, and its one page for every other path. */
export async function serveConsole(request: IncomingMessage, response: ServerResponse, folder = BUILT_FOLDER): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (!existsSync(join(folder, "index.html"))) {
    response
      .writeHead(404, { "content-type": "text/plain; charset=utf-8" })
      .end("The console is not built: run npm run build:console\n");
    return;
  }
  const isAsset = pathname.startsWith(ASSETS_PATH);
  const file = join(folder, isAsset ? join("assets", normalize(pathname.slice(ASSETS_PATH.length))) : "index.html");
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
  const { page, assets } = readHeaders(folder);
  const type = extname(file);
  const isCompressed = COMPRESSED.has(type) && /\bbr\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const body = isCompressed ? await compressFile(file) : await readFile(file);
  response.writeHead(200, {
    ...(isAsset ? assets : page),
    "content-type": contentTypes[type] ?? "application/octet-stream",
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
