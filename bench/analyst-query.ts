import { statSync } from "node:fs";
import { AnalystExport } from "@crm/core/analytics/analyst-export/analyst-export.ts";
import { run as runReportSlice } from "@crm/core/analytics/report/run-worker.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { queryExport } from "../scripts/analyst-query.ts";
import { signUp, type Tenant } from "../test/support/app.ts";
import { measureUnits } from "../test/support/request-units.ts";
import { loadLeads } from "./bulk-load.ts";
import { formatTable, type Section } from "./stats.ts";

/** The same questions as reports, and as SQL over the export for analysts. The answers must be equal. */
interface AnalystQueryOptions {
  counts: readonly number[];
}

/** Maximum growth of the heap from the smallest to the largest export, in MB: it holds a row group at a time. */
const MAX_HEAP_GROWTH = 300;

interface Question {
  name: string;
  report: object;
  sql: string;
}

const questions: readonly Question[] = [
  {
    name: "leads by status and month",
    report: {
      group_by: [{ field: "lead_status_id" }, { field: "created_at", by: "month" }],
      measures: [
        { as: "n", do: "count" },
        { as: "score", do: "sum", field: "lead_score" },
        { as: "budget", do: "max", field: "lead_score" },
      ],
    },
    sql: `SELECT lead_status_id, strftime(created_at, '%Y-%m'), count(*), sum(lead_score), max(lead_score)
          FROM lead GROUP BY ALL`,
  },
  {
    name: "median score by source",
    report: {
      group_by: [{ field: "lead_source_id" }],
      measures: [
        { as: "n", do: "count" },
        { as: "median", do: "median", field: "lead_score" },
      ],
    },
    sql: "SELECT lead_source_id, count(*), median(lead_score) FROM lead GROUP BY ALL",
  },
];

export async function benchAnalystQuery({ counts }: AnalystQueryOptions): Promise<Section[]> {
  const exports: (string | number)[][] = [];
  const answers: (string | number)[][] = [];
  const heaps: number[] = [];
  const missed: string[] = [];
  for (const count of counts) {
    const meter: Meter = { read: 0, write: 0, commands: 0 };
    const stream = () => async () => ({ batchItemFailures: [] });
    const app = await startApp({ data: "memory", logFrom: "error", meter, stream });
    try {
      await app.scheduler.stop();
      const tenant = await signUp(app);
      await loadLeads(app.ports, tenant.id, count, [tenant.userId]);
      const exported = await measureExport(app, meter, tenant.id);
      heaps.push(exported.heap);
      const { written, rows, bytes } = exported.result;
      exports.push([
        count,
        exported.read,
        exported.seconds.toFixed(1),
        Math.round(exported.heap),
        written,
        rows,
        (bytes / 1e6).toFixed(2),
      ]);
      for (const question of questions) {
        const report = await measureReport(app, meter, tenant, question);
        const query = await measureQuery(app, tenant, question);
        const isEqual = JSON.stringify(report.answer) === JSON.stringify(query.answer);
        if (!isEqual) missed.push(`${question.name} at ${count} rows: SQL and the report differ`);
        const size = (query.bytes / 1e6).toFixed(2);
        answers.push([
          question.name,
          count,
          report.read,
          report.seconds.toFixed(2),
          query.seconds.toFixed(2),
          size,
          isEqual ? "yes" : "no",
        ]);
      }
    } finally {
      await app.stop();
    }
  }
  const growth = Math.max(...heaps) - Math.min(...heaps);
  if (growth > MAX_HEAP_GROWTH) missed.push(`the heap of the export grows by ${Math.round(growth)} MB with the rows`);
  const exportColumns = ["leads", "read units", "seconds", "peak heap of the run, MB", "objects", "rows", "MB"];
  const answerColumns = [
    "question",
    "leads",
    "read units of the report",
    "seconds",
    "seconds of SQL",
    "MB of the table",
    "equal",
  ];
  return [
    { title: "Export for analysts", text: formatTable(exportColumns, exports), missed: [] },
    { title: "Reports and SQL over the export", text: formatTable(answerColumns, answers), missed },
  ];
}

async function measureExport({ ports }: App, meter: Meter, tenant: string) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  }, 50);
  const started = performance.now();
  const command = { tenant_id: tenant, full: false, personal: false };
  let result: Awaited<ReturnType<typeof AnalystExport.run>> | undefined;
  const { read } = await measureUnits(meter, async () => {
    result = await AnalystExport.run(ports, command, Number.POSITIVE_INFINITY);
  });
  clearInterval(timer);
  if (!result?.done) throw new Error("The export is not complete");
  return { result, read, seconds: (performance.now() - started) / 1000, heap: (peak - before) / 1024 / 1024 };
}

/** Runs the report in the background, and reads all pages of its answer. */
async function measureReport(app: App, meter: Meter, { admin, id: tenant }: Tenant, { name, report }: Question) {
  const { data: created } = await admin.createReport({ name, kind: "lead", ...report } as never);
  const started = performance.now();
  const answer: unknown[][] = [];
  const { read } = await measureUnits(meter, async () => {
    const { data: begun } = await admin.runReport({ id: created.id });
    const run_id = String(begun.run_id);
    const readPage = async (cursor?: string | null) =>
      (await admin.getReportRun({ id: created.id, run_id, ...(cursor ? { cursor } : {}) })).data;
    while ((await readPage()).status === "running")
      await runIn(systemContext(app.ports, tenant, "bench"), () => runReportSlice(run_id));
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await readPage(cursor);
      if (page.status !== "ready") throw new Error(`The report is ${page.status}`);
      answer.push(...page.rows.map((row) => Object.values(row)));
      cursor = page.next_cursor;
    }
  });
  return { answer: sortRows(answer), read, seconds: (performance.now() - started) / 1000 };
}

async function measureQuery({ state }: App, { slug, id }: Tenant, { sql }: Question) {
  const started = performance.now();
  const { rows } = await queryExport(state.folder, sql, { tenant: slug });
  const seconds = (performance.now() - started) / 1000;
  const { rows: files } = await queryExport(
    state.folder,
    `SELECT file FROM glob('${state.folder}/objects/${id}/lake/lead/*/*')`,
    {
      tenant: slug,
    },
  );
  const bytes = files.reduce((sum, [file]) => sum + statSync(String(file)).size, 0);
  return { answer: sortRows(rows), seconds, bytes };
}

/** Sorts rows of an answer, with all values as texts. */
const sortRows = (rows: readonly (readonly unknown[])[]): string[][] =>
  rows
    .map((row) => row.map((value) => (value === null ? "" : String(value))))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
