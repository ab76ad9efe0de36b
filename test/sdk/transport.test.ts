import {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  RuleViolationError,
  ServerError,
  TimeoutError,
  ValidationError,
  VersionConflictError,
} from "@crm/sdk/index.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { waitUntil } from "../support/app.ts";
import { createStubClient, ok, refuse, type StubAnswer } from "./stub.ts";

const lost = new TypeError("fetch failed", { cause: new Error("read ECONNRESET") });
const LEAD = { last_name: "Hopper" };

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a request", () => {
  it.each<[string, (crm: ReturnType<typeof createStubClient>["crm"]) => PromiseLike<unknown>, string, unknown]>([
    [
      "a record",
      (crm) => crm.leads.get("led_1", { expand: ["labels", "owner"] }),
      "GET /api/v1/leads/led_1?expand=labels%2Cowner",
      undefined,
    ],
    ["a creation", (crm) => crm.leads.create(LEAD), "POST /api/v1/leads", LEAD],
    ["a replacement", (crm) => crm.leads.replace("led_1", LEAD), "PUT /api/v1/leads/led_1", LEAD],
    ["a change", (crm) => crm.leads.update("led_1", LEAD), "PATCH /api/v1/leads/led_1", LEAD],
    ["a deletion", (crm) => crm.leads.delete("led_1"), "DELETE /api/v1/leads/led_1", undefined],
    [
      "a deletion with a query",
      (crm) => crm.activities.delete("act_1", { query: { apply_to: "ALL" } }),
      "DELETE /api/v1/activities/act_1?apply_to=ALL",
      undefined,
    ],
    [
      "an action of a record",
      (crm) => crm.leads("led_1").convert({ override_reason: "Fair" }),
      "POST /api/v1/leads/led_1/convert",
      { override_reason: "Fair" },
    ],
    ["an action without input", (crm) => crm.leads("led_1").restore(), "POST /api/v1/leads/led_1/restore", undefined],
    [
      "an action of a collection",
      (crm) => crm.leads.assign({ lead_ids: ["led_1"], owner_id: "usr_1" }),
      "POST /api/v1/leads/assign",
      { lead_ids: ["led_1"], owner_id: "usr_1" },
    ],
    ["a value of a record", (crm) => crm.leads("led_1").score.get(), "GET /api/v1/leads/led_1/score", undefined],
    [
      "a list below a record",
      (crm) => crm.support.tickets("tic_1").comments.list().page(),
      "GET /api/v1/support/tickets/tic_1/comments",
      undefined,
    ],
    [
      "names with hyphens",
      (crm) => crm.priceBooks("pbk_1").entries.get("pbe_1"),
      "GET /api/v1/price-books/pbk_1/entries/pbe_1",
      undefined,
    ],
    ["a name that is a number", (crm) => crm.customers("cus_1")["360"].get(), "GET /api/v1/customers/cus_1/360", undefined],
    [
      "filters",
      (crm) =>
        crm.leads
          .list({ created_at: { gte: "2026-01-01" }, status: { in: ["new", "won"] }, is_converted: false, search: undefined })
          .page(),
      "GET /api/v1/leads?created_at%5Bgte%5D=2026-01-01&status%5Bin%5D=new%2Cwon&is_converted=false",
      undefined,
    ],
    [
      "declared search paths",
      (crm) => crm.leads.list({ paths: { "custom_fields.region": "north" } }).page(),
      "GET /api/v1/leads?custom_fields.region=north",
      undefined,
    ],
    ["a link", (crm) => crm.request("GET", "/api/v1/persons/per_1"), "GET /api/v1/persons/per_1", undefined],
    ["an id with other characters", (crm) => crm.tags.delete("a/b?c"), "DELETE /api/v1/tags/a%2Fb%3Fc", undefined],
  ])("for %s has its path", async (_, call, line, body) => {
    const { crm, sent } = createStubClient([ok([], { next_cursor: null })]);
    await call(crm);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([line]);
    expect(sent[0]?.body).toEqual(body);
  });

  it.each(["", ".", ".."])("is not sent for the id %j", (id) => {
    const { crm, sent } = createStubClient([]);
    expect(() => crm.leads.get(id)).toThrow(TypeError);
    expect(() => crm.leads(id)).toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  it.each(["https://other.example/api/v1/leads", "//other.example/x", "leads"])(
    "is not sent to %s, which would get the token",
    async (path) => {
      const { crm, sent } = createStubClient([], { auth: { apiKey: "key" } });
      await expect(crm.request("GET", path)).rejects.toThrow(TypeError);
      expect(sent).toEqual([]);
    },
  );

  it("has the headers of its options", async () => {
    const { crm, sent } = createStubClient([ok({})], { auth: { apiKey: "key" }, language: "de", headers: { "x-app": "1" } });
    await crm.leads.update("led_1", LEAD, { ifMatch: 3, reason: "Typo", idempotencyKey: "call-17", headers: { "x-call": "2" } });
    expect(sent[0]?.headers).toEqual({
      "content-type": "application/json",
      "if-match": "3",
      "idempotency-key": "call-17",
      "x-change-reason": "Typo",
      authorization: "Bearer key",
      "accept-language": "de",
      "x-app": "1",
      "x-call": "2",
    });
  });

  it("tells which records the client has just written", async () => {
    const first = { ...ok({}), headers: { "x-read-after": "led_1:1.a" } };
    const second = { ...ok({}), headers: { "x-read-after": "led_2:1.b" } };
    const { crm, sent } = createStubClient([first, second, ok([])], { auth: { apiKey: "k" } });
    await crm.leads.create({ first_name: "Ada" });
    await crm.leads.create({ first_name: "Grace" });
    await crm.request("GET", "/api/v1/leads");
    expect(sent.map(({ headers }) => headers["x-read-after"])).toEqual([undefined, "led_1:1.a", "led_1:1.a,led_2:1.b"]);
  });

  it("with a file is a form, whose other parts are JSON", async () => {
    const { crm, sent } = createStubClient([ok({ import_id: "imp_1" })]);
    await crm.leads.import({ file: new File(["a;b"], "leads.csv"), options: { decimal_mark: "," } });
    const form = sent[0]?.body as FormData;
    expect([(form.get("file") as File).name, form.get("options"), sent[0]?.headers["content-type"]]).toEqual([
      "leads.csv",
      '{"decimal_mark":","}',
      undefined,
    ]);
  });
});

describe("a response", () => {
  it("has its data, and on request its envelope and headers", async () => {
    const answer = {
      ...ok({ id: "led_1" }, { more: 1 }),
      status: 201,
      headers: { etag: '"1.x"', "x-request-id": "r", "idempotent-replayed": "true" },
    };
    const { crm } = createStubClient([answer, answer]);
    expect(await crm.leads.create(LEAD)).toEqual({ id: "led_1" });
    const { headers: _headers, ...response } = await crm.leads.create(LEAD).withResponse();
    expect(response).toEqual({
      data: { id: "led_1" },
      meta: { more: 1 },
      status: 201,
      etag: '"1.x"',
      requestId: "r",
      isReplayed: true,
    });
  });

  it("of a download is the response itself", async () => {
    const { crm } = createStubClient([{ body: { success: true, data: "a file in JSON" } }]);
    const file = await crm.attachments("att_1").file.download();
    expect(await file.json()).toEqual({ success: true, data: "a file in JSON" });
  });

  it.each<[number, string, new (...values: never[]) => ApiError]>([
    [400, "VALIDATION_ERROR", ValidationError],
    [401, "UNAUTHENTICATED", AuthenticationError],
    [403, "FORBIDDEN", PermissionError],
    [404, "NOT_FOUND", NotFoundError],
    [405, "METHOD_NOT_ALLOWED", ApiError],
    [409, "CONFLICT", ConflictError],
    [412, "VERSION_CONFLICT", VersionConflictError],
    [413, "PAYLOAD_TOO_LARGE", ValidationError],
    [422, "RULE_VIOLATION", RuleViolationError],
    [500, "INTERNAL", ServerError],
  ])("with status %i is an error of its class", async (status, code, Class) => {
    const details = [
      { field: "company", message: "The stored value differs" },
      { field: "company", message: "Another" },
    ];
    const { crm, sent } = createStubClient([refuse(status, code, {}, details)]);
    const error = await crm.leads.update("led_1", LEAD).then(undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({
      name: Class.name,
      status,
      code,
      message: "No\n  company: The stored value differs\n  company: Another",
      details,
      fields: { company: "The stored value differs" },
      requestId: "req_1",
    });
    expect(sent).toHaveLength(1);
  });

  it("that does not come from the API is an error, too", async () => {
    const { crm } = createStubClient([{ status: 404, body: "<html>", headers: { "x-request-id": "edge" } }]);
    await expect(crm.leads.get("led_1")).rejects.toMatchObject({ status: 404, code: "UNKNOWN", details: [], requestId: "edge" });
  });
});

describe("a retry", () => {
  it.each<[string, StubAnswer]>([
    ["a lost connection", lost],
    ["a 502", refuse(502)],
    ["a 503", refuse(503, "UNAVAILABLE", { "retry-after": "0" })],
    ["a 504", refuse(504)],
    ["a 429", refuse(429, "RATE_LIMITED", { "retry-after": "0" })],
  ])("follows %s, with the same body and idempotency key", async (_, failure) => {
    const { crm, sent } = createStubClient([failure, failure, ok({ id: "led_1" }), ok({})]);
    expect(await crm.leads.create(LEAD)).toEqual({ id: "led_1" });
    await crm.leads.create(LEAD);
    expect(sent.map(({ body }) => body)).toEqual([LEAD, LEAD, LEAD, LEAD]);
    const keys = sent.map(({ headers }) => headers["idempotency-key"]);
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
    expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it("waits for a first attempt that is still under way", async () => {
    const { crm, sent } = createStubClient([lost, refuse(409, "CONFLICT"), ok({ id: "led_1" })]);
    expect(await crm.leads.create(LEAD)).toEqual({ id: "led_1" });
    expect(sent).toHaveLength(3);
  });

  it("ends after the number of retries, with the last error", async () => {
    const { crm, sent } = createStubClient([lost, lost, refuse(503), refuse(503)], { retries: 2 });
    await expect(crm.leads.get("led_1")).rejects.toThrow(ServerError);
    expect(sent).toHaveLength(3);
  });

  it("is not made if the caller wants none, or would have to wait for long", async () => {
    const { crm, sent } = createStubClient([lost, refuse(429, "RATE_LIMITED", { "retry-after": "900" })]);
    await expect(crm.leads.get("led_1", undefined, { retries: 0 })).rejects.toThrow(/ECONNRESET/);
    const error = await crm.leads.get("led_1").then(undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfter: 900 });
    expect(sent).toHaveLength(2);
  });

  it.each<[string, StubAnswer, number]>([
    ["no network error", lost, 1],
    ["no 503", refuse(503, "UNAVAILABLE"), 1],
    ["a 429", refuse(429, "RATE_LIMITED"), 2],
  ])("of an operation without idempotency key follows %s", async (_, failure, count) => {
    const { crm, sent } = createStubClient([failure, ok({})]);
    await crm.apiKeys.create({ name: "Export", role: "ANALYST" }).catch(() => undefined);
    expect(sent).toHaveLength(count);
    expect(sent[0]?.headers).not.toHaveProperty("idempotency-key");
    const other = createStubClient([failure, ok({})]);
    const input = { body: {}, idempotencyKey: "ignored" };
    await other.crm.request("POST", "/api/v1/webhooks/endpoints/whe_1/rotate-secret/?x=1", input).catch(() => undefined);
    expect(other.sent).toHaveLength(count);
  });

  it("waits as long as the API says, otherwise longer each time with jitter", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.spyOn(Math, "random").mockReturnValue(0);
    const failures = [refuse(429, "RATE_LIMITED", { "retry-after": "7" }), refuse(503), refuse(503)];
    const { crm, sent } = createStubClient([...failures, ok({})], { retryDelay: undefined, timeout: 3_600_000 });
    const call = Promise.resolve(crm.leads.get("led_1"));
    const counts: number[] = [];
    for (const milliseconds of [6_999, 1, 499, 1, 999, 1]) {
      await vi.advanceTimersByTimeAsync(milliseconds);
      counts.push(sent.length);
    }
    await call;
    expect(counts).toEqual([1, 2, 2, 3, 3, 4]);
  });

  it("ends with the caller's signal, also while it waits", async () => {
    const abort = new AbortController();
    const { crm, sent } = createStubClient([refuse(429, "RATE_LIMITED", { "retry-after": "30" })]);
    const call = crm.leads.get("led_1", undefined, { signal: abort.signal }).catch((error: unknown) => error);
    await waitUntil(() => sent.length === 1);
    abort.abort(new Error("The page was left"));
    expect(await call).toMatchObject({ message: "The page was left" });
    await expect(crm.leads.get("led_1", undefined, { signal: abort.signal })).rejects.toThrow("The page was left");
    expect(sent).toHaveLength(1);
  });

  it("follows an attempt without answer in time", async () => {
    const { crm, sent } = createStubClient(["never", "never"], { timeout: 1, retries: 1 });
    const error = await crm.leads.get("led_1").then(undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(sent).toHaveLength(2);
  });

  it("of a request that never answers ends with the caller's signal", async () => {
    const abort = new AbortController();
    const { crm, sent } = createStubClient(["never"]);
    const call = crm.leads.get("led_1", undefined, { signal: abort.signal }).catch((error: unknown) => error);
    await waitUntil(() => sent.length === 1);
    abort.abort();
    expect(await call).toMatchObject({ name: "AbortError" });
  });
});
