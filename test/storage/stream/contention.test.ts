import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { ALL, Counter } from "@crm/core/storage/read/counter.ts";
import { MAX_LAG_SECONDS, readLag, reportLag, waitForStream } from "@crm/core/storage/scheduler/backpressure.ts";
import { foldCells } from "@crm/core/storage/stream/counter-cells.ts";
import { recountTenants } from "@crm/core/storage/stream/recount-nightly.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { dumpItems } from "./chaos.ts";

/** A busy table: consumers conflict and are throttled, and no record is parked because of it. */
let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
/** Called with each log message. */
let onLog: (message: string) => void = () => undefined;
/** Stream records that were not processed yet. */
let pendingRecords: DynamoDBRecord[];

beforeAll(async () => {
  app = await startTestApp({
    log: { write: (_, message) => onLog(message) },
    stream:
      () =>
      async ({ Records }) => {
        pendingRecords.push(...Records);
        return { batchItemFailures: [] };
      },
  });
  pendingRecords = [];
  [tenant, otherTenant] = [await signUp(app), await signUp(app)];
  await deriveChanges(app.ports);
});
beforeEach(() => {
  pendingRecords = [];
});
afterAll(() => app.stop());

/** A separate consumer on the same table; each of its commands is passed to `before` first. */
const createConsumer = (before: (command: object) => void = () => undefined): Ports => ({
  ...app.ports,
  database: {
    table: app.ports.database.table,
    send: async (command, scope) => {
      before(command);
      return app.ports.database.send(command, scope);
    },
  },
});

async function deriveChanges(ports: Ports): Promise<string | undefined> {
  await app.settle();
  const { batchItemFailures } = await streamHandler(ports, DEAD_LETTER_PREFIX)({ Records: pendingRecords });
  return batchItemFailures[0]?.itemIdentifier;
}

interface TransactionCommand {
  input: { TransactItems?: { Put?: { Item: object }; Update?: { Key: { pk: string; sk: string } } }[] };
}

const listActions = (command: object) => (command as TransactionCommand).input.TransactItems ?? [];

/** DynamoDB's error when the items at some positions are in another transaction. */
function rejectConflicts(places: readonly boolean[]): void {
  if (!places.includes(true)) return;
  const CancellationReasons = places.map((place) => ({ Code: place ? "TransactionConflict" : "None" }));
  throw Object.assign(new Error("Cancelled"), { name: "TransactionCanceledException", CancellationReasons });
}

const isTenantCounter = (targetTenant: Tenant, sk: string) => (action: ReturnType<typeof listActions>[number]) =>
  action.Update?.Key.pk === `T#${targetTenant.id}#COUNT#lead` && action.Update.Key.sk === sk;

const readCounters = (targetTenant: Tenant): Record<string, number> =>
  Object.fromEntries(
    dumpItems(app, targetTenant.id)
      .filter(({ pk, live }) => pk === `T#${targetTenant.id}#COUNT#lead` && live !== undefined)
      .map(({ sk, live }) => [String(sk), Number(live)]),
  );
const readTotal = (targetTenant: Tenant): Promise<number> =>
  runIn(systemContext(app.ports, targetTenant.id, "test"), async () =>
    Number((await Counter.readConsistent("lead", [ALL]))[0]?.live ?? 0),
  );

describe("consumers that conflict at a counter", () => {
  it("continue in cells that the counter lists, and its value is their sum, before and after they are folded", async () => {
    await tenant.admin.createLead(newLead());
    await deriveChanges(app.ports);
    expect(readCounters(tenant)).toMatchObject({ [ALL]: 1 });
    pendingRecords = [];
    for (let lead = 0; lead < 3; lead++) await tenant.admin.createLead(newLead());
    expect(
      await deriveChanges(createConsumer((command) => rejectConflicts(listActions(command).map(isTenantCounter(tenant, ALL))))),
    ).toBeUndefined();
    const cells = Object.entries(readCounters(tenant)).filter(([sk]) => sk.startsWith(`${ALL}#`));
    expect(cells.map(([, live]) => live)).toEqual([3]);
    expect(readCounters(tenant)[ALL]).toBe(1);
    expect(await readTotal(tenant)).toBe(4);
    app.setClock({ advance: 5000 });
    expect((await tenant.admin.listLeads()).meta.total).toBe(4);

    expect(await runIn(systemContext(app.ports, tenant.id, "test"), () => foldCells("lead", ALL))).toBe(true);
    expect(readCounters(tenant)[ALL]).toBe(4);
    expect(Object.keys(readCounters(tenant)).filter((sk) => sk.startsWith(`${ALL}#`))).toEqual([]);
    expect(await readTotal(tenant)).toBe(4);
  });
});

describe("a consumer that was overtaken", () => {
  const listWords = (id: string): string[] =>
    dumpItems(app, tenant.id).flatMap(({ pk, sk }) =>
      String(pk).includes("#WORD#lead") && String(sk).endsWith(`#${id}`) ? [String(sk).split("#")[0] as string] : [],
    );

  /** A lead whose second version is processed while a consumer is about to write the search words of the first one. */
  async function overtake(afterWrite: () => void): Promise<{ id: string; first: DynamoDBRecord[]; handled: Promise<unknown> }> {
    const { id } = (await tenant.admin.createLead(newLead({ company: "Formerly" }))).data;
    await app.settle();
    const first = [...pendingRecords];
    pendingRecords = [];
    await tenant.admin.updateLead({ id, company: "Nowadays" });
    let isFirst = true;
    const slowConsumer = createConsumer();
    const { send } = slowConsumer.database;
    slowConsumer.database.send = async (command, scope) => {
      if (isFirst && JSON.stringify(command).includes("#WORD#lead")) {
        isFirst = false;
        await streamHandler(app.ports)({ Records: first });
        await deriveChanges(app.ports);
        const answer = await send(command, scope);
        afterWrite();
        return answer;
      }
      return send(command, scope);
    };
    return { id, first, handled: streamHandler(slowConsumer)({ Records: first }) };
  }

  it("leaves nothing that it wrote", async () => {
    const { id, handled } = await overtake(() => undefined);
    expect(await handled).toEqual({ batchItemFailures: [] });
    expect(listWords(id)).toContain("nowadays");
    expect(listWords(id)).not.toContain("formerly");
  });

  it("leaves the cleanup to the next consumer of its batch if it is killed", async () => {
    const { id, first, handled } = await overtake(() => {
      throw Object.assign(new Error("killed"), { $retryable: {} });
    });
    expect(await handled).not.toEqual({ batchItemFailures: [] });
    expect(listWords(id)).toContain("formerly");
    expect(await streamHandler(app.ports)({ Records: first })).toEqual({ batchItemFailures: [] });
    expect(listWords(id)).toContain("nowadays");
    expect(listWords(id)).not.toContain("formerly");
  });
});

describe("a permanently deleted record that the stream has not processed", () => {
  it("is not reported as a wrong counter: the nightly recount checks again before a repair", async () => {
    const { id } = (await otherTenant.admin.createLead(newLead())).data;
    await deriveChanges(app.ports);
    pendingRecords = [];
    const Key = recordKey(otherTenant.id, id);
    await app.ports.database.send(new DeleteCommand({ TableName: app.ports.database.table, Key }), {
      tenant: otherTenant.id,
      keyspaces: [],
    });
    const before = await readTotal(otherTenant);
    let derived: Promise<unknown> | undefined;
    onLog = (message) => {
      if (message === "Differences were found and are counted again") derived = deriveChanges(app.ports);
    };
    await recountTenants(app.ports);
    expect(await derived).toBeUndefined();
    expect(derived).toBeDefined();
    expect(await readTotal(otherTenant)).toBe(before - 1);
  });
});

describe("the lag of the stream", () => {
  it("is reported by its consumers, and bulk work waits for them", async () => {
    const runAsConsumer = <T>(work: () => Promise<T>): Promise<T> =>
      runIn(systemContext(createConsumer(), tenant.id, "test"), work);
    const buildRecords = (...ages: number[]) =>
      ages.map((seconds) => ({ dynamodb: { ApproximateCreationDateTime: Date.now() / 1000 - seconds } }));
    // What the other tests reported has expired.
    const start = Date.now() + 60_000;
    const machine = vi.spyOn(Date, "now").mockReturnValue(start);
    expect(await runAsConsumer(readLag)).toBe(0);
    // A consumer that reads old records and has reached recent ones is no longer behind.
    await reportLag(createConsumer(), buildRecords(40, 3));
    expect(await runAsConsumer(readLag)).toBeLessThan(MAX_LAG_SECONDS);
    await reportLag(createConsumer(), buildRecords(90, 40));
    await reportLag(createConsumer(), buildRecords(2));
    expect(await runAsConsumer(readLag)).toBeGreaterThanOrEqual(40);
    let looks = 0;
    await runAsConsumer(() => waitForStream(() => ++looks < 3));
    expect(looks).toBe(3);
    const consumer = createConsumer();
    const again = (): Promise<number> => runIn(systemContext(consumer, tenant.id, "test"), readLag);
    expect(await again()).toBeGreaterThanOrEqual(40);
    // The app's clock does not move; a report that is 13 seconds old is ignored.
    machine.mockReturnValue(start + 13_000);
    expect(await again()).toBe(0);
    machine.mockRestore();
  });
});
