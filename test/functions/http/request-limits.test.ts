import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request as requestOf } from "node:http";
import { connect } from "node:net";
import { Failure, invalidAll } from "@crm/core/kernel/error.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { buildErrorBody, MAX_ERROR_BYTES, MAX_ERROR_DETAILS } from "@crm/functions/http/error-body.ts";
import { decodeUtf8, MAX_VALUES, measureJson } from "@crm/functions/http/json.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

/** Limits on the work that a request causes before it is authenticated and validated. */
let app: App;
let tenant: Tenant;
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  app = await startTestApp({ logFrom: "error" });
  tenant = await signUp(app);
  server = await startServer(app, 0, { bodyWithin: 100 });
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

const buildWideJson = (count: number): string => `{${Array.from({ length: count }, (_, index) => `"f${index}":1`).join(",")}}`;

interface ErrorAnswer {
  success: boolean;
  error: { code: string; message: string; details: { field: string; message: string }[] };
}

async function postBody(path: string, body: string, token?: string) {
  const answer = await inProcessTransport(
    app,
    token,
  )({
    method: "POST",
    path: `/api/v1${path}`,
    query: "",
    headers: { "content-type": "application/json" },
    body,
  });
  return { ...answer, ...(JSON.parse(answer.body) as ErrorAnswer) };
}

const catchFailure = (work: () => unknown): Failure => {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
};

describe("H5 a request with too many fields", () => {
  it("without a user is rejected before it is parsed, with a short response", async () => {
    const { status, body, error } = await postBody("/auth/login", buildWideJson(400_000));
    expect([status, error.code, error.details]).toEqual([
      400,
      "VALIDATION_ERROR",
      [{ field: "", message: "The body has more than 1,000 fields and list elements" }],
    ]);
    expect(Buffer.byteLength(body)).toBeLessThan(1000);
  });

  it("of a user is rejected too, wherever the fields are", async () => {
    const wideBody = `{"last_name":"B","metadata":${buildWideJson(400_000)}}`;
    const { status, error } = await postBody("/leads", wideBody, tenant.token);
    expect([status, error.details[0]?.message]).toEqual([400, "The body has more than 20,000 fields and list elements"]);
  });

  it("gets at most 100 details, with the number of further ones", async () => {
    const { body, error } = await postBody("/leads", buildWideJson(15_000), tenant.token);
    expect(error.details).toHaveLength(MAX_ERROR_DETAILS);
    // One failure for each key, and one because the person's data is missing.
    expect(error.message).toBe("Validation failed; 14901 more errors are not shown");
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_ERROR_BYTES);
  });

  it("gets a response of at most 64 kB, for names of any length and script", () => {
    for (const letter of ["x", "\u0001", "漢", "👩", '"']) {
      const details = Array.from({ length: 300 }, (_, index) => ({
        field: letter.repeat(40_000) + index,
        message: letter.repeat(9000),
      }));
      const errorBody = buildErrorBody(invalidAll(details), (message) => message);
      expect(
        Buffer.byteLength(JSON.stringify({ success: false, error: { ...errorBody, request_id: randomUUID() } })),
      ).toBeLessThan(MAX_ERROR_BYTES);
      expect(errorBody.details.length).toBeGreaterThan(10);
    }
  });

  it.each([
    ["{}", 2, 1],
    ['{"a":1,"b":[1,2,{"c":"x,{[\\"]"}]}', 7, 3],
    ['"[[[[,,,,"', 1, 0],
    ["[".repeat(100), 101, 100],
  ])("counts the values and the depth of %s", (text, values, depth) => {
    expect(measureJson(text)).toEqual({ values, depth });
  });

  it("is rejected in forms and parts of forms too", async () => {
    const form = { method: "POST", path: "/api/v1/leads/import", query: "", body: "" };
    const part = (name: string) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${buildWideJson(9000)}\r\n`;
    const multipart = await inProcessTransport(
      app,
      tenant.token,
    )({
      ...form,
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body: `${part("mapping")}${part("value_map")}${part("options")}--b--\r\n`,
    });
    expect([multipart.status, multipart.body]).toEqual([400, expect.stringContaining("The form has more than 20,000 fields")]);
    const names = Array.from({ length: MAX_VALUES.anonymous + 1 }, (_, index) => `f${index}=1`).join("&");
    const posted = await inProcessTransport(app)({
      ...form,
      path: "/api/v1/public/forms/frm_none",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: names,
    });
    expect([posted.status, posted.body]).toEqual([400, expect.stringContaining("more than 1,000 fields")]);
  });
});

describe("I6 bytes that are not UTF-8", () => {
  it.each([
    ["Latin-1", Buffer.from('{"first_name":"J\xfcrgen"}', "latin1"), 16, "FC"],
    ["Latin-1 that begins like a character", Buffer.from('{"first_name":"Ren\xe9 B"}', "latin1"), 18, "E9"],
    ["a character cut off", Buffer.from([0x22, 0xf0, 0x9f, 0x98]), 1, "F0"],
    ["a character written too long", Buffer.from([0x61, 0xc0, 0x80]), 1, "C0"],
    ["half of a pair", Buffer.from([0x61, 0xed, 0xa0, 0x80]), 1, "ED"],
    ["UTF-16", Buffer.from("\ufeff{}", "utf16le"), 0, "FF"],
  ])("(%s) are rejected with the position of the invalid byte", (_, bytes, offset, hex) => {
    expect(catchFailure(() => decodeUtf8(bytes)).details).toEqual([
      { field: "", message: `The body is not UTF-8: byte ${offset} (counted from 0) is 0x${hex}` },
    ]);
  });

  it("are rejected over HTTP in a body, a form and a query", async () => {
    const headers = { authorization: `Bearer ${tenant.token}`, "content-type": "application/json" };
    const body = Buffer.from('{"first_name":"J\xfcrgen","last_name":"B"}', "latin1");
    const answer = await fetch(`${server.url}/api/v1/leads`, { method: "POST", headers, body });
    const { error } = (await answer.json()) as ErrorAnswer;
    expect([answer.status, error.details[0]?.message]).toEqual([400, "The body is not UTF-8: byte 16 (counted from 0) is 0xFC"]);
    const query = await fetch(`${server.url}/api/v1/leads?search=J%FCrgen`, { headers });
    expect(query.status).toBe(400);
  });
});

// test/kernel/text-content.test.ts has the table of what is refused.
describe("I9 characters that cannot be stored", () => {
  it.each([
    ["POST", "/leads", '{"last_name":"x\\u0000y"}', "last_name", "NUL"],
    ["POST", "/leads", '{"last_name":"\\ud83d"}', "last_name", "surrogate"],
    ["POST", "/customers", '{"custom_fields":{"a":{"__proto__":{"x":1}}}}', "custom_fields.a.__proto__", "__proto__"],
    ["POST", "/leads", '{"__proto__":1}', "__proto__", "__proto__"],
    ["POST", "/leads", '{"b\\u0000":1}', "", "NUL"],
    ["GET", "/leads?search=a%00b", undefined, "search", "NUL"],
    ["GET", "/leads?fields=id,a%00b", undefined, "fields", ""],
  ])("are refused over HTTP: %s %s %s", async (method, path, body, field, word) => {
    const headers = { authorization: `Bearer ${tenant.token}`, "content-type": "application/json" };
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: body ?? null });
    const { error } = (await answer.json()) as ErrorAnswer;
    expect([answer.status, error.details.find((detail) => detail.field === field)?.message]).toEqual([
      400,
      expect.stringContaining(word),
    ]);
  });
});

describe("unknown paths", () => {
  it.each(["/api/v1/docs/__proto__", "/api/v1/docs/constructor", "//", "//evil.example/", "/api/v1/__proto__"])(
    "are a 404: %s",
    async (path) => {
      const { port } = new URL(server.url);
      const sent = requestOf({ host: "127.0.0.1", port, path });
      sent.end();
      const [answer] = await once(sent, "response");
      answer.resume();
      expect(answer.statusCode).toBe(404);
    },
  );
});

describe("every answer", () => {
  it.each([["/api/v1/docs"], ["/api/v1/leads"], ["/health"], ["/nothing"]])("has security headers: %s", async (path) => {
    const event = partOf<APIGatewayProxyEventV2>({
      rawPath: path,
      headers: {},
      requestContext: { http: { method: "GET", sourceIp: "127.0.0.1" }, requestId: "" },
    });
    const { headers } = await app.handlers[functionFor(path)](event);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "strict-transport-security": expect.stringContaining("max-age="),
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
    });
  });
});

describe("a body that arrives too slowly", () => {
  it("is aborted", async () => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      "POST /api/v1/auth/login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{",
    );
    let receivedText = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      receivedText += text;
    });
    await once(socket, "close");
    expect(receivedText).toMatch(/^HTTP\/1\.1 408 .*REQUEST_TIMEOUT/s);
  });
});
