import { cachedEdgeSecrets, EDGE_HEADER } from "@crm/aws/edge.ts";
import { createRequestHandler } from "@crm/aws/request-handler.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { useRequest } from "@crm/core/kernel/context.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { operation } from "@crm/functions/http/operation.ts";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";

/** Which requests pass when CloudFront is in front of the gateway, and which client address is trusted. */
const [SECRET, OTHER_SECRET] = ["1".repeat(64), "2".repeat(64)];
const CLOUDFRONT = "130.176.1.1";

beforeAll(() => vi.stubEnv("CRM_ALLOW_ORIGINS", "*"));
afterAll(() => vi.unstubAllEnvs());
afterEach(() => Clock.set());

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

async function sendRequest(headers: Record<string, string>, values: readonly string[] | undefined = [SECRET, OTHER_SECRET]) {
  const handler = createRequestHandler("whence", [addressOperation], {}, async () => values);
  const http = { method: "GET", path: "/api/v1/whence", sourceIp: CLOUDFRONT };
  const event = { rawPath: "/api/v1/whence", rawQueryString: "", headers, requestContext: { requestId: "r-1", http } };
  const { statusCode, body } = await handler(event as unknown as APIGatewayProxyEventV2, {} as Context);
  return { status: statusCode, ...JSON.parse(String(body)) };
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

describe("a request without an edge", () => {
  it("gets the client address from the gateway, regardless of its headers", async () => {
    const headers = { "x-forwarded-for": `198.51.100.7, ${CLOUDFRONT}`, "cloudfront-viewer-address": "198.51.100.7:1" };
    const handler = createRequestHandler(
      "whence",
      [addressOperation],
      {},
      cachedEdgeSecrets([], () => Promise.reject(new Error("Nothing is read"))),
    );
    const http = { method: "GET", path: "/api/v1/whence", sourceIp: "192.0.2.1" };
    const event = { rawPath: "/api/v1/whence", rawQueryString: "", headers, requestContext: { requestId: "r-1", http } };
    const { body } = await handler(event as unknown as APIGatewayProxyEventV2, {} as Context);
    expect(JSON.parse(String(body)).data.ip).toBe("192.0.2.1");
  });
});

describe("the values of the edge", () => {
  let now = 0;
  let stored: Record<string, string>;
  let reads = 0;
  const read = async (id: string) => {
    reads++;
    const value = stored[id];
    if (value === undefined) throw new Error("Secrets Manager is down");
    return value;
  };
  const createReader = () => {
    Clock.set(() => now);
    stored = { a: SECRET, b: OTHER_SECRET };
    reads = 0;
    return cachedEdgeSecrets(["a", "b"], async () => read);
  };
  const advanceClock = (minutes: number) => {
    now += minutes * 60_000;
  };

  it("are read once, and a new one is known within a quarter of an hour", async () => {
    const values = createReader();
    expect([await values(), await values(), reads]).toEqual([[SECRET, OTHER_SECRET], [SECRET, OTHER_SECRET], 2]);
    stored.b = "3".repeat(64);
    advanceClock(14);
    expect(await values()).toEqual([SECRET, OTHER_SECRET]);
    advanceClock(1);
    expect(await values()).toEqual([SECRET, stored.b]);
  });

  it("stay the same while they cannot be read, and are read again", async () => {
    const values = createReader();
    await values();
    stored = {};
    advanceClock(20);
    expect(await values()).toEqual([SECRET, OTHER_SECRET]);
    stored = { a: "4".repeat(64), b: OTHER_SECRET };
    expect(await values()).toEqual([SECRET, OTHER_SECRET]);
    advanceClock(1);
    expect(await values()).toEqual([stored.a, OTHER_SECRET]);
  });

  it("reject all requests until they can be read, and if one is too short", async () => {
    const values = createReader();
    stored = {};
    await expect(values()).rejects.toThrow("Secrets Manager is down");
    stored = { a: SECRET, b: "short" };
    await expect(values()).rejects.toThrow("32 characters");
    stored.b = OTHER_SECRET;
    expect(await values()).toEqual([SECRET, OTHER_SECRET]);
  });
});
