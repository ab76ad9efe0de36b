import { join } from "node:path";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Files, Ports } from "@crm/core/kernel/ports.ts";
import { waitForStream } from "@crm/core/storage/scheduler/backpressure.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import { drainTenantQueues } from "@crm/core/storage/stream/tenant-queue-drain.ts";
import { operate } from "@crm/functions/operate/command.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import { folderFiles } from "@crm/local/ports/adapters.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { newLead, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { dumpItems, readDerived, recountDerived } from "./chaos.ts";

/** Tenants that conflict or flood the stream: they are set aside, and no other tenant waits for them. */
let app: App;
/** The ports of the tests' consumers. The app does not see what they put into queues, and does not drain it. */
let ports: Ports;
let stuck: Tenant;
let neighbour: Tenant;
let pendingRecords: DynamoDBRecord[] = [];
let publishedEvents: readonly DomainEvent[];

beforeAll(async () => {
  // Without waits between the tries of a conflict.
  vi.spyOn(Math, "random").mockReturnValue(0);
  app = await startTestApp({
    log: { write: () => undefined },
    stream:
      () =>
      async ({ Records }) => {
        pendingRecords.push(...Records);
        return { batchItemFailures: [] };
      },
  });
  ports = { ...app.ports, files: folderFiles(join(app.state.folder, "files")) };
  publishedEvents = recordPublishedEvents(app);
  stuck = await signUp(app);
  await deliver();
});
beforeEach(() => {
  pendingRecords = [];
});
afterAll(async () => {
  vi.restoreAllMocks();
  await app.stop();
});

/**
 * Returns the records written since the last call. All except the last one seem to be written some seconds ago: the last one tells bulk
 * writers how far the consumer is behind.
 */
async function takeRecords(ageSeconds = 0): Promise<DynamoDBRecord[]> {
  await app.settle();
  const records = pendingRecords.splice(0);
  return records.map((record, index) => {
    const seconds = index === records.length - 1 ? 0 : ageSeconds;
    return { ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: Date.now() / 1000 - seconds } };
  });
}

/** Delivers a batch to a consumer. Returns the record from which it must be delivered again. */
async function deliver(records?: readonly DynamoDBRecord[], process: Ports = ports): Promise<string | undefined> {
  const batch = records ?? (await takeRecords());
  const { batchItemFailures } = await streamHandler(process, DEAD_LETTER_PREFIX)({ Records: [...batch] });
  return batchItemFailures[0]?.itemIdentifier;
}

const operatorOptions = {
  ...{ deadLetterPrefix: DEAD_LETTER_PREFIX, grace: 0, sliceSeconds: 60 },
  rollout: { findPending: async () => undefined },
};

/** A process of its own: each of its commands passes `before` first. */
const createProcess = (before: (text: string) => void, files: Partial<Files> = {}): Ports => ({
  ...ports,
  files: { ...ports.files, ...files },
  database: {
    table: ports.database.table,
    send: async (command, scope) => {
      before(JSON.stringify((command as { input: object }).input));
      return ports.database.send(command, scope);
    },
  },
});

const isCheckpointWrite = (text: string, { id }: Tenant): boolean => text.includes(`"Put"`) && text.includes(`T#${id}#`);

/** A process in which transactions of the stuck tenant conflict, so many times. */
function createConflictingProcess(times = Number.POSITIVE_INFINITY): { process: Ports; conflicts: () => number } {
  let conflicts = 0;
  const process = createProcess((text) => {
    if (conflicts >= times || !text.includes("TransactItems") || !isCheckpointWrite(text, stuck)) return;
    conflicts++;
    const CancellationReasons = [{ Code: "TransactionConflict" }];
    throw Object.assign(new Error("Cancelled"), { name: "TransactionCanceledException", CancellationReasons });
  });
  return { process, conflicts: () => conflicts };
}

const listObjects = (): Promise<readonly string[]> => ports.files.list(TenantQueue.PREFIX);
const readMarks = async (): Promise<string[]> => [...(await TenantQueue.readMarks(ports)).keys()];
const drain = (process: Ports = ports, sliceRecords = 500) => drainTenantQueues(process, { sliceRecords });

const editLead = async (tenant: Tenant, id: string, company: string): Promise<void> => {
  await tenant.admin.updateLead({ id, company });
};
const createLead = async (tenant: Tenant): Promise<string> => (await tenant.admin.createLead(newLead())).data.id;
const countLeads = async (tenant: Tenant): Promise<number> => {
  app.setClock({ advance: 5000 });
  return (await tenant.admin.listLeads()).meta.total ?? -1;
};

/** Everything derived from the tenant's leads is as a full recount says, and no event of a record came before an earlier one. */
async function expectComplete(tenant: Tenant): Promise<void> {
  const items = dumpItems(app, tenant.id);
  expect(readDerived(items, tenant.id)).toEqual(recountDerived(items));
  const proof = await runIn(systemContext(ports, tenant.id, "test"), () => recount({ repair: false }));
  expect(proof).toMatchObject({ differences: [], busy: [] });
  const ofTenant = publishedEvents.filter(({ tenant_id, type }) => tenant_id === tenant.id && type.startsWith("lead."));
  for (const events of Map.groupBy(ofTenant, ({ record_id }) => record_id).values()) {
    const versions = [...new Set(events.map(({ version }) => version))];
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  }
}

/** Sets the stuck tenant aside with the records that are pending. */
async function setAside(): Promise<DynamoDBRecord[]> {
  const records = await takeRecords();
  expect(await deliver(records, createConflictingProcess().process)).toBeUndefined();
  expect(await readMarks()).toEqual([stuck.id]);
  return records;
}

describe("the only tenant", () => {
  it("is not set aside for a flood, which delays no other", async () => {
    for (let lead = 0; lead < 7; lead++) await createLead(stuck);
    const records = await takeRecords(60);
    expect(records.length).toBeGreaterThanOrEqual(20 - 7);
    expect(await deliver([...records, ...records])).toBeUndefined();
    expect(await listObjects()).toEqual([]);
    await expectComplete(stuck);
    neighbour = await signUp(app);
    await deliver();
    app.setClock({ advance: 61_000 });
  });
});

describe("a tenant whose records conflict at every try", () => {
  it("is set aside while others go on, and later records wait behind the earlier ones until all are derived in order", async () => {
    const [id, before] = [await createLead(stuck), await countLeads(neighbour)];
    await createLead(neighbour);
    const { process, conflicts } = createConflictingProcess();
    expect(await deliver(undefined, process)).toBeUndefined();
    expect(await countLeads(neighbour)).toBe(before + 1);
    const tries = conflicts();
    expect(tries).toBeGreaterThan(30);
    expect(await listObjects()).toEqual([
      expect.stringMatching(new RegExp(`^tenant-queues/${stuck.id}/\\d{40}-.{12}-first.json$`)),
    ]);

    // The conflict is over, but the tenant's later records must not overtake the first one. They cost no try.
    await editLead(stuck, id, "Second");
    await createLead(neighbour);
    expect(await deliver()).toBeUndefined();
    await editLead(stuck, id, "Third");
    expect(await deliver(undefined, process)).toBeUndefined();
    expect(conflicts()).toBe(tries);
    expect(await countLeads(neighbour)).toBe(before + 2);
    expect((await listObjects()).map((key) => key.endsWith(TenantQueue.FIRST_SUFFIX))).toEqual([true, false, false]);
    const queue = await operate({ action: "parked" }, ports, operatorOptions);
    expect(queue).toMatchObject([
      { tenant_id: stuck.id, waiting: 3, records: expect.arrayContaining([expect.stringContaining(id)]) },
    ]);

    expect(await drain(process)).toMatchObject({ tenants: 1, records: 0, stuck: [stuck.id] });
    expect((await listObjects()).length).toBe(3);
    // In slices, so that the order does not depend on one batch.
    expect(await drain(ports, 1)).toMatchObject({ emptied: 1, stuck: [] });
    expect([await listObjects(), await readMarks()]).toEqual([[], []]);
    await editLead(stuck, id, "Fourth");
    expect(await deliver()).toBeUndefined();
    expect(await listObjects()).toEqual([]);
    await expectComplete(stuck);
    await expectComplete(neighbour);
  });

  it("is not set aside if the conflict passes within the tries", async () => {
    await createLead(stuck);
    expect(await deliver(undefined, createConflictingProcess(20).process)).toBeUndefined();
    expect(await listObjects()).toEqual([]);
    await expectComplete(stuck);
  });

  it("waits in the stream during an outage, which is no fault of a tenant", async () => {
    await createLead(stuck);
    const records = await takeRecords();
    const outage = createProcess((text) => {
      if (isCheckpointWrite(text, stuck)) throw Object.assign(new Error("Down"), { $metadata: { httpStatusCode: 503 } });
    });
    expect(await deliver(records, outage)).toBe(records[0]?.dynamodb?.SequenceNumber);
    expect(await listObjects()).toEqual([]);
    expect(await deliver(records)).toBeUndefined();
  });
});

describe("a process that is killed", () => {
  const fail = (): never => {
    throw new Error("killed");
  };

  it("between the object and the mark loses nothing: the batch is delivered again", async () => {
    const id = await createLead(stuck);
    const records = await takeRecords();
    let isDead = false;
    const { process } = createConflictingProcess();
    const { send } = process.database;
    const dying: Ports = {
      ...process,
      database: { ...process.database, send: async (...args) => (isDead ? fail() : send(...args)) },
    };
    dying.files = {
      ...ports.files,
      put: async (key, body) => {
        await ports.files.put(key, body);
        isDead = true;
      },
    };
    expect(await deliver(records, dying)).toBe(records[0]?.dynamodb?.SequenceNumber);
    expect([(await listObjects()).length, await readMarks()]).toEqual([1, []]);
    // Without a mark, the records are derived from the stream. The drain derives those of the object again, and removes it.
    expect(await deliver(records)).toBeUndefined();
    await editLead(stuck, id, "Later");
    expect(await deliver()).toBeUndefined();
    expect(await drain()).toMatchObject({ emptied: 1, stuck: [] });
    expect([await listObjects(), await readMarks()]).toEqual([[], []]);
    await expectComplete(stuck);
  });

  it("in a drain, or beside another drain, leaves the rest to the next one", async () => {
    const id = await createLead(stuck);
    const first = await setAside();
    await editLead(stuck, id, "Second");
    const second = await takeRecords();
    await deliver(second);
    // It dies after the records of the first object are derived.
    const dead = await drain(
      createProcess(() => undefined, { delete: fail }),
      1,
    );
    expect(dead).toMatchObject({ stuck: [stuck.id], records: 0 });
    // The batches are delivered again although they are in the queue.
    await deliver([...first, ...second]);
    await Promise.all([
      drain(ports, 1),
      drain(
        createProcess(() => undefined),
        1,
      ),
    ]);
    await drain();
    expect([await listObjects(), await readMarks()]).toEqual([[], []]);
    await expectComplete(stuck);
  });

  it("keeps its lease for two minutes, in which no other drain takes the tenant", async () => {
    await createLead(stuck);
    await setAside();
    await TenantQueue.lease(ports, stuck.id, "killed");
    expect(await drain()).toMatchObject({ records: 0, emptied: 0 });
    app.setClock({ advance: 121_000 });
    expect(await drain()).toMatchObject({ emptied: 1 });
  });
});

describe("the mark of a tenant", () => {
  it("stays if a consumer appends an object after a drain found the queue empty", async () => {
    const id = await createLead(stuck);
    await setAside();
    await editLead(stuck, id, "Meanwhile");
    const later = await takeRecords();
    let isAppended = false;
    const list: Files["list"] = async (...args) => {
      const keys = await ports.files.list(...args);
      if (keys.length === 0 && !isAppended) {
        isAppended = true;
        await deliver(later);
      }
      return keys;
    };
    const slow = createProcess(() => undefined, { list });
    // The first list of all queues finds one, so the first empty list is that of the drained queue.
    expect(await drainUntilEmptyList(slow, () => isAppended)).toBe(true);
    expect(await readMarks()).toEqual([]);
    await expectComplete(stuck);
  });

  /** Drains until the hook has run, and then the rest. Returns whether it has run while the tenant was marked. */
  async function drainUntilEmptyList(process: Ports, hasRun: () => boolean): Promise<boolean> {
    await drain(process);
    const ran = hasRun();
    await drain();
    return ran;
  }
});

describe("a flood of one tenant", () => {
  it("is set aside in one object for each late batch, and bulk work of the tenant waits for its queue", async () => {
    for (let lead = 0; lead < 12; lead++) await createLead(stuck);
    const before = await countLeads(neighbour);
    await createLead(neighbour);
    const flood = await takeRecords(300);
    expect(flood.length).toBeGreaterThan(22);
    expect((await listObjects()).length).toBe(0);
    const puts: string[] = [];
    const counting = createProcess(() => undefined, {
      put: async (key, body) => {
        puts.push(key);
        await ports.files.put(key, body);
      },
    });
    expect(await deliver(flood, counting)).toBeUndefined();
    expect(puts).toEqual([expect.stringContaining(stuck.id)]);
    expect(await countLeads(neighbour)).toBe(before + 1);
    const waits = async (tenant: Tenant): Promise<number> => {
      let looks = 0;
      await runIn(
        systemContext(
          createProcess(() => undefined),
          tenant.id,
          "test",
        ),
        () => waitForStream(() => ++looks < 2),
      );
      return looks;
    };
    expect([await waits(stuck), await waits(neighbour)]).toEqual([2, 0]);
    let slices = 0;
    const countSlice = async (isTime: () => boolean): Promise<void> => {
      slices++;
      expect(isTime()).toBe(true);
    };
    expect(await drainTenantQueues(ports, { waitForStream: countSlice })).toMatchObject({ emptied: 1, stuck: [] });
    // The second one found the queue empty.
    expect(slices).toBe(2);
    expect(await waits(stuck)).toBe(0);
    await expectComplete(stuck);
    await expectComplete(neighbour);
  });

  it("sets no other tenant aside while the stream catches up, but a second flood is set aside", async () => {
    for (let lead = 0; lead < 7; lead++) for (const tenant of [stuck, neighbour]) await createLead(tenant);
    const records = await takeRecords();
    const process = createProcess(() => undefined);
    const deliverLate = (tenant: Tenant, ageSeconds: number): Promise<unknown> => {
      const ApproximateCreationDateTime = Date.now() / 1000 - ageSeconds;
      const batch = records
        .filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S?.startsWith(`T#${tenant.id}#`))
        .map((record) => ({ ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime } }));
      return deliver([...batch, ...batch], process);
    };
    await deliverLate(stuck, 20);
    expect(await readMarks()).toEqual([stuck.id]);
    for (const ageSeconds of [20, 10]) await deliverLate(neighbour, ageSeconds);
    expect(await readMarks()).toEqual([stuck.id]);
    await expectComplete(neighbour);
    await drain();
    await deliverLate(stuck, 9);
    expect(await readMarks()).toEqual([stuck.id]);
    await deliverLate(neighbour, 12);
    expect(await readMarks()).toEqual([stuck.id, neighbour.id].sort());
    await drain();
    await expectComplete(stuck);
    await expectComplete(neighbour);
  });

  it("is derived at once if the batch is on time", async () => {
    for (let lead = 0; lead < 12; lead++) await createLead(stuck);
    expect(await deliver()).toBeUndefined();
    expect(await listObjects()).toEqual([]);
  });
});

describe("a record that fails by itself", () => {
  it("becomes a dead letter in the drain too, and the records behind it go on", async () => {
    const [bad, good] = [await createLead(stuck), await createLead(stuck)];
    await setAside();
    const broken = createProcess((text) => {
      if (text.includes(`~${bad}`) && text.includes(`"Put`)) throw new TypeError("A record that is broken");
    });
    expect(await drain(broken)).toMatchObject({ emptied: 1, stuck: [] });
    const parked = await ports.files.list(DEAD_LETTER_PREFIX);
    expect(parked.length).toBe(1);
    await editLead(stuck, good, "Goes on");
    expect(await deliver()).toBeUndefined();
    const options = operatorOptions;
    expect(await operate({ action: "redrive" }, ports, options)).toEqual({ redriven: 1, failed: 0 });
    const items = dumpItems(app, stuck.id);
    expect(readDerived(items, stuck.id)).toEqual(recountDerived(items));
  });

  it("does not hold up others if there are more than ten of them: the tenant is set aside", async () => {
    for (let lead = 0; lead < 12; lead++) await createLead(stuck);
    await createLead(neighbour);
    const broken = createProcess((text) => {
      if (text.includes(`T#${stuck.id}#WORD#lead`)) throw new TypeError("A release that is broken");
    });
    expect(await deliver(undefined, broken)).toBeUndefined();
    expect(await readMarks()).toEqual([stuck.id]);
    const parked = await ports.files.list(DEAD_LETTER_PREFIX);
    expect(parked.length).toBe(10);
    expect(await drain()).toMatchObject({ emptied: 1, stuck: [] });
    await operate({ action: "redrive" }, ports, operatorOptions);
    const items = dumpItems(app, stuck.id);
    expect(readDerived(items, stuck.id)).toEqual(recountDerived(items));
  });
});
