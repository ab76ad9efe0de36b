import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Unavailable } from "@crm/core/kernel/error.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Responses as sent by a listening server, without a client that would decode them. */
let app: App;
let server: Awaited<ReturnType<typeof startServer>>;
let tenant: Tenant;
let lead: { id: string; version: number; links: { self: string } };

beforeAll(async () => {
  app = await startTestApp();
  server = await startServer(app, 0);
  tenant = await signUp(app);
  for (let n = 0; n < 5; n++) lead = (await tenant.admin.createLead(newLead())).data as unknown as typeof lead;
  await app.settle();
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

interface RequestOptions {
  method?: string;
  token?: string | undefined;
  headers?: Record<string, string>;
  body?: unknown;
}

const sendRequest = (path: string, { method = "GET", token = tenant.token, headers = {}, body }: RequestOptions = {}) =>
  new Promise<{ status: number; headers: Record<string, string>; bytes: Buffer }>((resolve, reject) => {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const outgoing = request(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...type, ...headers },
    });
    outgoing.once("error", reject);
    outgoing.once("response", async (incoming) => {
      const bytes = Buffer.concat(await incoming.toArray());
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers as Record<string, string>, bytes });
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });

const leads = "/api/v1/leads";

describe("the content coding of a response", () => {
  it.each([
    ["gzip", "gzip", gunzipSync],
    ["gzip, deflate, br", "br", brotliDecompressSync],
    ["br;q=0.1, gzip;q=0.9", "gzip", gunzipSync],
    ["*", "br", brotliDecompressSync],
    ["gzip;q=0, *;q=0.5", "br", brotliDecompressSync],
  ])("for %j is %s, with the same content", async (accepted, coding, decode) => {
    const [plain, coded] = [await sendRequest(leads), await sendRequest(leads, { headers: { "accept-encoding": accepted } })];
    expect([plain.headers["content-encoding"], coded.headers["content-encoding"]]).toEqual([undefined, coding]);
    expect(decode(coded.bytes).equals(plain.bytes)).toBe(true);
    expect(coded.bytes.length).toBeLessThan(plain.bytes.length / 2);
    expect([plain.headers.vary, coded.headers.vary]).toEqual(["accept-encoding", "accept-encoding"]);
    expect(coded.headers.etag).toBe(`W/${plain.headers.etag}`);
  });

  it.each(["", "identity", "deflate", "gzip;q=0", "br;q=0, gzip;q=0.0"])("for %j is identity", async (accepted) => {
    expect((await sendRequest(leads, { headers: { "accept-encoding": accepted } })).headers["content-encoding"]).toBeUndefined();
  });

  it("is identity for small responses and for secrets", async () => {
    const headers = { "accept-encoding": "gzip" };
    expect((await sendRequest("/health", { headers })).headers["content-encoding"]).toBeUndefined();
    const body = { email: tenant.email, password: tenant.password };
    const signedIn = await sendRequest("/api/v1/auth/login", { method: "POST", headers, body });
    expect([signedIn.status, signedIn.bytes.length > 1024]).toEqual([200, true]);
    expect(signedIn.headers["content-encoding"]).toBeUndefined();
  });
});

describe("a response that the client has cached", () => {
  it.each([leads, "/api/v1/masters/lead_sources", "/api/v1/tenant", "/api/v1/openapi.json"])(
    "of %s is not sent again, in either coding",
    async (path) => {
      const first = await sendRequest(path);
      for (const cachedTag of [first.headers.etag, `W/${first.headers.etag}`, `"x", ${first.headers.etag}`, "*"]) {
        const again = await sendRequest(path, { headers: { "if-none-match": cachedTag ?? "", "accept-encoding": "gzip" } });
        const { etag, vary } = again.headers;
        expect([again.status, again.bytes.length, etag, vary]).toEqual([304, 0, first.headers.etag, first.headers.vary]);
      }
      expect((await sendRequest(path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    },
  );

  it("has an ETag by version, query and visibility", async () => {
    const user = await addUser(app, tenant, "DIRECTOR");
    const readTag = async (path: string, token = tenant.token): Promise<string> =>
      (await sendRequest(path, { token })).headers.etag ?? "";
    const before = await readTag(lead.links.self);
    expect(before).toMatch(/^"1\.[\w-]{16}"$/);
    expect(await readTag(leads)).not.toBe(await readTag(`${leads}?limit=2`));
    expect(await readTag("/api/v1/auth/me")).not.toBe(await readTag("/api/v1/auth/me", user.token));
    await tenant.admin.updateLead({ id: lead.id, notes: "Again" });
    const after = await sendRequest(lead.links.self, { headers: { "if-none-match": before } });
    expect([after.status, after.headers.etag?.startsWith('"2.')]).toEqual([200, true]);
  });

  it("matches If-Match by ETag, weak ETag or plain version, and invalid values are rejected by header", async () => {
    const patch = (tag: string) =>
      sendRequest(lead.links.self, { method: "PATCH", headers: { "if-match": tag }, body: { notes: tag } });
    const { headers } = await sendRequest(lead.links.self);
    expect((await patch(headers.etag ?? "")).status).toBe(200);
    for (const tag of ["3", 'W/"4.abc"', '"1.x", "5"']) expect([tag, (await patch(tag)).status]).toEqual([tag, 200]);
    expect((await patch(headers.etag ?? "")).status).toBe(412);
    for (const tag of ["abc", '"x"', '"2', "2.5", ""]) {
      const { status, bytes } = await patch(tag);
      expect([tag, status, JSON.parse(bytes.toString()).error.details[0]?.field]).toEqual([tag, 400, "If-Match"]);
    }
  });
});

describe("response headers", () => {
  it("are the same for HEAD as for GET, without a body", async () => {
    const [getResponse, head] = [await sendRequest(lead.links.self), await sendRequest(lead.links.self, { method: "HEAD" })];
    const { etag, vary } = getResponse.headers;
    expect([head.status, head.bytes.length, head.headers.etag, head.headers.vary]).toEqual([200, 0, etag, vary]);
    expect((await sendRequest("/api/v1/leads/led_nothing", { method: "HEAD" })).status).toBe(404);
    expect((await sendRequest(lead.links.self, { method: "POST", body: {} })).headers.allow?.split(", ")).toContain("HEAD");
  });

  it("give the location of a new record, and mark a replayed response", async () => {
    const headers = { "idempotency-key": "wire-1" };
    const body = newLead();
    const createResponse = await sendRequest(leads, { method: "POST", headers, body });
    const repeated = await sendRequest(leads, { method: "POST", headers, body });
    const { id, links } = JSON.parse(createResponse.bytes.toString()).data;
    expect([createResponse.status, createResponse.headers.location, links.self]).toEqual([
      201,
      `${leads}/${id}`,
      `${leads}/${id}`,
    ]);
    expect([createResponse.headers["idempotent-replayed"], repeated.headers["idempotent-replayed"]]).toEqual([undefined, "true"]);
    expect([repeated.status, repeated.headers.location]).toEqual([201, createResponse.headers.location]);
  });

  it("give the remaining requests of the minute, and none at the limit", async () => {
    const otherTenant = await signUp(app, { rate_limit_per_minute: 20 });
    const remainingCounts: number[] = [];
    for (;;) {
      const { status, headers } = await sendRequest("/api/v1/tenant", { token: otherTenant.token });
      expect(Number(headers["ratelimit-reset"] ?? headers["retry-after"])).toBeLessThanOrEqual(60);
      remainingCounts.push(Number(headers["ratelimit-remaining"]));
      if (status === 429) break;
      expect(headers["ratelimit-limit"]).toBe("20");
    }
    const requestCount = remainingCounts.length - 1;
    // Exact while one process answers.
    expect(remainingCounts).toEqual([...Array.from({ length: requestCount }, (_, index) => requestCount - 1 - index), 0]);
  });

  it("contain the client's request id beside ours", async () => {
    const response = await sendRequest(leads, { headers: { "x-request-id": "job-7/page.3" } });
    expect(response.headers["x-client-request-id"]).toBe("job-7/page.3");
    expect(response.headers["x-request-id"]).not.toBe("job-7/page.3");
    for (const odd of ["a b", "x".repeat(129), "ü"]) {
      const header = { "x-client-request-id": Buffer.from(odd).toString("latin1") };
      expect((await sendRequest(leads, { headers: header })).headers["x-client-request-id"]).toBeUndefined();
    }
  });

  it("let clients cache master data for a minute, and no personal data", async () => {
    const masters = await sendRequest("/api/v1/masters/lead_sources");
    expect([masters.headers["cache-control"], masters.headers.vary]).toEqual([
      "private, max-age=60",
      "authorization, accept-language, x-view-as, accept-encoding",
    ]);
    expect((await sendRequest(leads)).headers["cache-control"]).toBe("no-store");
  });

  it("allow requests and preflights from other origins, as deployed", async () => {
    const headers = { origin: "https://console.example" };
    const preflight = await sendRequest(leads, { method: "OPTIONS", headers });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([204, "*"]);
    expect(preflight.headers["access-control-allow-headers"]).toContain("if-none-match");
    const read = await sendRequest(leads, { headers });
    const exposed = read.headers["access-control-expose-headers"]?.split(", ");
    for (const name of ["etag", "location", "ratelimit-remaining", "idempotent-replayed", "x-client-request-id"])
      expect(exposed).toContain(name);
  });
});

describe("a request for which there is no capacity", () => {
  it("gets a 503 that says when to repeat it, at a read and at a write", async () => {
    const { database } = app.ports;
    const { send } = database;
    database.send = () => Promise.reject(new Unavailable(10));
    try {
      for (const options of [{}, { method: "POST", body: newLead() }]) {
        const { status, headers, bytes } = await sendRequest(leads, options);
        expect([status, headers["retry-after"]]).toEqual([503, "10"]);
        const { error } = JSON.parse(bytes.toString());
        expect([error.code, error.message]).toEqual(["UNAVAILABLE", expect.stringContaining("Retry-After")]);
      }
    } finally {
      database.send = send;
    }
  });
});
