import { operations } from "@crm/functions/api/index.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp } from "../support.ts";
import { actsOn, inputFor, makeWorld, sendAs, type World } from "./world.ts";

/** What the contract says of every write, asked of every write in the registry. */
let app: App;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, "WRITTEN");
});
afterAll(() => app.stop());

const writes = operations
  .filter(({ method, keyed }) => method !== "GET" && keyed)
  .map((operation) => [operation.name, operation] as const);
const versioned = operations
  .filter(
    (operation) => ["PUT", "PATCH", "DELETE"].includes(operation.method) && operation.kind === "record" && actsOn(operation),
  )
  .map((operation) => [operation.name, operation] as const);

let keys = 0;

describe.each(writes)("%s under an Idempotency-Key", (_, operation) => {
  it("gives a repeat the same answer, and another body a 422", async () => {
    const input = await inputFor(app, world, operation);
    const idempotencyKey = `key-${++keys}`;
    const send = (body: typeof input) => sendAs(app, world.tenant.token, operation, body, { idempotencyKey });
    const first = await send(input);
    expect(first.status).toBe(operation.status);
    const second = await send(input);
    expect([second.status, JSON.parse(second.body).data]).toEqual([first.status, JSON.parse(first.body).data]);
    if (operation.method === "DELETE" || Object.keys(input).length === 1) return;
    const field = Object.keys(input).find((name) => name !== "id" && name !== "kind" && typeof input[name] === "string");
    const other = await send({ ...input, ...(field ? { [field]: input[field] } : {}), extra: 1 });
    expect([400, 422]).toContain(other.status);
  });

  it("has one effect for two repeats side by side", async () => {
    const input = await inputFor(app, world, operation);
    const idempotencyKey = `key-${++keys}`;
    const answers = await Promise.all([1, 2, 3].map(() => sendAs(app, world.tenant.token, operation, input, { idempotencyKey })));
    const done = answers
      .filter(({ status }) => status === operation.status)
      .map(({ body }) => JSON.stringify(JSON.parse(body).data));
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done).size).toBe(1);
    expect(answers.every(({ status }) => status === operation.status || status === 409)).toBe(true);
  });
});

describe.each(versioned)("%s with If-Match", (_, operation) => {
  it("refuses a version that is not the record's, and takes the one that is", async () => {
    const input = await inputFor(app, world, operation);
    const stale = await sendAs(app, world.tenant.token, operation, input, { ifMatch: '"999"' });
    expect([stale.status, JSON.parse(stale.body).error?.code]).toEqual([412, "VERSION_CONFLICT"]);
    const nonsense = await sendAs(app, world.tenant.token, operation, input, { ifMatch: "nonsense" });
    expect(nonsense.status).toBe(412);
    const current = Number(/version (\d+)/.exec(JSON.parse(stale.body).error.message)?.[1]);
    const meant = await sendAs(app, world.tenant.token, operation, input, { ifMatch: `"${current}"` });
    expect(meant.status).toBe(operation.status);
  });
});
