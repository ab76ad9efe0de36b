import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import { readItem, send, tableName } from "@crm/core/storage/table/database.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { writeSteps } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => app.stop());

/** Cancels the next transactions, as DynamoDB does while another transaction writes the same items. Returns a function that counts them. */
function cancelTransactions(max: number): () => number {
  const database = app.ports.database as { send: Database["send"] };
  const send = database.send;
  let cancelled = 0;
  vi.spyOn(database, "send").mockImplementation(async (command, scope) => {
    if (command.constructor.name !== "TransactWriteCommand" || cancelled >= max) return send(command, scope);
    cancelled++;
    const CancellationReasons = [{ Code: "TransactionConflict" }, { Code: "None" }];
    throw Object.assign(new Error("Cancelled"), { name: "TransactionCanceledException", CancellationReasons });
  });
  // The waits between the tries are random.
  vi.spyOn(Math, "random").mockReturnValue(0);
  return () => cancelled;
}

it("a transaction that meets others eleven times is written", async () => {
  const countCancelled = cancelTransactions(11);
  expect((await tenant.admin.createLead(newLead())).status).toBe(201);
  expect(countCancelled()).toBe(11);
});

it("a transaction that meets others at every try is answered with 409, and writes nothing", async () => {
  const email = "contended@mail.example";
  const countCancelled = cancelTransactions(Number.POSITIVE_INFINITY);
  await expect(tenant.admin.createLead(newLead({ email }))).rejects.toThrow("409 CONFLICT: The record keeps changing: try again");
  expect(countCancelled()).toBe(12);
  vi.restoreAllMocks();
  await app.settle();
  expect((await tenant.admin.listLeads({ search: email })).data).toEqual([]);
});

it("a single write that meets a transaction is tried again", async () => {
  const database = app.ports.database as { send: Database["send"] };
  const original = database.send;
  let tries = 0;
  vi.spyOn(database, "send").mockImplementation((command, scope) => {
    if (tries++ === 0) throw Object.assign(new Error("Met"), { name: "TransactionConflictException" });
    return original(command, scope);
  });
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const key = { pk: tenantKey(tenant.id, "TEST", "met"), sk: "a" };
    await send(new PutCommand({ TableName: tableName(), Item: { ...key, n: 1 } }));
    expect(tries).toBe(2);
    expect(await readItem(key)).toEqual({ ...key, n: 1 });
  });
});

it("a transaction whose response was lost is applied once", async () => {
  const database = app.ports.database as { send: Database["send"] };
  const original = database.send;
  let lost = 0;
  vi.spyOn(database, "send").mockImplementation(async (command, scope) => {
    const response = await original(command, scope);
    if (command.constructor.name !== "TransactWriteCommand" || lost++ > 0) return response;
    throw Object.assign(new Error("Timed out"), { name: "TimeoutError" });
  });
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const keys = ["a", "b"].map((sk) => ({ pk: tenantKey(tenant.id, "TEST", "lost"), sk }));
    const count = (Key: (typeof keys)[number]) => ({
      action: {
        Update: { TableName: tableName(), Key, UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": 1 } },
      },
      rejection: () => new Error("refused"),
    });
    await writeSteps(keys.map(count));
    expect(lost).toBe(2);
    expect(await Promise.all(keys.map(async (key) => (await readItem(key))?.n))).toEqual([1, 1]);
  });
});
