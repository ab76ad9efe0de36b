import { AsyncLocalStorage } from "node:async_hooks";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { idTime, newId } from "@crm/core/kernel/id.ts";
import type { Objects, Ports } from "@crm/core/kernel/ports.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import type { Progress } from "@crm/core/platform/export/part.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { Counter, counterKey } from "@crm/core/storage/read/counter.ts";
import { StableScan } from "@crm/core/storage/read/stable-scan.ts";
import { Job } from "@crm/core/storage/write/job.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { callOperation, fetchExport, putLeads, runSlice, startExport } from "./export-client.ts";

/** What an export reads during concurrent writes. The stream delivers nothing, so the test runs each slice itself. */
let app: App;
beforeAll(async () => {
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
});
afterAll(() => app.stop());

const runInTenant = <T>(tenant: Tenant, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), work);

/** All leads in the default order. */
const query = {
  ...({ page: 1, limit: 20, sort: "created_at", order: "desc", deleted: false } as const),
  ...{ cursor: undefined, search: undefined },
};

/** Sets the counters. */
async function writeCounters(tenant: Tenant, countsByScope: Record<string, Record<string, number>>): Promise<void> {
  for (const [scope, counts] of Object.entries(countsByScope)) {
    const item = { ...counterKey(tenant.id, "lead", scope), ...counts };
    await runInTenant(tenant, async () => {
      await transaction().put(item).commit(undefined);
      Counter.invalidate(tenant.id, "lead", scope);
    });
  }
}

/** Runs all slices of an export, each of at least one part. */
async function runAllSlices(ports: Ports, tenant: Tenant, token: string, id: string): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    await runSlice(ports, tenant.id, id, 0);
    const answer = await callOperation(app, token, "getExport", { id });
    if (!["queued", "running"].includes(JSON.parse(answer.body).data.status)) return;
  }
  throw new Error("It did not end");
}

describe("a scan during concurrent writes", () => {
  it("contains each lead that stays in it exactly once", async () => {
    const tenant = await signUp(app, { visibility: "own" });
    const { data: team } = await tenant.admin.createTeam({ name: "North" });
    const manager = await addUser(app, tenant, "MANAGER", { team_id: team.id });
    const reps: string[] = [];
    for (let index = 0; index < 4; index++) reps.push((await addUser(app, tenant, "SALES_REP", { team_id: team.id })).id);
    const outside = (await addUser(app, tenant, "SALES_REP")).id;
    const owners = [...reps, outside];
    const ids = await putLeads(app, tenant.id, 1500, (index) => ({ owner_id: owners[index % 5] ?? null }));
    const findGroup = (index: number) => ["still", "changed", "passed", "left", "still"][(index % 7) % 5];
    const listGroupIds = (group: string) => ids.filter((_, index) => findGroup(index) === group);
    await writeCounters(tenant, { "*": { live: 30_000 }, ...Object.fromEntries(owners.map((owner) => [owner, { live: 600 }])) });
    // The export reads the manager's leads by owner while leads move between owners. The manager sees four in five leads;
    // leads that change owners stay within the team.
    const seen = new Set(ids.filter((_, index) => index % 5 !== 4));

    let isOver = false;
    let writes = 0;
    const random = createTestRandom("an export while others write");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const [changedIds, passedIds, leavingIds] = [
      listGroupIds("changed"),
      listGroupIds("passed").filter((id) => seen.has(id)),
      listGroupIds("left"),
    ];
    const writer = async () => {
      while (!isOver) {
        const action = writes++ % 6;
        if (action === 0) await tenant.admin.updateLead({ id: pick(changedIds), company: `C${writes}` });
        else if (action === 1) await tenant.admin.createLead(newLead({ owner_id: pick(reps) }));
        else if (action === 2)
          await callOperation(app, tenant.token, writes % 2 ? "deleteLead" : "restoreLead", { id: pick(leavingIds) });
        else if (action === 3)
          await callOperation(app, tenant.token, "setLeadStatus", {
            id: pick(leavingIds),
            lead_status_id: pick(["new", "contacted"]),
          });
        else await tenant.admin.assignLeads({ lead_ids: [...new Set([pick(passedIds), pick(passedIds)])], owner_id: pick(reps) });
      }
    };
    const writers = Array.from({ length: 8 }, writer);
    const all = await startExport(app, tenant.token, "exportLeads", { columns: ["id"], query: { status: "new" } });
    const managerExport = await startExport(app, manager.token, "exportLeads", { columns: ["id", "notes"] });
    const exportRuns = Promise.all([
      runAllSlices(app.ports, tenant, tenant.token, all),
      runAllSlices(app.ports, tenant, manager.token, managerExport),
    ]);
    await exportRuns.finally(() => {
      isOver = true;
    });
    await Promise.all(writers);
    expect(writes).toBeGreaterThan(20);

    const lasting = [...listGroupIds("still"), ...listGroupIds("changed"), ...passedIds];
    for (const [token, id, expected] of [
      [tenant.token, all, lasting],
      [manager.token, managerExport, lasting.filter((leadId) => seen.has(leadId))],
    ] as const) {
      const exportedIds = (await fetchExport(app, token, id)).rows.map(([leadId]) => leadId);
      expect(new Set(exportedIds).size).toBe(exportedIds.length);
      expect(exportedIds.toSorted()).toEqual(exportedIds);
      const exportedSet = new Set(exportedIds);
      expect(expected.filter((leadId) => !exportedSet.has(leadId))).toEqual([]);
    }
  });

  it("finds leads that moved from an owner not yet read to one already read", async () => {
    const tenant = await signUp(app);
    const [first, second] = [(await addUser(app, tenant, "SALES_REP")).id, (await addUser(app, tenant, "SALES_REP")).id];
    const ids = await putLeads(app, tenant.id, 40, (index) => ({ owner_id: index % 2 ? first : second }));
    await putLeads(app, tenant.id, 200, () => ({ owner_id: null }));
    await writeCounters(tenant, { "*": { live: 240 }, [first]: { live: 20 }, [second]: { live: 20 } });
    const moving = ids[20] as string;
    // The export has read the first owner when it asks for the second; then the lead moves from the second to the first.
    const order = new AsyncLocalStorage<{ read: Promise<void>; done: () => void; moved: boolean }>();
    const ports: Ports = {
      ...app.ports,
      database: {
        ...app.ports.database,
        async send(command, scope) {
          const state = order.getStore();
          const partitionKey = command instanceof QueryCommand ? String(command.input.ExpressionAttributeValues?.[":pk"]) : "";
          if (state && partitionKey.endsWith(first)) {
            const answer = await app.ports.database.send(command, scope);
            state.done();
            return answer;
          }
          if (state && !state.moved && partitionKey.endsWith(second)) {
            await state.read;
            state.moved = true;
            await runInTenant(tenant, () => Records.change(Leads, moving, (lead) => ({ ...lead, owner_id: first })));
          }
          return app.ports.database.send(command, scope);
        },
      },
    };
    const { promise: read, resolve: done } = Promise.withResolvers<void>();
    const context = { ...systemContext(ports, tenant.id, "test"), visibleOwners: async () => new Set([first, second]) };
    const state = { read, done, moved: false };
    const { extent, found: batch } = await runIn(context, async () => {
      const extent = await StableScan.plan(Leads, { ...query, filters: {}, ranges: {} }, { as_of: "2999-01-01T00:00:00.000Z" });
      if (!extent) throw new Error("Nothing to see");
      return { extent, found: await order.run(state, () => StableScan.readNext(Leads, extent, undefined, 1000)) };
    });
    expect(extent.canRecordsMove).toBe(true);
    expect(state.moved).toBe(true);
    expect(batch.records.map(({ id }) => id)).toEqual(ids);
  });

  it("reads the smallest partition that no change can move records between", async () => {
    const tenant = await signUp(app);
    const extent = async (
      filters: Record<string, string>,
      visible: "all" | Set<string>,
      countsByScope: Record<string, Record<string, number>>,
    ) =>
      runIn({ ...systemContext(app.ports, tenant.id, "test"), visibleOwners: async () => visible }, async () => {
        await writeCounters(tenant, countsByScope);
        const plan = await StableScan.plan(Leads, { ...query, filters, ranges: {} }, { as_of: "2026-01-01T00:00:00.000Z" });
        return plan && `${plan.canRecordsMove ? "shifting " : ""}${plan.partitions.map(({ index }) => index).join(" ")}`;
      });
    const sampleCounts = { "*": { live: 1000, "status=s": 300, "source=w": 20 }, one: { live: 100 }, two: { live: 100 } };
    expect(await extent({}, "all", sampleCounts)).toBe("by_time");
    expect(await extent({ status: "s", source: "w" }, "all", sampleCounts)).toBe("by_related");
    expect(await extent({ status: "s" }, new Set(["one"]), sampleCounts)).toBe("by_owner");
    expect(await extent({}, new Set(["one", "two"]), sampleCounts)).toBe("shifting by_owner by_owner");
    // Lists by owner are read twice, which costs more here than one status.
    expect(await extent({ status: "s" }, new Set(["one", "two"]), sampleCounts)).toBe("by_status");
    expect(await extent({}, new Set(), sampleCounts)).toBeUndefined();
  });
});

/** A simulated list of leads: the index by time returns them without stored records. */
function createFakeIndex(count: number): { ids: string[]; database: Ports["database"] } {
  const ids = Array.from({ length: count }, () => newId(LEAD, { owner: newId(PERSON) }));
  // The file is too large to return inline.
  const company = "x".repeat(5_000_000 / count);
  const { database } = app.ports;
  return {
    ids,
    database: {
      ...database,
      async send(command, scope) {
        if (!(command instanceof QueryCommand) || command.input.IndexName !== "by_time") return database.send(command, scope);
        const {
          KeyConditionExpression: condition = "",
          ExpressionAttributeValues: values,
          Limit = 1000,
          ExclusiveStartKey,
        } = command.input;
        const low = String(ExclusiveStartKey?.id ?? values?.[":low"] ?? "");
        const isBehind = ExclusiveStartKey !== undefined || condition.includes("> :low");
        const first = ids.findIndex((id) => (isBehind ? id > low : id >= low));
        const page = first < 0 ? [] : ids.slice(first, first + Limit);
        const Items = page.map((id) => ({
          id,
          row: JSON.stringify({ id, company, created_at: new Date(idTime(id)).toISOString() }),
        }));
        const last = Items.at(-1);
        return { Items, ...(last && last.id !== ids.at(-1) ? { LastEvaluatedKey: { id: last.id } } : {}) };
      },
    },
  };
}

describe("a large export", () => {
  const ROWS = resolveTestSize("CRM_ROWS", 5000, 20_000);

  it("is written in parts, with one in memory at a time", async () => {
    const tenant = await signUp(app);
    const { ids, database } = createFakeIndex(ROWS);
    const id = await startExport(app, tenant.token, "exportLeads", { columns: ["id", "company"] });
    const { objects } = app.ports;
    const seen = { parts: 0, opened: 0, lines: 0, ahead: 0 };
    const watched: Objects = {
      ...objects,
      async write(key, body) {
        if (body instanceof Uint8Array) {
          seen.parts++;
          const rows = JSON.parse(Buffer.from(body).toString()) as unknown[];
          if (rows.length > 1000) throw new Error(`A part of ${rows.length} rows`);
          return objects.write(key, body);
        }
        async function* countLines() {
          for await (const chunk of body as AsyncIterable<Uint8Array>) {
            seen.lines += Buffer.from(chunk).filter((byte) => byte === 10).length;
            seen.ahead = Math.max(seen.ahead, seen.opened * 1000 - seen.lines);
            yield chunk;
          }
        }
        return objects.write(key, countLines());
      },
      async open(key) {
        seen.opened++;
        return objects.open(key);
      },
    };
    await runAllSlices({ ...app.ports, database, objects: watched }, tenant, tenant.token, id);
    expect(seen).toMatchObject({ parts: ROWS / 1000, opened: ROWS / 1000, lines: ROWS + 1 });
    // Of what was read, at most one part and one block wait to be written.
    expect(seen.ahead).toBeLessThan(2000);
    const state = await runInTenant(tenant, () => Job.readProgress<Progress>(id));
    expect(JSON.stringify(state).length).toBeLessThan(4000);

    const answer = await callOperation(app, tenant.token, "getExportFile", { id });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toMatch(/^http/);
    const file = await fetchExport(app, tenant.token, id);
    expect(file.rows.map(([leadId]) => leadId)).toEqual(ids);
  });

  it("ends a part early if its records are large, and loses none", async () => {
    const tenant = await signUp(app);
    const notes = "n".repeat(45_000);
    const ids = await putLeads(app, tenant.id, 300, () => ({ notes }));
    const id = await startExport(app, tenant.token, "exportLeads", { columns: ["id", "notes"] });
    const largest = { part: 0 };
    const { objects } = app.ports;
    const watched: Objects = {
      ...objects,
      async write(key, body) {
        if (body instanceof Uint8Array) largest.part = Math.max(largest.part, body.length);
        return objects.write(key, body);
      },
    };
    await runAllSlices({ ...app.ports, objects: watched }, tenant, tenant.token, id);
    expect(largest.part).toBeLessThan(10_000_000);
    expect((await fetchExport(app, tenant.token, id)).rows.map(([leadId]) => leadId)).toEqual(ids);
  });
});
