import { usePorts } from "@crm/core/kernel/context.ts";
import { notFound } from "@crm/core/kernel/error.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { text } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import { operation } from "../http/operation.ts";
import { page } from "../http/page.ts";

/** What describes the system itself. The document is made when it is asked for, from all operations, these included. */
const nothing = z.strictObject({});

const operations = [
  operation({
    name: "health",
    method: "GET",
    path: "/health",
    tag: "System",
    access: "public",
    summary: "Whether the system answers",
    verb: fn(nothing, async () => ({ status: "ok" })),
    output: z.object({ status: z.literal("ok") }),
  }),
  operation({
    name: "openapi",
    method: "GET",
    path: "/openapi.json",
    tag: "System",
    access: "public",
    summary: "This document",
    verb: fn(nothing, async () => (await import("../docs/document.ts")).document(usePorts().origin)),
    kind: "raw",
  }),
  operation({
    name: "docs",
    method: "GET",
    path: "/docs",
    tag: "System",
    access: "public",
    summary: "This document, for people",
    verb: fn(nothing, async () => (await import("../docs/page.ts")).page()),
    kind: "raw",
  }),
  operation({
    name: "docsAsset",
    method: "GET",
    path: "/docs/{file}",
    tag: "System",
    access: "public",
    summary: "What the page is made of",
    verb: fn(z.strictObject({ file: text(100) }), async ({ file }) => {
      const asset = await (await import("../docs/page.ts")).asset(file);
      if (!asset) throw notFound();
      return asset;
    }),
    kind: "raw",
  }),
  ...(["/", "/docs"] as const).map((path) =>
    page({
      name: path === "/" ? "homePage" : "docsPage",
      method: "GET",
      path,
      summary: "What there is at this address",
      verb: fn(nothing, async () => (await import("../pages/home.ts")).show()),
    }),
  ),
  {
    ...page({
      name: "recordPage",
      method: "GET",
      path: "/{records}/{id}",
      summary: "Where mails lead that speak of a record",
      verb: fn(z.object({ records: text(64), id: text(64) }), async ({ records, id }) =>
        (await import("../pages/record.ts")).show(records, id),
      ),
    }),
    // Most of what has two parts is no page at all.
    refusal: undefined,
  },
];

export const meta = serves(operations, { uses: ["domains"], isOpen: true });
