import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD_STATUSES } from "@crm/core/sales/lead/lead.masters.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOperation, putLeads, runExport } from "../../platform/export/export-client.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { measureUnits } from "../../support/request-units.ts";

/** Lists, boards, exports, reports, segments, bulk changes and counts find the same records by the same conditions, if their kind has columns. */

/** More than are read without columns. */
const LEAD_COUNT = 1100;
const COMPANIES = ["Aurora", "auroral Bakery", "Élan", "Borealis", "Boréal Works", "Cedar"];
const STATUSES = ["new", "contacted", "qualified", "disqualified"];

const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;
let viewers: { admin: string; rep: string };

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
  const rep = await addUser(app, tenant, "SALES_REP");
  viewers = { admin: tenant.token, rep: rep.token };
  await putLeads(app, tenant.id, LEAD_COUNT, (at) => ({
    company: at % 11 === 0 ? null : `${COMPANIES[at % COMPANIES.length]} ${at % 50}`,
    owner_id: at % 3 === 0 ? rep.id : tenant.userId,
    lead_status_id: defaultId(LEAD_STATUSES, STATUSES[at % STATUSES.length] as string),
    lead_score: at % 100,
    budget: at % 7 === 0 ? null : `${(at * 37) % 90_000}.50`,
    tags: ["cold", "vip"].filter((_, index) => at % (index + 3) === 0),
  }));
  await app.settle();
  await runIn(systemContext(app.ports, tenant.id, "test"), () =>
    maintain(Leads as Collection<BaseRecord>, Number.POSITIVE_INFINITY),
  );
});
afterAll(() => app.stop());

async function call(token: string, name: string, input: Record<string, unknown>) {
  const { status, body } = await callOperation(app, token, name, input);
  if (status >= 300) throw new Error(`${name}: ${status} ${body}`);
  return JSON.parse(body) as { data: never; meta: { total: number; next_cursor: string | null } };
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort();

async function listIds(token: string, query: object): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const { data, meta } = await call(token, "queryLeads", { ...query, limit: 100, ...(cursor ? { cursor } : {}) });
    ids.push(...idsOf(data));
    cursor = meta.next_cursor;
  } while (cursor !== null);
  return ids.sort();
}

/** What each consumer finds. */
async function findByAll(token: string, where: object) {
  const definition = { kind: "lead", visibility: "PRIVATE", where };
  const byStatus = STATUSES.map((status) => ({ and: [where, { lead_status_id: defaultId(LEAD_STATUSES, status) }] }));
  const [list, cards, file, report, segment, counted] = [
    await listIds(token, { where }),
    (await Promise.all(byStatus.map((column) => listIds(token, { where: column, sort: "-budget" })))).flat().sort(),
    await runExport(app, token, "exportLeads", { query: { where }, columns: ["id"], labels: false }),
    await call(token, "previewReport", { definition: { ...definition, columns: ["company"] } }),
    await call(token, "queryLeads", { where, limit: 3 }),
    await call(token, "previewReport", { definition: { ...definition, measures: [{ as: "n", do: "count" }] } }),
  ];
  const change = await call(token, "createBulkChange", {
    ...{ kind: "lead", action: "update", query: { where }, changes: { need: "x" }, dry_run: true },
  });
  await app.settle();
  const bulk = await call(token, "getBulkChange", { id: (change.data as { id: string }).id });
  const [reported, totals] = partOf<{ rows: { id: string }[]; totals: { n: number } }[]>([report.data, counted.data]);
  return {
    list,
    board: cards,
    export: file.rows.map(([id = ""]) => id).sort(),
    report: idsOf(reported?.rows ?? []),
    counts: {
      segment: segment.meta.total,
      bulk: (bulk.data as { found: number }).found,
      count: totals?.totals.n,
    },
  };
}

function drawCondition(random: Random): object {
  const draw = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  return draw([
    { company: { prefix: draw(["au", "Bor", "élan 1"]) } },
    { budget: { gte: String(Math.floor(random() * 80_000)) } },
    { tags: { has: draw(["vip", "cold"]) } },
    { company: { is_null: true } },
    { or: [{ lead_score: { lt: 5 } }, { and: [{ company: { prefix: "cedar" } }, { tags: { has: "vip" } }] }] },
  ]);
}

describe.each(["admin", "rep"] as const)("by the same conditions, the user %s", (viewer) => {
  it("finds the same records in each place, one that was changed just before included", async () => {
    const random = createTestRandom(`consumers ${viewer}`);
    const changed = (await tenant.admin.createLead(newLead({ company: "Aurora new", owner_id: undefined }))).data.id;
    for (let round = 0; round < 3; round++) {
      const where = { and: [drawCondition(random), { lead_score: { lt: 20 + 30 * round } }] };
      await tenant.admin.updateLead({ id: changed, company: ["Borealis now", "Élan now", "Aurora now"][round] });
      const { list, board, export: file, report, counts } = await findByAll(viewers[viewer], where);
      const context = JSON.stringify(where);
      expect([board, file, report], context).toEqual([list, list, list]);
      expect(counts, context).toEqual({ segment: list.length, bulk: list.length, count: list.length });
    }
  });
});

it("exports, reports and bulk changes of few records read these, and not the whole kind", async () => {
  const where = { company: { prefix: "élan 1" }, lead_score: { lt: 9 } };
  const expected = await listIds(tenant.token, { where });
  expect(expected.length).toBeGreaterThan(3);
  const definition = { kind: "lead", visibility: "PRIVATE", where };
  const preview = {
    definition: { ...definition, group_by: [{ field: "lead_status_id" }], measures: [{ as: "n", do: "count" }] },
  };
  const read = async (work: () => Promise<unknown>) => (await measureUnits(meter, work)).read;
  const byReport = await read(() => call(tenant.token, "previewReport", preview));
  expect(byReport).toBeLessThan(5);
  const definitionOfFile = { ...definition, name: "Élan", columns: ["company"] };
  const { data } = await call(tenant.token, "createReport", definitionOfFile);
  await app.settle();
  await call(tenant.token, "getReport", { id: (data as { id: string }).id });
  const byKeys = await read(() => call(tenant.token, "getReport", { id: (data as { id: string }).id }));
  // The whole kind takes fifty.
  expect(byKeys).toBeLessThan(10 + expected.length);
});

it("a run of a report has the groups that its reading shows", async () => {
  const definition = {
    ...{ kind: "lead", visibility: "PRIVATE", name: "Budgets", where: { tags: { has: "vip" } } },
    group_by: [{ field: "lead_status_id" }, { field: "created_at", by: "month" }],
    measures: [
      { as: "total", do: "sum", field: "budget" },
      { as: "middle", do: "median", field: "lead_score" },
      { as: "companies", do: "distinct", field: "company" },
    ],
  };
  const { data } = await call(tenant.token, "createReport", definition);
  const { id } = data as { id: string };
  const { data: run } = await call(tenant.token, "runReport", { id });
  await app.settle();
  const { run_id } = run as { run_id: string };
  const [kept, shown] = [await call(tenant.token, "getReportRun", { id, run_id }), await call(tenant.token, "getReport", { id })];
  const pick = (answer: object) => {
    const { rows, totals, row_count, rows_read } = answer as Record<string, unknown>;
    return { rows, totals, row_count, rows_read };
  };
  expect(pick(kept.data)).toEqual(pick(shown.data));
  expect(pick(kept.data)).toMatchObject({ rows_read: (await listIds(tenant.token, { where: definition.where })).length });
});
