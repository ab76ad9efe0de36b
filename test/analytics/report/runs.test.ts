import { run as runSlice } from "@crm/core/analytics/report/run-worker.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putLeads } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;

const LEADS = 1050;
const definition = {
  name: "Leads",
  kind: "lead",
  group_by: [{ field: "company" }],
  measures: [
    { as: "n", do: "count" },
    { as: "scores", do: "distinct", field: "lead_score" },
    { as: "median", do: "median", field: "lead_score" },
    { as: "part", do: "share" },
  ],
  sort: [{ by: "n", order: "desc" }],
};

beforeAll(async () => {
  // The stream delivers nothing, so the test runs each slice itself.
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  await putLeads(app, tenant.id, LEADS, (index) => ({
    company: `Company ${index % 800}`,
    lead_score: index % 97,
    owner_id: index % 3 === 0 ? rep.id : tenant.userId,
  }));
});
afterAll(() => app.stop());

const slice = (ports: Ports, id: string, ms?: number) => runIn(systemContext(ports, tenant.id, "test"), () => runSlice(id, ms));

type Client = Tenant["admin"];
const create = async (as: Client, more: object = {}) => (await as.createReport({ ...definition, ...more })).data.id;
const read = async (as: Client, id: string, paging: object = {}) => (await as.getReport({ id, ...paging })).data;

/** The rows of all pages of a run. */
async function readRun(as: Client, id: string, run_id: string, limit?: number) {
  const rows: unknown[] = [];
  let cursor: string | null = null;
  do {
    const { data } = await as.getReportRun({ id, run_id, ...(limit ? { limit } : {}), ...(cursor ? { cursor } : {}) });
    rows.push(...data.rows);
    cursor = data.next_cursor;
  } while (cursor);
  return rows;
}

async function readAtOnce(as: Client, id: string) {
  const rows: unknown[] = [];
  let cursor: string | null = null;
  do {
    const data = await read(as, id, cursor ? { cursor } : {});
    expect(data).toMatchObject({ status: "ready", run_id: null });
    rows.push(...data.rows);
    cursor = data.next_cursor;
  } while (cursor);
  return rows;
}

describe("a run", () => {
  it.each([
    ["groups", {}],
    ["groups in their own order", { sort: [] }],
    ["groups of records in the order of their names", { group_by: [{ field: "owner_id" }, { field: "company" }], sort: [] }],
    ["rows", { group_by: [], measures: [], columns: ["company", "lead_score"], sort: [{ by: "lead_score", order: "desc" }] }],
    ["rows up to a limit", { group_by: [], measures: [], columns: ["company"], sort: [{ by: "company" }], limit: 1020 }],
    ["totals", { group_by: [], sort: [] }],
    ["records with and without others", { with: [{ tab: "opportunity", has: false }] }],
  ])("has the %s that the report has at once, in pages", async (_, more) => {
    const id = await create(tenant.admin, more);
    const { status, data } = await tenant.admin.runReport({ id });
    expect([status, data.status, data.rows]).toEqual([202, "running", []]);
    await slice(app.ports, String(data.run_id));
    const rows = await readRun(tenant.admin, id, String(data.run_id), 500);
    expect(rows).toEqual(await readAtOnce(tenant.admin, id));
    const atOnce = await read(tenant.admin, id);
    const { totals, row_count, unconverted } = (await tenant.admin.getReportRun({ id, run_id: String(data.run_id) })).data;
    expect({ totals, row_count, unconverted }).toEqual({
      totals: atOnce.totals,
      row_count: atOnce.row_count,
      unconverted: atOnce.unconverted,
    });
  });

  it("has only the rows of its reader, and is read by no one else", async () => {
    const id = await create(tenant.admin, { visibility: "EVERYONE" });
    const { data } = await rep.client.runReport({ id });
    const run_id = String(data.run_id);
    await slice(app.ports, run_id);
    expect((await rep.client.getReportRun({ id, run_id })).data.totals).toMatchObject({ n: Math.ceil(LEADS / 3) });
    expect(await readRun(rep.client, id, run_id)).toEqual(await readAtOnce(rep.client, id));
    await expect(tenant.admin.getReportRun({ id, run_id })).rejects.toMatchObject({ status: 404 });
    // Another role sees other records, so the result of the former role is not shown.
    await tenant.admin.updateUser({ id: rep.id, role: "MANAGER" });
    app.setClock({ advance: 2 * 60_000 });
    await expect(rep.client.getReportRun({ id, run_id })).rejects.toMatchObject({ status: 422 });
    await tenant.admin.updateUser({ id: rep.id, role: "SALES_REP" });
    app.setClock({ advance: 2 * 60_000 });
    expect((await rep.client.getReportRun({ id, run_id })).data.status).toBe("ready");
  });

  it("is not shown once the report changed", async () => {
    const id = await create(rep.client);
    const { data } = await rep.client.runReport({ id });
    await slice(app.ports, String(data.run_id));
    await rep.client.replaceReport({ id, ...definition, name: "Changed" });
    await expect(rep.client.getReportRun({ id, run_id: String(data.run_id) })).rejects.toMatchObject({ status: 422 });
  });
});

describe("a worker that dies", () => {
  class KilledError extends Error {}
  /** Ports that fail at the n-th object and at all later ones. */
  const createMortalPorts = (nth: number, isBefore: boolean): Ports => {
    let count = 0;
    const { objects } = app.ports;
    return {
      ...app.ports,
      objects: {
        ...objects,
        write: async (key, body) => {
          count++;
          if (count > nth || (count === nth && isBefore)) throw new KilledError("Killed");
          await objects.write(key, body);
          if (count === nth) throw new KilledError("Killed");
        },
      },
    };
  };
  it.each([
    [1, false],
    [2, true],
    [3, false],
  ])("at object %i (before it: %s) is followed by one that counts each row once", async (nth, isBefore) => {
    const id = await create(tenant.admin, { measures: definition.measures, sort: [], name: `Killed ${nth} ${isBefore}` });
    const { data } = await tenant.admin.runReport({ id });
    const run_id = String(data.run_id);
    // Slices without time do one stretch each: a page of rows.
    await slice(createMortalPorts(nth, isBefore), run_id, 0).catch((error) => expect(error).toBeInstanceOf(KilledError));
    for (let turn = 0; turn < 5; turn++) await slice(app.ports, run_id, 0);
    expect(await readRun(tenant.admin, id, run_id)).toEqual(await readAtOnce(tenant.admin, id));
  });
});
