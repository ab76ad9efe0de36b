import { usePorts } from "@crm/core/kernel/context.ts";
import { notFound } from "@crm/core/kernel/error.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { text } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { BASE_PATH, operation, RawResponse } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/** Operations that describe the system itself. The OpenAPI document is built on request from all operations, including these. */
const emptyInput = z.strictObject({});

/** Pages decide themselves whether search engines may index them, by a header; the API has nothing to index. */
const ROBOTS = `User-agent: *\nDisallow: ${BASE_PATH}/\n`;
const dayCache = { "cache-control": "public, max-age=86400" };

/** A file that browsers and crawlers request at a fixed path of every origin. */
const wellKnownFile = <const N extends string>(name: N, path: string, summary: string, read: () => Promise<RawResponse>) =>
  operation({ name, method: "GET", path, tag: "Pages", access: "public", kind: "page", summary, verb: fn(emptyInput, read) });

const operations = [
  operation({
    name: "health",
    method: "GET",
    path: "/health",
    tag: "System",
    access: "public",
    summary: "Check whether the system responds",
    verb: fn(emptyInput, async () => ({ status: "ok" })),
    output: z.object({ status: z.literal("ok") }),
  }),
  operation({
    name: "openapi",
    method: "GET",
    path: "/openapi.json",
    tag: "System",
    access: "public",
    summary: "Read the OpenAPI document",
    verb: fn(emptyInput, async () => (await import("../../docs/openapi-document.ts")).openApiDocument(usePorts().origin)),
    kind: "raw",
  }),
  operation({
    name: "docs",
    method: "GET",
    path: "/docs",
    tag: "System",
    access: "public",
    summary: "Show this document as a web page",
    verb: fn(emptyInput, async () => (await import("../../docs/page.ts")).docsPage()),
    kind: "raw",
  }),
  operation({
    name: "docsAsset",
    method: "GET",
    path: "/docs/{file}",
    tag: "System",
    access: "public",
    summary: "Get a file of the documentation page",
    verb: fn(z.strictObject({ file: text(100) }), async ({ file }) => {
      const asset = await (await import("../../docs/page.ts")).readAsset(file);
      if (!asset) throw notFound();
      return asset;
    }),
    kind: "raw",
  }),
  ...(["/", "/docs"] as const).map((path) =>
    pageOperation({
      name: path === "/" ? "homePage" : "docsPage",
      method: "GET",
      path,
      summary: path === "/" ? "Lead a browser to the web console, and others to the home page" : "Show the home page",
      verb: fn(emptyInput, async () => {
        const home = await import("../../pages/home.ts");
        return path === "/" ? home.redirectToConsole() : home.show();
      }),
    }),
  ),
  pageOperation({
    name: "mailFrame",
    method: "GET",
    path: "/mail-frame",
    summary: "Frame in which the web console shows a mail",
    verb: fn(emptyInput, async () => (await import("../../pages/mail-frame.ts")).showMailFrame()),
  }),
  wellKnownFile(
    "robotsFile",
    "/robots.txt",
    "Tell crawlers which paths to leave out",
    async () => new RawResponse("text/plain; charset=utf-8", ROBOTS, dayCache),
  ),
  wellKnownFile("favicon", "/favicon.ico", "Get the icon of the pages", async () => {
    const icon = await (await import("../../docs/page.ts")).readAsset("favicon-32x32.png");
    if (!icon) throw notFound();
    return new RawResponse(icon.contentType, icon.body, dayCache);
  }),
  {
    ...pageOperation({
      name: "recordPage",
      method: "GET",
      path: "/{records}/{id}",
      summary: "Page of a record, linked from emails",
      verb: fn(z.object({ records: text(64), id: text(64) }), async ({ records, id }) =>
        (await import("../../pages/record.ts")).show(records, id),
      ),
    }),
    // Most paths of two segments are no pages, so errors are answered as JSON.
    refusal: undefined,
  },
];

export const meta = defineApiFunction(operations, { uses: ["domains"], isOpen: true });
