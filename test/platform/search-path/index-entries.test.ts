import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isId } from "@crm/core/kernel/id.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { SearchPath } from "@crm/core/platform/search-path/search-path.ts";
import type { LeadRecord } from "@crm/core/sales/lead/lead.entity.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { BACKFILL_GRACE_SECONDS, PathDeclarations } from "@crm/core/storage/read/path-declarations.ts";
import { Backfill } from "@crm/core/storage/stream/path-backfill.ts";
import { projectBatch } from "@crm/core/storage/stream/projector.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type * as z from "zod";
import { readClock } from "../../storage/scheduler/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createSeededRandom } from "../../support/random.ts";
import { completeIndexing, readPathIndex, recomputePathIndex } from "./support.ts";

let app: App;
let tenant: Tenant;
/** Stream records of leads that were not processed yet. */
let pendingRecords: DynamoDBRecord[];
let isHeld: boolean;

beforeEach(async () => {
  pendingRecords = [];
  isHeld = false;
  app = await startTestApp({
    log: { write: () => undefined },
    stream: (ports) => async (event) => {
      const isLead = ({ dynamodb }: DynamoDBRecord) => isId(dynamodb?.Keys?.sk?.S ?? "", LEAD);
      const heldRecords = isHeld ? event.Records.filter(isLead) : [];
      pendingRecords.push(...heldRecords);
      return projectBatch(
        ports,
        event.Records.filter((record) => !heldRecords.includes(record)),
      );
    },
  });
  tenant = await signUp(app);
});
afterEach(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>, ports: Ports = app.ports): Promise<T> =>
  runIn(systemContext(ports, tenant.id, "test"), work);

/** The ports of another process with separate caches, on the same table. */
const otherProcessPorts = (send = app.ports.database.send.bind(app.ports.database)): Ports => ({
  ...app.ports,
  database: { table: app.ports.database.table, send },
});

const declarePath = (path: string, sort = false) => tenant.admin.createSearchPath({ entity: "lead", path, sort });
/** Ends the grace period of a new path, so that its backfill may start; the schedule would start it only 45 seconds later. */
async function endGracePeriod(): Promise<void> {
  app.setClock({ advance: (BACKFILL_GRACE_SECONDS - 10) * 1000 });
  await app.scheduler.run("due");
  app.setClock({ advance: 15_000 });
}
const proceed = async (id: string, ports: Ports = app.ports, seconds = 20): Promise<void> => {
  const due_at = await readClock(app, tenant, id, "work");
  await runInTenant(() => SearchPath.proceed(id, due_at, seconds), ports);
};
const createLead = (metadata: Record<string, z.core.util.JSONType>): Promise<LeadRecord> =>
  runInTenant(async () => ({ ...(await Lead.create({ ...newLead(), metadata })), sealed: null }));
const findLeads = async (value: string, path = "metadata.a") => {
  const { data, meta } = await tenant.admin.listLeads({ paths: { [path]: value } });
  return { ids: data.map(({ id }) => id), total: meta.total };
};
const readIndexState = () => {
  const items = dumpItems(app, tenant.id);
  return { kept: readPathIndex(items, tenant.id), wanted: recomputePathIndex(items, tenant.id) };
};
/** Settles first, because the recount also checks the counters that the stream derives. */
async function expectConsistentIndex(atLeast = 1): Promise<void> {
  await app.settle();
  const { kept: storedState, wanted: expectedState } = readIndexState();
  expect(storedState).toEqual(expectedState);
  expect(storedState.entries.length).toBeGreaterThanOrEqual(atLeast);
  expect(await runInTenant(() => recount())).toMatchObject({ differences: [], mended: 0, busy: [] });
}

describe("entries", () => {
  it("follow values, owners, rows, deletions and restores of records", async () => {
    await declarePath("metadata.a", true);
    await declarePath("metadata.many[]");
    await completeIndexing(app);
    const { id } = await createLead({});
    const steps: [() => Promise<unknown>, number][] = [
      [() => runInTenant(() => Lead.update({ id, metadata: { a: "One", many: ["x", "y", "X"] } })), 4],
      [() => runInTenant(() => Lead.update({ id, metadata: { a: "Two", many: ["y", "z"] } })), 4],
      [() => runInTenant(() => Lead.update({ id, company: "Shown in lists" })), 4],
      [() => runInTenant(() => Lead.assign({ id, owner_id: tenant.userId })), 4],
      [() => runInTenant(() => Lead.remove({ id })), 0],
      [() => runInTenant(() => Lead.restore({ id })), 4],
      [() => runInTenant(() => Lead.update({ id, metadata: null })), 0],
    ];
    for (const [step, entries] of steps) {
      await step();
      await app.settle();
      const { kept: storedState, wanted: expectedState } = readIndexState();
      expect(storedState).toEqual(expectedState);
      expect(storedState.entries).toHaveLength(entries);
    }
    expect(await findLeads("two")).toEqual({ ids: [], total: 0 });
  });

  it("are the same after twenty deliveries in any order, some concurrently", async () => {
    await declarePath("metadata.a", true);
    await declarePath("metadata.many[]");
    await completeIndexing(app);
    isHeld = true;
    const random = createSeededRandom(7);
    const { id } = await createLead({ a: "v0" });
    for (let n = 1; n < 8; n++) {
      const manyValues = Array.from({ length: Math.floor(random() * 50) }, () => `m${Math.floor(random() * 60)}`);
      await runInTenant(() => Lead.update({ id, metadata: { a: `v${n}`, many: manyValues } }));
    }
    await runInTenant(() => Lead.remove({ id }));
    await runInTenant(() => Lead.restore({ id }));
    await app.settle();
    expect(pendingRecords).toHaveLength(10);
    const consumers = [app.ports, otherProcessPorts(), otherProcessPorts()];
    const deliveries = [...pendingRecords, ...pendingRecords].sort(() => random() - 0.5);
    for (let offset = 0; offset < deliveries.length; offset += 3) {
      const chunk = deliveries.slice(offset, offset + 3);
      const answers = await Promise.all(chunk.map((record, n) => projectBatch(consumers[n] as Ports, [record])));
      expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    }
    await expectConsistentIndex(5);
  });

  it("are written in steps if they are many, and another consumer continues after a kill", async () => {
    await declarePath("metadata.many[]");
    await completeIndexing(app);
    isHeld = true;
    const values = (from: number) => Array.from({ length: 60 }, (_, index) => `v${from + index}`);
    const { id } = await createLead({ many: values(0) });
    await app.settle();
    await projectBatch(app.ports, pendingRecords.splice(0));
    await expectConsistentIndex(50);
    await runInTenant(() => Lead.update({ id, metadata: { many: values(30) } }));
    await app.settle();
    let writes = 0;
    const dying = otherProcessPorts((command, scope) => {
      if (command.constructor.name === "TransactWriteCommand" && ++writes > 3) throw new Error("killed");
      return app.ports.database.send(command, scope);
    });
    expect((await projectBatch(dying, pendingRecords)).batchItemFailures).toHaveLength(1);
    expect(readIndexState().kept).not.toEqual(readIndexState().wanted);
    // Entries and counters agree at any time.
    expect(await runInTenant(() => recount())).toMatchObject({ differences: [], mended: 0 });
    await projectBatch(app.ports, pendingRecords);
    await expectConsistentIndex(50);
    const { data } = await tenant.admin.getSearchPathFill({ entity: "lead" });
    expect(data.paths).toMatchObject([{ path: "metadata.many[]", all_records: 1, records_cut: 1 }]);
  });

  it("are limited to 200 per record", async () => {
    const names = Array.from({ length: 6 }, (_, index) => `p${index}`);
    for (const name of names) await declarePath(`metadata.${name}[]`);
    await completeIndexing(app);
    const values = Array.from({ length: 45 }, (_, index) => `v${index}`);
    await createLead(Object.fromEntries(names.map((name) => [name, values])));
    await app.settle();
    const { kept: storedState } = readIndexState();
    expect(storedState.entries).toHaveLength(200);
    expect(Object.keys(storedState.counters).filter((counterName) => counterName.endsWith("cut"))).toHaveLength(2);
  });
});

describe("a declaration unknown to a process", () => {
  it("is repaired by the backfill, which starts once all processes know it", async () => {
    isHeld = true;
    const before = await createLead({ a: "x" });
    await app.settle();
    const stale = otherProcessPorts();
    const read = Clock.ms();
    await projectBatch(stale, pendingRecords.splice(0));
    await declarePath("metadata.a");
    await app.scheduler.run("due");
    const after = await createLead({ a: "x" });
    await app.settle();
    app.setClock({ advance: 30_000 });
    await app.scheduler.run("due");
    await expect(findLeads("x")).rejects.toMatchObject({ status: 409, details: [{ field: "metadata.a" }] });
    // Almost a minute later: as long as a process may cache the old declarations.
    app.setClock({ now: new Date(read + 55_000).toISOString() });
    await projectBatch(stale, pendingRecords.splice(0));
    expect(readIndexState().kept.entries).toEqual([]);
    await completeIndexing(app);
    expect(await findLeads("x")).toEqual({ ids: [after.id, before.id], total: 2 });
    await expectConsistentIndex(2);
  });

  it("is read again if a checkpoint refers to it", async () => {
    isHeld = true;
    const { id } = await createLead({ a: "x", b: "y" });
    const declared = (path: string) => declarePath(path);
    await declared("metadata.a");
    await app.settle();
    const stale = otherProcessPorts();
    await projectBatch(stale, pendingRecords.splice(0));
    await declared("metadata.b");
    await runInTenant(() => Lead.update({ id, company: "One" }));
    await app.settle();
    await projectBatch(app.ports, pendingRecords.splice(0));
    await runInTenant(() => Lead.update({ id, company: "Two" }));
    await app.settle();
    await projectBatch(stale, pendingRecords.splice(0));
    await expectConsistentIndex(2);
  });

  it("is harmless in a consumer delayed for longer than a backfill", async () => {
    isHeld = true;
    await declarePath("metadata.a");
    await createLead({ a: "x", b: "y" });
    await app.settle();
    let isHeldUp = false;
    const slowPorts = otherProcessPorts(async (command, scope) => {
      const answer = await app.ports.database.send(command, scope);
      if (command.constructor.name === "BatchGetCommand" && JSON.stringify(command).includes("~path#") && !isHeldUp) {
        isHeldUp = true;
        await declarePath("metadata.b");
        app.setClock({ advance: (BACKFILL_GRACE_SECONDS + 5) * 1000 });
        await app.scheduler.run("due");
      }
      return answer;
    });
    expect((await projectBatch(slowPorts, pendingRecords)).batchItemFailures).toEqual([]);
    expect(isHeldUp).toBe(true);
    await expectConsistentIndex(2);
  });
});

describe("the backfill", () => {
  it("resumes after a kill, and writes no records", async () => {
    for (let n = 0; n < 120; n += 10)
      await Promise.all(Array.from({ length: 10 }, (_, index) => createLead({ a: `v${(n + index) % 7}`, b: n + index })));
    await app.settle();
    const versions = () =>
      dumpItems(app, tenant.id)
        .filter(({ __edb_e__ }) => __edb_e__ === "lead")
        .map(({ sk, version }) => `${sk} ${version}`);
    const before = versions();
    // A job that the schedule does not know, run part by part.
    const part = () =>
      runInTenant(() => Backfill.backfill(Leads as Collection<BaseRecord>, { id: "alone", revision: 1 }, { parts: 1 }));
    expect(await part()).toMatchObject({ records_done: 100, done: false });
    expect(await part()).toMatchObject({ records_done: 120, done: true });
    expect(await part()).toMatchObject({ records_done: 120, done: true });
    const { data } = await declarePath("metadata.a", true);
    await endGracePeriod();
    let writes = 0;
    let isDead = false;
    const dying = otherProcessPorts((command, scope) => {
      if (command.constructor.name === "TransactWriteCommand" && ++writes % 3 === 0) isDead = true;
      if (isDead) throw new Error("killed");
      return app.ports.database.send(command, scope);
    });
    const seen: number[] = [];
    let deaths = 0;
    for (let turn = 0; turn < 40 && (await tenant.admin.getSearchPath({ id: data.id })).data.status !== "READY"; turn++) {
      isDead = false;
      await proceed(data.id, dying, 0).catch(() => deaths++);
      await runInTenant(() => Promise.resolve(PathDeclarations.invalidate("lead")));
      const { status, records_done } = (await tenant.admin.getSearchPath({ id: data.id })).data;
      seen.push(records_done);
      if (status !== "READY")
        await expect(findLeads("v1")).rejects.toMatchObject({
          status: 409,
          message: expect.stringContaining(`${records_done} records`),
        });
    }
    expect(deaths).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(120);
    expect(versions()).toEqual(before);
    expect((await findLeads("v1")).total).toBe(17);
    await expectConsistentIndex(240);
  });

  it("skips a record that the table rejects, and reports it", async () => {
    const [bad] = await Promise.all([createLead({ a: "x" }), createLead({ a: "x" }), createLead({ a: "x" })]);
    await app.settle();
    const { data } = await declarePath("metadata.a");
    await endGracePeriod();
    const refusing = otherProcessPorts((command, scope) => {
      if (command.constructor.name === "TransactWriteCommand" && JSON.stringify(command).includes(`~path#${bad?.id}`))
        throw Object.assign(new Error("One item is too large"), { name: "ValidationException" });
      return app.ports.database.send(command, scope);
    });
    await proceed(data.id, refusing);
    expect((await tenant.admin.getSearchPath({ id: data.id })).data).toMatchObject({
      status: "READY",
      records_done: 3,
      records_failed: 1,
    });
    app.setClock({ advance: 61_000 });
    expect((await findLeads("x")).total).toBe(2);
  });

  it("runs beside writers and beside itself", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) ids.push((await createLead({ a: `v${n % 3}` })).id);
    const { data } = await declarePath("metadata.a", true);
    await endGracePeriod();
    const write = async () => {
      for (const [index, id] of ids.entries()) await runInTenant(() => Lead.update({ id, metadata: { a: `w${index % 5}` } }));
    };
    const working = [app.ports, otherProcessPorts()].map((ports) => proceed(data.id, ports));
    await Promise.all([write(), ...working]);
    await app.settle();
    await completeIndexing(app);
    // A process may have read the declaration just before it became ready, and keeps it for a minute.
    app.setClock({ advance: 61_000 });
    expect((await findLeads("w1")).total).toBe(12);
    await expectConsistentIndex(120);
  });

  it("stays ready if a run that began earlier marks it as begun later", async () => {
    await createLead({ a: "x" });
    const { data } = await declarePath("metadata.a");
    await endGracePeriod();
    let isOvertaken = false;
    const slow = otherProcessPorts(async (command, scope) => {
      if (command.constructor.name === "TransactWriteCommand" && !isOvertaken) {
        isOvertaken = true;
        await proceed(data.id);
      }
      return app.ports.database.send(command, scope);
    });
    await proceed(data.id, slow);
    expect(isOvertaken).toBe(true);
    expect((await tenant.admin.getSearchPath({ id: data.id })).data).toMatchObject({ status: "READY", due_at: null });
  });
});

describe("a dropped path", () => {
  it("finds no records at once, and leaves no entries, including concurrent writes", async () => {
    const { data } = await declarePath("metadata.a", true);
    await declarePath("metadata.b");
    await completeIndexing(app);
    for (let n = 0; n < 10; n++) await createLead({ a: "x", b: "y" });
    await app.settle();
    isHeld = true;
    const stale = otherProcessPorts();
    await runInTenant(() => PathDeclarations.readDeclarations(Leads), stale);
    await tenant.admin.deleteSearchPath({ id: data.id });
    await expect(findLeads("x")).rejects.toMatchObject({ status: 400, details: [{ field: "metadata.a" }] });
    await expect(tenant.admin.listLeads({ sort: "metadata.a" })).rejects.toMatchObject({ status: 400 });
    await app.scheduler.run("due");
    await createLead({ a: "x", b: "y" });
    await app.settle();
    app.setClock({ advance: 50_000 });
    await projectBatch(stale, pendingRecords.splice(0));
    expect(readIndexState().kept).not.toEqual(readIndexState().wanted);
    const again = await declarePath("metadata.a");
    expect(again.data.id).not.toBe(data.id);
    await completeIndexing(app);
    expect((await tenant.admin.listSearchPaths()).data.map(({ path, status }) => [path, status])).toEqual([
      ["metadata.a", "READY"],
      ["metadata.b", "READY"],
    ]);
    expect(JSON.stringify(readIndexState().kept)).not.toContain(data.id);
    expect(await findLeads("x")).toMatchObject({ total: 11 });
    await expectConsistentIndex(22);
  });

  it("is removed even while it is being backfilled", async () => {
    for (let n = 0; n < 5; n++) await createLead({ a: "x" });
    await app.settle();
    const { data } = await declarePath("metadata.a");
    await endGracePeriod();
    const dying = otherProcessPorts((command, scope) => {
      if (JSON.stringify(command).includes("#BACKFILL#lead") && command.constructor.name === "TransactWriteCommand")
        throw new Error("killed");
      return app.ports.database.send(command, scope);
    });
    await proceed(data.id, dying).catch(() => undefined);
    expect(readIndexState().kept.entries).toHaveLength(5);
    await tenant.admin.deleteSearchPath({ id: data.id });
    await completeIndexing(app);
    expect(readIndexState().kept).toEqual({ entries: [], counters: {} });
    await expect(tenant.admin.getSearchPath({ id: data.id })).rejects.toMatchObject({ status: 404 });
  });
});
