import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, relative, resolve } from "node:path";
import type { ConsoleHeaders } from "../../packages/console/vite/header-plugin.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Serves a build of the console with the headers that it names. Each address that is no file answers with the page. */
export async function serveBuild(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  const headers = JSON.parse(readFileSync(join(folder, "headers.json"), "utf8")) as ConsoleHeaders;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, asset] = /^\/crm\/(assets\/[\w.-]+)$/.exec(pathname) ?? [];
    const file = resolve(folder, asset ?? "index.html");
    if (relative(folder, file).startsWith("..")) throw new Error(`${pathname} is outside of the build`);
    response.writeHead(200, {
      ...(asset === undefined ? headers.page : headers.assets),
      "content-type": CONTENT_TYPES[extname(file)] ?? "application/octet-stream",
    });
    response.end(readFileSync(file));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
