import { EDGE_HEADER, type EdgeSecretSource } from "@crm/aws/edge.ts";
import { edge } from "@crm/aws/ports/edge.ts";
import { createRequestHandler } from "@crm/aws/request-handler.ts";
import { useRequest } from "@crm/core/kernel/context.ts";
import { Unavailable } from "@crm/core/kernel/error.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { operation } from "@crm/functions/http/operation.ts";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";

/** Which requests pass when CloudFront is in front of the gateway, and which client address is trusted. */
const [SECRET, OTHER_SECRET] = ["1".repeat(64), "2".repeat(64)];
const CLOUDFRONT = "130.176.1.1";

beforeAll(() => vi.stubEnv("CRM_ALLOW_ORIGINS", "*"));
afterAll(() => vi.unstubAllEnvs());

/** Returns the caller's address. */
const addressOperation = operation({
  name: "whence",
  method: "GET",
  path: "/whence",
  tag: "Test",
  summary: "Whence",
  access: "public",
  verb: fn(z.object({}), async () => ({ ip: useRequest().ip })),
  output: z.object({ ip: z.string() }),
});

async function sendRequest(headers: Record<string, string>, values: EdgeSecretSource = async () => [SECRET, OTHER_SECRET]) {
  const handler = createRequestHandler("whence", [addressOperation], {}, values);
  const http = { method: "GET", path: "/api/v1/whence", sourceIp: CLOUDFRONT };
  const event = { rawPath: "/api/v1/whence", rawQueryString: "", headers, requestContext: { requestId: "r-1", http } };
  const { statusCode, body, headers: sent } = await handler(event as unknown as APIGatewayProxyEventV2, {} as Context);
  return { status: statusCode, retryAfter: sent?.["retry-after"], ...JSON.parse(String(body)) };
}

describe("a request with an edge", () => {
  it.each([
    ["no header", {}],
    ["an empty one", { [EDGE_HEADER]: "" }],
    ["a wrong one", { [EDGE_HEADER]: "3".repeat(64) }],
    ["the beginning of a right one", { [EDGE_HEADER]: SECRET.slice(0, 63) }],
    ["both in one", { [EDGE_HEADER]: `${SECRET},${OTHER_SECRET}` }],
  ])("with %s is rejected in the standard envelope", async (_, headers) => {
    const answer = await sendRequest({ ...headers, "x-forwarded-for": `198.51.100.7, ${CLOUDFRONT}` });
    expect(answer).toEqual({
      status: 403,
      success: false,
      error: { code: "FORBIDDEN", message: expect.stringContaining("public address"), details: [], request_id: "r-1" },
    });
  });

  it.each([SECRET, OTHER_SECRET])(
    "with either value is accepted, with the client address from CloudFront (%s)",
    async (value) => {
      const answer = await sendRequest({ [EDGE_HEADER]: value, "x-forwarded-for": `198.51.100.7, ${CLOUDFRONT}` });
      expect([answer.status, answer.data?.ip]).toEqual([200, "198.51.100.7"]);
    },
  );

  it.each([
    ["forged in front", `203.0.113.9, 198.51.100.7, ${CLOUDFRONT}`, "198.51.100.7"],
    ["forged as CloudFront", `${CLOUDFRONT}, 198.51.100.7, ${CLOUDFRONT}`, "198.51.100.7"],
    ["of IPv6", `2001:db8::7, ${CLOUDFRONT}`, "2001:db8::7"],
    ["that the gateway did not add to", "198.51.100.7", "198.51.100.7"],
    ["that is none", `no-address, ${CLOUDFRONT}`, CLOUDFRONT],
    ["that is missing", "", CLOUDFRONT],
  ])("gets the client address from a header %s", async (_, forwarded, ip) => {
    const answer = await sendRequest({ [EDGE_HEADER]: SECRET, "x-forwarded-for": forwarded });
    expect(answer.data?.ip).toBe(ip);
  });
});

describe("a request whose function has no secrets of the edge yet", () => {
  it("is answered with 503 while Parameter Store throttles, and fails if it fails", async () => {
    const answer = await sendRequest({ [EDGE_HEADER]: SECRET }, () => Promise.reject(new Unavailable(10)));
    expect([answer.status, answer.retryAfter, answer.error.code]).toEqual([503, "10", "UNAVAILABLE"]);
    const failure = sendRequest({ [EDGE_HEADER]: SECRET }, () => Promise.reject(new Error("Parameter Store is down")));
    await expect(failure).rejects.toThrow("Parameter Store is down");
  });
});

describe("a request without an edge", () => {
  it("gets the client address from the gateway, regardless of its headers", async () => {
    const headers = { "x-forwarded-for": `198.51.100.7, ${CLOUDFRONT}`, "cloudfront-viewer-address": "198.51.100.7:1" };
    vi.stubEnv("CRM_EDGE", "");
    const handler = createRequestHandler("whence", [addressOperation], {}, edge());
    const http = { method: "GET", path: "/api/v1/whence", sourceIp: "192.0.2.1" };
    const event = { rawPath: "/api/v1/whence", rawQueryString: "", headers, requestContext: { requestId: "r-1", http } };
    const { body } = await handler(event as unknown as APIGatewayProxyEventV2, {} as Context);
    expect(JSON.parse(String(body)).data.ip).toBe("192.0.2.1");
  });
});
