import { withCors } from "@crm/functions/http/cors.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";

/** Which origins may read the answers of a deployed function. */
const callHandler = async (method: string, origin: string | undefined, allowed: string[]) => {
  const event = { headers: origin ? { origin } : {}, requestContext: { http: { method } } } as unknown as APIGatewayProxyEventV2;
  const handler = withCors("leads", allowed, async () => ({ statusCode: 200, headers: { etag: '"1"' } }));
  const { statusCode, headers = {} } = await handler(event);
  return { statusCode, open: headers["access-control-allow-origin"], headers };
};

describe("M8 a page of another origin", () => {
  it("gets the headers of a preflight if it is allowed", async () => {
    const preflight = await callHandler("OPTIONS", "https://a.example", ["https://a.example", "https://b.example"]);
    expect(preflight).toMatchObject({ statusCode: 204, open: "https://a.example" });
    expect(preflight.headers["access-control-allow-headers"]).toContain("idempotency-key");
    expect(preflight.headers["access-control-allow-credentials"]).toBeUndefined();
  });

  it.each([
    ["https://a.example", ["https://a.example"], "https://a.example"],
    ["https://evil.example", ["https://a.example"], undefined],
    ["https://a.example.evil.example", ["https://a.example"], undefined],
    ["null", ["https://a.example"], undefined],
    ["https://any.example", ["*"], "*"],
    [undefined, ["https://a.example"], undefined],
  ])("from %s, with %j allowed, gets %s", async (origin, allowed, open) => {
    for (const method of ["GET", "POST", "OPTIONS"]) expect((await callHandler(method, origin, allowed)).open).toBe(open);
    const { headers } = await callHandler("GET", origin, allowed);
    expect(headers.etag).toBe('"1"');
    if (!allowed.includes("*")) expect(headers.vary).toBe("origin");
  });
});
