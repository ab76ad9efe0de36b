import { fn } from "@crm/core/kernel/fn.ts";
import { buildOpenApiDocument } from "@crm/functions/derive/openapi.ts";
import { httpHandler } from "@crm/functions/http/handler.ts";
import { operation } from "@crm/functions/http/operation.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { expect, it } from "vitest";
import * as z from "zod";
import { startTestApp } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

/** A deprecated operation (docs/versions.md). */
const declaration = {
  method: "GET",
  path: "/former",
  tag: "System",
  access: "public",
  summary: "What was there before",
} as const;
const verb = fn(z.strictObject({}), async () => ({ status: "ok" }));
const formerOperation = operation({
  ...declaration,
  name: "former",
  verb,
  output: z.object({ status: z.string() }),
  deprecated: { since: "2026-11-01", sunset: "2027-11-01", instead: "/api/v1/latter" },
});

it("a deprecated operation states since, until and replacement in each response and in the document", async () => {
  const app = await startTestApp();
  const handler = httpHandler([formerOperation], app.ports);
  const ask = (query: string) =>
    handler(
      partOf<APIGatewayProxyEventV2>({
        rawPath: "/api/v1/former",
        rawQueryString: query,
        headers: {},
        requestContext: {
          requestId: "one",
          http: { method: "GET", path: "/api/v1/former", sourceIp: "127.0.0.1", userAgent: "test" },
        },
      }),
    );
  for (const [query, statusCode] of [
    ["", 200],
    ["other=1", 400],
  ] as const)
    expect(await ask(query)).toMatchObject({
      statusCode,
      headers: {
        deprecation: "@1793491200",
        sunset: "Mon, 01 Nov 2027 00:00:00 GMT",
        link: '</api/v1/latter>; rel="successor-version"',
      },
    });
  await app.stop();
  const { paths } = buildOpenApiDocument([formerOperation], "https://crm.example") as {
    paths: Record<string, Record<string, object>>;
  };
  expect(paths["/api/v1/former"]?.get).toMatchObject({
    deprecated: true,
    description: expect.stringContaining("Deprecated since 2026-11-01, removed on 2027-11-01: /api/v1/latter."),
  });
});
