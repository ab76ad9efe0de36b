import { statSync } from "node:fs";
import { AnalystExport } from "@crm/core/analytics/analyst-export/analyst-export.ts";
import { Report } from "@crm/core/analytics/report/report.ts";
import { run } from "@crm/core/analytics/report/run-worker.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { queryExport } from "../scripts/analyst-query.ts";
import { measureUnits } from "../test/support/request-units.ts";
import { listReportStores, measureHeap, type ReportStore, type ReportStoreOptions, runAsUser } from "./report-store.ts";
import { formatTable, type Section } from "./stats.ts";

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

/** The same questions as reports, and as SQL over the export for analysts. The answers must be equal. */
export async function benchAnalystQuery(options: ReportStoreOptions): Promise<Section[]> {
  const exports: (string | number)[][] = [];
  const answers: (string | number)[][] = [];
  const heaps: number[] = [];
  const missed: string[] = [];
  for (const open of listReportStores(options)) {
    const store = await open();
    const { leads } = store;
    try {
      const exported = await measureExport(store);
      heaps.push(exported.heap);
      const { written, rows, bytes } = exported;
      const [seconds, heap] = [exported.seconds.toFixed(1), Math.round(exported.heap)];
      exports.push([leads, exported.read, seconds, heap, written, rows, (bytes / 1e6).toFixed(2)]);
      console.error(exports.at(-1)?.join(", "));
      for (const question of questions) {
        const report = await measureReport(store, question);
        const query = await measureQuery(store, question);
        const isEqual = JSON.stringify(report.answer) === JSON.stringify(query.answer);
        if (!isEqual) missed.push(`${question.name} at ${leads} rows: SQL and the report differ`);
        const times = [report.seconds, query.seconds].map((time) => time.toFixed(2));
        const size = (query.bytes / 1e6).toFixed(2);
        answers.push([question.name, leads, report.read, ...times, size, isEqual ? "yes" : "no"]);
        console.error(answers.at(-1)?.join(", "));
      }
    } finally {
      await store.close();
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

async function measureExport({ ports, meter, tenant }: ReportStore) {
  const command = { tenant_id: tenant, full: false, personal: false };
  const started = performance.now();
  let done: Awaited<ReturnType<typeof AnalystExport.run>> | undefined;
  const { result: units, heap } = await measureHeap(() =>
    measureUnits(meter, async () => {
      done = await AnalystExport.run(ports, command, Number.POSITIVE_INFINITY);
    }),
  );
  if (!done?.done) throw new Error("The export is not complete");
  return { ...done, read: units.read, seconds: (performance.now() - started) / 1000, heap };
}

/** Runs the report in the background, and reads all pages of its answer. */
async function measureReport(store: ReportStore, { name, report }: Question) {
  const { ports, meter, tenant } = store;
  const { id } = await runAsUser(store, () => Report.create({ name, kind: "lead", ...report }));
  const started = performance.now();
  const answer: unknown[][] = [];
  const { read } = await measureUnits(meter, async () => {
    const { run_id } = await runAsUser(store, () => Report.run({ id }));
    const readPage = (cursor: string | null) =>
      runAsUser(store, () => Report.getRun({ id, run_id: String(run_id), ...(cursor ? { cursor } : {}) }));
    while ((await readPage(null)).status === "running")
      await runIn(systemContext(ports, tenant, "bench"), () => run(String(run_id)));
    for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
      const page = await readPage(cursor);
      if (page.status !== "ready") throw new Error(`The report is ${page.status}`);
      answer.push(...page.rows.map((row) => Object.values(row)));
      cursor = page.next_cursor;
    }
  });
  return { answer: sortRows(answer), read, seconds: (performance.now() - started) / 1000 };
}

async function measureQuery({ folder, tenant }: ReportStore, { sql }: Question) {
  const started = performance.now();
  const { rows } = await queryExport(folder, sql, { tenant });
  const seconds = (performance.now() - started) / 1000;
  const listing = `SELECT file FROM glob('${folder}/objects/${tenant}/lake/lead/*/*')`;
  const { rows: files } = await queryExport(folder, listing, { tenant });
  const bytes = files.reduce((sum, [file]) => sum + statSync(String(file)).size, 0);
  return { answer: sortRows(rows), seconds, bytes };
}

/** Sorts rows of an answer, with all values as texts. */
const sortRows = (rows: readonly (readonly unknown[])[]): string[][] =>
  rows
    .map((row) => row.map((value) => (value === null ? "" : String(value))))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
