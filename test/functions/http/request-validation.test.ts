import { randomUUID } from "node:crypto";
import { functionFor } from "@crm/functions/derive/routes.ts";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp({ logFrom: "error" });
  tenant = await signUp(app);
});
afterAll(() => app.stop());

interface RawRequest {
  method?: string;
  path?: string;
  query?: string;
  body?: string;
  base64?: boolean;
  headers?: Record<string, string>;
}

async function sendRequest({
  method = "POST",
  path = "/api/v1/leads",
  query = "",
  body,
  base64 = false,
  headers = {},
}: RawRequest) {
  const event = partOf<APIGatewayProxyEventV2>({
    version: "2.0",
    rawPath: path,
    rawQueryString: query,
    headers: { authorization: `Bearer ${tenant.token}`, "content-type": "application/json", ...headers },
    requestContext: { http: { method, path, sourceIp: "127.0.0.1", userAgent: "test" }, requestId: randomUUID() },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: base64,
  });
  const answer = await app.handlers[functionFor(path)](event);
  const json = JSON.parse(answer.body ?? "{}") as { error?: { code: string; details: { field: string }[]; request_id: string } };
  return { status: answer.statusCode, headers: answer.headers as Record<string, string>, error: json.error };
}

const validBody = JSON.stringify({ first_name: "Grace", last_name: "Hopper" });

describe("a path that clients and crawlers know without the documentation", () => {
  const readPath = async (path: string) => {
    const http = { method: "GET", path, sourceIp: "127.0.0.1", userAgent: "test" };
    const event = { rawPath: path, rawQueryString: "", headers: {}, requestContext: { http, requestId: "r" } };
    const { statusCode, headers, body = "" } = await app.handlers[functionFor(path)](event as APIGatewayProxyEventV2);
    return { statusCode, type: String(headers?.["content-type"]), body };
  };

  it("answers the health check at the origin and below the base path", async () => {
    const answer = { statusCode: 200, body: JSON.stringify({ success: true, data: { status: "ok" }, meta: {} }) };
    for (const path of ["/health", "/api/v1/health"]) expect(await readPath(path)).toMatchObject(answer);
    expect(await sendRequest({ method: "POST", path: "/api/v1/health" })).toMatchObject({ status: 405 });
  });

  it("says at / where the API is, how to sign up and how to sign in", async () => {
    const { statusCode, body } = await readPath("/");
    expect(statusCode).toBe(200);
    for (const path of ["/api/v1/docs", "/api/v1/openapi.json", "/health", "/api/v1/auth/signup", "/api/v1/auth/login"])
      expect(body).toContain(path);
  });

  it("has an icon, and tells crawlers to leave the API out", async () => {
    expect(await readPath("/favicon.ico")).toMatchObject({ statusCode: 200, type: "image/png" });
    const robots = { statusCode: 200, type: "text/plain; charset=utf-8", body: "User-agent: *\nDisallow: /api/v1/\n" };
    expect(await readPath("/robots.txt")).toEqual(robots);
  });
});

describe("an invalid request", () => {
  it.each([
    ["an unknown path", { path: "/api/v1/nothing" }, 404, "NOT_FOUND"],
    ["a path outside the API", { path: "/nothing" }, 404, "NOT_FOUND"],
    ["a broken escape in the path", { method: "GET", path: "/api/v1/leads/%E0%A4%A" }, 404, "NOT_FOUND"],
    ["an id that is none", { method: "GET", path: "/api/v1/leads/1" }, 404, "NOT_FOUND"],
    ["an id of another kind", { method: "GET", path: "/api/v1/leads/per_000000000000000000" }, 404, "NOT_FOUND"],
    ["another method", { method: "DELETE", path: "/api/v1/leads" }, 405, "METHOD_NOT_ALLOWED"],
    ["no JSON", { body: "{" }, 400, "VALIDATION_ERROR"],
    ["a list", { body: "[]" }, 400, "VALIDATION_ERROR"],
    ["null", { body: "null" }, 400, "VALIDATION_ERROR"],
    ["deep nesting, cut off", { body: "[".repeat(100_000) }, 400, "VALIDATION_ERROR"],
    [
      "deep nesting in a free field",
      { body: `{"first_name":"A","last_name":"B","metadata":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}` },
      400,
      "VALIDATION_ERROR",
    ],
    ["a prototype", { body: '{"first_name":"A","last_name":"B","__proto__":{"x":1}}' }, 400, "VALIDATION_ERROR"],
    [
      "bytes that are no text",
      { body: Buffer.from([0xff, 0xfe, 0x7b]).toString("base64"), base64: true },
      400,
      "VALIDATION_ERROR",
    ],
    ["half a character", { body: '{"first_name":"\\ud800","last_name":"B"}' }, 400, "VALIDATION_ERROR"],
    [
      "another content type",
      { body: "a=b", headers: { "content-type": "application/x-www-form-urlencoded" } },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["a body beyond 5.5 MB", { body: JSON.stringify({ notes: "x".repeat(6_000_000) }) }, 413, "PAYLOAD_TOO_LARGE"],
    ["a query on a write", { query: "a=1", body: validBody }, 400, "VALIDATION_ERROR"],
    ["a parameter twice", { method: "GET", query: "limit=1&limit=2" }, 400, "VALIDATION_ERROR"],
    ["a key that is no key", { body: validBody, headers: { "idempotency-key": "ü" } }, 400, "VALIDATION_ERROR"],
  ])("(%s) gets a matching 4xx", async (_, raw, status, code) => {
    const answer = await sendRequest(raw as RawRequest);
    expect([answer.status, answer.error?.code]).toEqual([status, code]);
    expect(answer.error?.request_id).toBe(answer.headers["x-request-id"]);
  });

  it("gets the allowed methods of the path", async () => {
    const { headers } = await sendRequest({ method: "PATCH" });
    expect(headers.allow?.split(", ").sort()).toEqual(["GET", "HEAD", "POST"]);
  });

  it("names each unknown field", async () => {
    const { error } = await sendRequest({ body: JSON.stringify({ ...JSON.parse(validBody), color: 1, size: 2 }) });
    expect(error?.details.map(({ field }) => field)).toEqual(["color", "size"]);
  });

  it.each(["x".repeat(50_001), "x".repeat(400_000)])("names a field that is too long", async (notes) => {
    const { status, error } = await sendRequest({ body: JSON.stringify({ ...JSON.parse(validBody), notes }) });
    expect([status, error?.details[0]?.field]).toEqual([400, "notes"]);
  });

  it("is accepted with long fields below the item limit of DynamoDB", async () => {
    const wideText = "\u{1F600}".repeat(25_000);
    const { status, error } = await sendRequest({
      body: JSON.stringify({
        ...JSON.parse(validBody),
        notes: wideText,
        description: wideText,
        need: wideText.slice(0, 10_000),
        metadata: {},
      }),
    });
    // Each item has 100,000 bytes, which still fit into one record.
    expect(status).toBe(201);
    expect(error).toBeUndefined();
  });
});

describe("invalid authentication", () => {
  it.each([
    ["none", {}],
    ["another scheme", { authorization: "Basic YTpi" }],
    ["nonsense", { authorization: "Bearer x.y.z" }],
    ["something long", { authorization: `Bearer ${"a".repeat(5000)}` }],
  ])("(%s) gets a 401 with the expected scheme", async (_, headers) => {
    const answer = await sendRequest({ method: "GET", headers: { authorization: "", ...headers } });
    expect([answer.status, answer.error?.code, answer.headers["www-authenticate"]]).toEqual([401, "UNAUTHENTICATED", "Bearer"]);
  });
});

describe("a record", () => {
  it("is returned byte for byte", async () => {
    for (const notes of ["  padded  ", "漢字 العربية", "\u202Eright\u202C", "👩‍👩‍👧‍👦", "a\r\nb\tc", '"\\', "null"]) {
      const { data } = await tenant.admin.createLead(
        newLead({ notes, metadata: { notes, list: [1, null, true, { a: notes }] } }),
      );
      const { data: read } = await tenant.admin.getLead({ id: data.id });
      expect(read.notes).toBe(notes);
      expect(read.metadata).toEqual({ notes, list: [1, null, true, { a: notes }] });
    }
  });

  it("normalizes money and date-times", async () => {
    const { data } = await tenant.admin.createLead(newLead({ budget: "0012.5", next_contact_date: "2030-01-01T02:00:00+02:00" }));
    expect([data.budget, data.next_contact_date]).toEqual(["12.50", "2030-01-01T00:00:00.000Z"]);
  });

  it("reads a date as that day in the tenant's time zone where an instant is expected", async () => {
    const { admin, userId } = await signUp(app, { timezone: "Asia/Tokyo" });
    const { data } = await admin.createLead(newLead({ next_contact_date: "2030-01-02" }));
    expect(data.next_contact_date).toBe("2030-01-01T15:00:00.000Z");
    const readDue = async (contact_due_by: string) => (await admin.listLeads({ contact_due_by })).data.map(({ id }) => id);
    expect([await readDue("2030-01-01"), await readDue("2030-01-02")]).toEqual([[], [data.id]]);
    const absence = { working_hours: null, absences: [{ from: "2030-01-02", to: "2030-01-03" }] };
    const { data: availability } = await admin.replaceUserAvailability({ id: userId, ...absence });
    expect(availability.absences[0]).toMatchObject({ from: "2030-01-01T15:00:00.000Z", to: "2030-01-03T15:00:00.000Z" });
  });

  it("refuses days that do not exist where an instant is expected", async () => {
    const { data } = await tenant.admin.createLead(newLead());
    for (const next_contact_date of ["2030-02-30", "2030-13-01", "2030-1-2", "tomorrow"]) {
      const path = `/api/v1/leads/${data.id}`;
      const { status, error } = await sendRequest({ method: "PATCH", path, body: JSON.stringify({ next_contact_date }) });
      const message = "Must be an RFC 3339 timestamp or a date, YYYY-MM-DD";
      expect([status, error?.details]).toEqual([400, [{ field: "next_contact_date", message }]]);
    }
  });
});
