import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import { run } from "@crm/core/platform/bulk-change/worker.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
let tenant: Tenant;
/** Hooks that run before each command is sent and after its answer arrives. */
let beforeCommand: ((command: object) => Promise<void> | void) | undefined;
let afterCommand: ((command: object) => Promise<void> | void) | undefined;

const random = createTestRandom("bulk-change");

beforeAll(async () => {
  // The stream delivers nothing here: the tests run the workers themselves.
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  tenant = await signUp(app);
  const { database } = app.ports;
  const send = database.send.bind(database);
  (database as { send: Database["send"] }).send = async (command, scope) => {
    await beforeCommand?.(command);
    const answer = await send(command, scope);
    await afterCommand?.(command);
    return answer;
  };
});
afterAll(() => app.stop());
afterEach(() => {
  beforeCommand = undefined;
  afterCommand = undefined;
});

class KilledError extends Error {}

const runWorker = (id: string, ms = 600_000) =>
  runIn(systemContext(app.ports, tenant.id, "bulk-change", ["watermark"]), () => run(id, ms));

const isWrite = (command: object): boolean => /Put|Update|Transact/.test(command.constructor.name);
const inputText = (command: object): string => JSON.stringify((command as { input: object }).input);

/** Runs the worker to the end. Each life is killed at a random write, before or after it. */
async function runWithKills(id: string): Promise<number> {
  for (let kills = 0; kills < 400; kills++) {
    let writes = 0;
    const last = 1 + Math.floor(random() * 12);
    let isDead = false;
    const strike = (command: object): void => {
      // Other work in flight in a process that dies ends as well.
      if (isDead || (isWrite(command) && ++writes === last)) {
        isDead = true;
        throw new KilledError("here");
      }
    };
    if (random() < 0.5) beforeCommand = strike;
    else afterCommand = strike;
    try {
      await runWorker(id, random() < 0.2 ? 0 : 600_000);
    } catch (error) {
      if (!(error instanceof KilledError)) throw error;
    } finally {
      beforeCommand = undefined;
      afterCommand = undefined;
    }
    if (!["queued", "running"].includes((await tenant.admin.getBulkChange({ id })).data.status)) return kills;
  }
  throw new Error("It gets no further");
}

const createLeads = (company: string, count: number): Promise<string[]> =>
  Promise.all(
    Array.from(
      { length: count },
      async (_, n) => (await tenant.admin.createLead(newLead({ company, need: `need ${n % 7}` }))).data.id,
    ),
  );

const readLeads = (ids: readonly string[]) => Promise.all(ids.map(async (id) => (await tenant.admin.getLead({ id })).data));

async function listResults(id: string) {
  const rows = [];
  let cursor: string | null | undefined;
  do {
    const page = await tenant.admin.listBulkChangeResults({ id, limit: 50, ...(cursor ? { cursor } : {}) });
    rows.push(...page.data);
    cursor = page.meta.next_cursor;
  } while (cursor);
  return rows;
}

const COMPARED_FIELDS = ["need", "tags"] as const;
const pickFields = (all: readonly object[]) =>
  all.map((lead) => COMPARED_FIELDS.map((field) => (lead as Record<string, unknown>)[field]));

describe("idempotency of bulk change rows", () => {
  it("each row is changed once despite kills, and undone once", async () => {
    const ids = await createLeads("Killed", 100);
    // In each ten leads, one is deleted and one already has the new values.
    const deletedIds = ids.filter((_, n) => n % 10 === 3);
    const skippedIds = ids.filter((_, n) => n % 10 === 7);
    for (const id of skippedIds) await tenant.admin.updateLead({ id, need: "set", tags: ["x"] });
    const first = await readLeads(ids);
    for (const id of deletedIds) await tenant.admin.deleteLead({ id });
    const request = { kind: "lead", action: "update" as const, changes: { need: "set" }, add_tags: ["x"] };
    const { data: change } = await tenant.admin.createBulkChange({ ...request, ids });
    expect(await runWithKills(change.id)).toBeGreaterThan(3);
    const expected = { done: 80, failed: 10, skipped: 10, found: 100, status: "completed" };
    expect((await tenant.admin.getBulkChange({ id: change.id })).data).toMatchObject(expected);
    const outcomes = new Map((await listResults(change.id)).map(({ id, outcome }) => [id, outcome]));
    const expectedOutcomes = ids.map((_, n) => (n % 10 === 3 ? "failed" : n % 10 === 7 ? "skipped" : "done"));
    expect(ids.map((id) => outcomes.get(id))).toEqual(expectedOutcomes);
    const remainingIds = ids.filter((id) => !deletedIds.includes(id));
    const changedLeads = await readLeads(remainingIds);
    expect(changedLeads.map(({ version, need, tags }) => [version, need, tags])).toEqual(
      remainingIds.map(() => [2, "set", ["x"]]),
    );
    const { data: undo } = await tenant.admin.undoBulkChange({ id: change.id });
    expect(await runWithKills(undo.id)).toBeGreaterThan(3);
    expect((await tenant.admin.getBulkChange({ id: undo.id })).data).toMatchObject({ done: 80, failed: 0, skipped: 0 });
    const back = await readLeads(remainingIds);
    expect(pickFields(back)).toEqual(pickFields(first.filter(({ id }) => remainingIds.includes(id))));
    expect(back.map(({ id, version }) => [id, version])).toEqual(remainingIds.map((id) => [id, skippedIds.includes(id) ? 2 : 3]));
  });

  it("each row is changed once if a filter finds it and several workers run concurrently", async () => {
    const ids = await createLeads("Sides", 150);
    const { data: change } = await tenant.admin.createBulkChange({
      ...{ kind: "lead", action: "update", query: { "company[eq]": "Sides" } },
      changes: { company: "Moved" },
    });
    for (let turn = 0; turn < 20; turn++) {
      await Promise.all([runWorker(change.id, 50), runWorker(change.id, 50), runWorker(change.id, 50)]);
      if ((await tenant.admin.getBulkChange({ id: change.id })).data.status === "completed") break;
    }
    const expected = { status: "completed", found: 150, done: 150, failed: 0, skipped: 0 };
    expect((await tenant.admin.getBulkChange({ id: change.id })).data).toMatchObject(expected);
    expect(new Set((await readLeads(ids)).map(({ version, company }) => `${version} ${company}`))).toEqual(new Set(["2 Moved"]));
    expect((await listResults(change.id)).map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  it("no further row is changed after a cancellation", async () => {
    const ids = await createLeads("Cancelled", 40);
    const { data: change } = await tenant.admin.createBulkChange({ kind: "lead", action: "delete", ids });
    let rows = 0;
    beforeCommand = async (command) => {
      if (!inputText(command).includes("rows#3#") || ++rows !== 10) return;
      beforeCommand = undefined;
      await tenant.admin.cancelBulkChange({ id: change.id });
    };
    await runWorker(change.id);
    const { data: cancelled } = await tenant.admin.getBulkChange({ id: change.id });
    expect(cancelled.status).toBe("cancelled");
    const done = new Set((await listResults(change.id)).map(({ id }) => id));
    const deleted = await Promise.all(
      ids.map((id) =>
        tenant.admin.getLead({ id }).then(
          () => [],
          () => [id],
        ),
      ),
    );
    expect(deleted.flat().sort()).toEqual([...done].sort());
    expect([cancelled.done, done.size < 40]).toEqual([done.size, true]);
    const { data: undo } = await tenant.admin.undoBulkChange({ id: change.id });
    await runWorker(undo.id);
    expect((await readLeads(ids)).map(({ id }) => id)).toEqual(ids);
  });

  it("no row is changed after a cancellation before its worker starts", async () => {
    const ids = await createLeads("Begun", 5);
    const { data: change } = await tenant.admin.createBulkChange({ kind: "lead", action: "delete", ids });
    beforeCommand = async (command) => {
      if (!inputText(command).includes("gate#0")) return;
      beforeCommand = undefined;
      await tenant.admin.cancelBulkChange({ id: change.id });
    };
    await runWorker(change.id);
    expect((await tenant.admin.getBulkChange({ id: change.id })).data).toMatchObject({ status: "cancelled", done: 0 });
    expect((await readLeads(ids)).map(({ version }) => version)).toEqual(ids.map(() => 1));
  });

  it("each row is changed at the version that was read, and an undo restores a concurrent change", async () => {
    const [id = ""] = await createLeads("Meanwhile", 1);
    const { data: change } = await tenant.admin.createBulkChange({
      ...{ kind: "lead", action: "update", ids: [id], changes: { need: "bulk" }, add_tags: ["bulk"] },
    });
    beforeCommand = async (command) => {
      if (!isWrite(command) || !inputText(command).includes("rows#3#")) return;
      beforeCommand = undefined;
      await tenant.admin.updateLead({ id, need: "meanwhile", tags: ["theirs"] });
    };
    await runWorker(change.id);
    expect(pickFields(await readLeads([id]))).toEqual([["bulk", ["theirs", "bulk"]]]);
    const { data: undo } = await tenant.admin.undoBulkChange({ id: change.id });
    await runWorker(undo.id);
    expect(pickFields(await readLeads([id]))).toEqual([["meanwhile", ["theirs"]]]);
  });

  it("each row is changed by both of two concurrent bulk changes", async () => {
    const ids = await createLeads("Both", 60);
    const ask = async (tag: string) =>
      (await tenant.admin.createBulkChange({ kind: "lead", action: "update", ids, add_tags: [tag] })).data.id;
    const changeIds = await Promise.all([ask("one"), ask("two")]);
    await Promise.all(changeIds.map((id) => runWorker(id)));
    for (const id of changeIds) expect((await tenant.admin.getBulkChange({ id })).data).toMatchObject({ done: 60, failed: 0 });
    for (const { version, tags } of await readLeads(ids)) expect([version, [...tags].sort()]).toEqual([3, ["one", "two"]]);
  });
});
