import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RawResponse } from "../http/operation.ts";
import { buildScript } from "./page-script.ts";

/** The files of Swagger UI. All come from this server: none of our pages calls another server. */
const assets: ReadonlyMap<string, string> = new Map([
  ["swagger-ui.css", "text/css; charset=utf-8"],
  ["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
  ["favicon-32x32.png", "image/png"],
]);

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CRM API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<style>body { margin: 0 } .swagger-ui .topbar { display: none } .swagger-ui .info { margin: 24px 0 8px }
/* These default colours have too little contrast. */
.swagger-ui .info .title small { background: #4f5663 } .swagger-ui .info .title small.version-stamp { background: #3f6212 }
.swagger-ui .info .link, .swagger-ui .info a { color: #1d4ed8 }</style>
</head>
<body>
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

export const docsPage = (): RawResponse => new RawResponse("text/html; charset=utf-8", html, headers);

/** Returns a file of the page, or undefined if the page has no file of this name. */
export async function readAsset(name: string): Promise<RawResponse | undefined> {
  const cacheHeaders = { "cache-control": "max-age=86400" };
  if (name === "start.js") return new RawResponse("text/javascript; charset=utf-8", buildScript(), cacheHeaders);
  const type = assets.get(name);
  if (!type) return undefined;
  const body = await readFile(join(assetFolder(), name));
  return type.startsWith("image/")
    ? new RawResponse(type, body, cacheHeaders)
    : new RawResponse(type, body.toString(), cacheHeaders);
}

/** In a deployment the files are beside the bundle, otherwise in the package. */
function assetFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  } catch {
    return join(dirname(fileURLToPath(import.meta.url)), "swagger-ui");
  }
}
