import { DEAD_LETTER_PREFIX } from "@crm/aws/dead-letters.ts";
import { type Command, operate } from "@crm/aws/operator.ts";
import { createRequestHandler } from "@crm/aws/request-handler.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import type { Files } from "@crm/core/kernel/ports.ts";
import { operation } from "@crm/functions/http/operation.ts";
import { DEAD_LETTER_PREFIX as PARKED_HERE, streamHandler } from "@crm/functions/stream/index.ts";
import { createItemReader, redrive } from "@crm/functions/stream/redrive.ts";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2, Context, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { newLead, poisonBatchWrites, signUp, startTestApp, type Tenant } from "../support/app.ts";

/** Commands of the operator on the table engine, and cases in which only Lambda would report an error. */
let app: App;
let tenant: Tenant;
/** While true, no lead can be derived. */
let isPoison = false;
const errors: string[] = [];

beforeAll(async () => {
  app = await startTestApp({
    log: { write: (level, message) => level === "error" && errors.push(message) },
    stream: (ports) =>
      streamHandler(
        poisonBatchWrites(ports, (text) => isPoison && text.includes("#led_")),
        PARKED_HERE,
      ),
  });
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const runCommand = (command: Command) => operate(command, app.ports);

describe("the operator", () => {
  it("suspends a tenant, which can then read but not write, and resumes it", async () => {
    expect(await runCommand({ action: "suspend", tenant_id: tenant.id, reason: "unpaid since March" })).toMatchObject({
      tenant_id: tenant.id,
      status: "SUSPENDED",
      status_reason: "unpaid since March",
    });
    await expect(tenant.admin.createLead(newLead())).rejects.toMatchObject({ status: 403 });
    expect((await tenant.admin.listLeads()).status).toBe(200);
    expect(await runCommand({ action: "resume", tenant_id: tenant.id })).toMatchObject({ status: "ACTIVE", status_reason: null });
    expect((await tenant.admin.createLead(newLead())).status).toBe(201);
  });

  it("recounts a tenant", async () => {
    await app.settle();
    const recounted = await runCommand({ action: "recount", tenant_id: tenant.id });
    expect(recounted).toMatchObject({ differences: [], mended: 0, busy: [] });
  });

  it("rejects unknown commands and an unknown tenant", async () => {
    for (const invalidCommand of [
      {},
      { action: "drop" },
      { action: "suspend", tenant_id: tenant.id },
      { action: "redrive", more: 1 },
      "redrive",
      null,
    ]) {
      await expect(operate(invalidCommand, app.ports)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    }
    const unknownId = tenant.id.replace(/.$/, tenant.id.endsWith("0") ? "1" : "0");
    await expect(runCommand({ action: "resume", tenant_id: unknownId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a redrive", () => {
  const total = async (): Promise<number> => (await tenant.admin.listLeads()).meta.total;
  const again = (prefix: string, files: Files = app.ports.files) =>
    redrive({ files, prefix, handler: streamHandler(app.ports), log: app.ports.log });

  /** Creates a lead whose change is parked by the stream consumer, and returns the total without it. */
  async function parkLead(): Promise<number> {
    await app.settle();
    isPoison = true;
    await tenant.admin.createLead(newLead());
    await app.settle();
    isPoison = false;
    return total();
  }

  it("processes the batches parked by the runner, once", async () => {
    const before = await parkLead();
    expect((await app.ports.files.list(PARKED_HERE)).length).toBe(1);
    expect(await again(PARKED_HERE)).toEqual({ redriven: 1, failed: 0 });
    expect(await app.ports.files.list(PARKED_HERE)).toEqual([]);
    expect(await again(PARKED_HERE)).toEqual({ redriven: 0, failed: 0 });
    expect(await total()).toBe(before + 1);
  });

  it("reads batches parked by Lambda, as an object or as text, single or in a batch", async () => {
    const before = await parkLead();
    const [key = ""] = await app.ports.files.list(PARKED_HERE);
    const { payload } = JSON.parse(Buffer.from((await app.ports.files.get(key)) ?? []).toString()) as {
      payload: DynamoDBStreamEvent;
    };
    await app.ports.files.delete(key);
    const envelope = { requestContext: { condition: "RetryAttemptsExhausted" }, DDBStreamBatchInfo: { batchSize: 2 } };
    const doubledBatch = { Records: [...payload.Records, ...payload.Records] };
    for (const [name, body] of Object.entries({ object: payload, text: JSON.stringify(payload), batch: doubledBatch })) {
      await app.ports.files.put(
        `${DEAD_LETTER_PREFIX}mapping/shard/${name}`,
        Buffer.from(JSON.stringify({ ...envelope, payload: body })),
      );
    }
    expect(await runCommand({ action: "redrive" })).toEqual({ redriven: 3, failed: 0 });
    expect(await total()).toBe(before + 1);
  });

  it("leaves and reports batches that fail again, and continues with the rest", async () => {
    const good = { payload: { Records: [] as DynamoDBRecord[] } };
    const poison = {
      dynamodb: { Keys: { pk: { S: `T#${tenant.id}#E#usr_000000000000000000` }, sk: { S: tenant.userId } }, NewImage: {} },
    };
    const bodies = { "1": "no JSON", "2": JSON.stringify({ payload: { Records: [poison] } }), "3": JSON.stringify(good) };
    for (const [name, body] of Object.entries(bodies)) await app.ports.files.put(`failing/${name}`, Buffer.from(body));
    errors.length = 0;
    expect(await again("failing/")).toEqual({ redriven: 1, failed: 2 });
    expect(errors.filter((message) => message === "A parked record failed again").length).toBe(2);
    expect(await app.ports.files.list("failing/")).toEqual(["failing/1", "failing/2"]);
  });

  it("derives the current record if the parked data is unusable, and drops an outdated one", async () => {
    const before = await parkLead();
    const [key = ""] = await app.ports.files.list(PARKED_HERE);
    const parked = JSON.parse(Buffer.from((await app.ports.files.get(key)) ?? []).toString()) as { payload: DynamoDBStreamEvent };
    const [record] = parked.payload.Records as [DynamoDBRecord];
    // The parked copy is made invalid; the stored record is valid.
    Object.assign(record.dynamodb?.NewImage ?? {}, { row: { S: "no JSON" } });
    await app.ports.files.put(key, Buffer.from(JSON.stringify(parked)));
    const present = createItemReader(app.ports);
    const files = app.ports.files;
    const redrivePresent = () =>
      redrive({ files, prefix: PARKED_HERE, handler: streamHandler(app.ports), log: app.ports.log, present });
    expect(await again(PARKED_HERE)).toEqual({ redriven: 0, failed: 1 });
    expect(await redrivePresent()).toEqual({ redriven: 1, failed: 0 });
    expect(await total()).toBe(before + 1);

    const id = String(record.dynamodb?.Keys?.sk?.S);
    await tenant.admin.updateLead({ id, company: "Later" });
    await app.settle();
    await app.ports.files.put(key, Buffer.from(JSON.stringify(parked)));
    expect(await redrivePresent()).toEqual({ redriven: 1, failed: 0 });
    expect(await total()).toBe(before + 1);
  });

  it("can be ended for a record by dismissing it with a reason, which is logged", async () => {
    const key = `${DEAD_LETTER_PREFIX}mapping/shard/hopeless`;
    const poison = {
      dynamodb: { Keys: { pk: { S: `T#${tenant.id}#E#usr_000000000000000000` }, sk: { S: tenant.userId } }, NewImage: {} },
    };
    await app.ports.files.put(key, Buffer.from(JSON.stringify({ payload: { Records: [poison] } })));
    expect(await runCommand({ action: "redrive" })).toEqual({ redriven: 0, failed: 1 });
    expect(await runCommand({ action: "parked" })).toEqual([
      { key, records: [`T#${tenant.id}#E#usr_000000000000000000 ${tenant.userId}`] },
    ]);
    await expect(runCommand({ action: "dismiss", key, reason: "" })).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    await expect(runCommand({ action: "dismiss", key: "secret", reason: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await runCommand({ action: "dismiss", key, reason: "The user never was" })).toEqual({ dismissed: key });
    expect(await runCommand({ action: "parked" })).toEqual([]);
  });

  it("processes more entries than one listing returns", async () => {
    const keys = new Set(Array.from({ length: 2300 }, (_, index) => `many/${String(index).padStart(4, "0")}`));
    const files: Files = {
      put: async () => undefined,
      get: async () => Buffer.from(JSON.stringify({ payload: { Records: [] } })),
      list: async (_prefix, after = "") => [...keys].filter((key) => key > after).slice(0, 1000),
      delete: async (key) => {
        keys.delete(key);
      },
    };
    expect(await again("many/", files)).toEqual({ redriven: 2300, failed: 0 });
  });
});

describe("a slow request", () => {
  it("gets an error in the standard envelope before Lambda ends it", async () => {
    vi.stubEnv("CRM_ORIGIN", "https://crm.example.com");
    vi.stubEnv("CRM_ALLOW_ORIGINS", "*");
    vi.stubEnv("CRM_EDGE", "");
    vi.stubEnv("CRM_TABLE", "none");
    vi.stubEnv("CRM_ROLES", "{}");
    vi.stubEnv("CRM_KEY_GROUPS", "{}");
    vi.stubEnv("AWS_REGION", "eu-west-1");
    const slowOperation = operation({
      name: "slow",
      method: "GET",
      path: "/slow",
      tag: "Test",
      access: "public",
      summary: "Never answers",
      verb: fn(z.strictObject({}), () => new Promise<null>(() => undefined)),
    });
    const http = { method: "GET", path: "/api/v1/slow", sourceIp: "192.0.2.1", userAgent: "test" };
    const event = { rawPath: http.path, rawQueryString: "", headers: {}, requestContext: { requestId: "r1", http } };
    const context = { getRemainingTimeInMillis: () => 550 } as Context;
    const answer = await createRequestHandler("slow", [slowOperation], {})(event as unknown as APIGatewayProxyEventV2, context);
    expect([answer.statusCode, answer.headers?.["x-request-id"]]).toEqual([500, "r1"]);
    expect(JSON.parse(answer.body ?? "")).toMatchObject({
      success: false,
      error: { code: "INTERNAL", details: [], request_id: "r1" },
    });
    vi.unstubAllEnvs();
  });
});
