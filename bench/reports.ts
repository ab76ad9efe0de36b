import { Report } from "@crm/core/analytics/report/report.ts";
import { ReportRuns } from "@crm/core/analytics/report/report-run.entity.ts";
import { run } from "@crm/core/analytics/report/run-worker.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { buildActorContext } from "@crm/core/platform/sign-in/actor-context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { signUp } from "../test/support/app.ts";
import { measureUnits } from "../test/support/request-units.ts";
import { loadLeads } from "./bulk-load.ts";
import { formatTable, type Section } from "./stats.ts";

/** Reports over leads that are written straight into the store: at once, and in slices. */
export interface ReportOptions {
  counts: readonly number[];
}

/** Maximum growth of the heap from the smallest to the largest run, in MB: a run holds a bounded number of entries. */
const MAX_HEAP_GROWTH = 400;

const definitions = {
  "groups by status and month": {
    group_by: [{ field: "lead_status_id" }, { field: "created_at", by: "month" }],
    measures: [
      { as: "n", do: "count" },
      { as: "score", do: "avg", field: "lead_score" },
      { as: "part", do: "share" },
    ],
  },
  "exact median, and a group for each company": {
    group_by: [{ field: "company" }],
    measures: [
      { as: "n", do: "count" },
      { as: "median", do: "median", field: "lead_score" },
    ],
    sort: [{ by: "n", order: "desc" }],
  },
} as const;

export async function benchReports({ counts }: ReportOptions): Promise<Section[]> {
  const rows: (string | number)[][] = [];
  const heaps: number[] = [];
  for (const count of counts) {
    const meter: Meter = { read: 0, write: 0, commands: 0 };
    const app = await startApp({
      data: "memory",
      logFrom: "error",
      meter,
      stream: () => async () => ({ batchItemFailures: [] }),
    });
    try {
      await app.scheduler.stop();
      const tenant = await signUp(app);
      await loadLeads(app.ports, tenant.id, count, [tenant.userId]);
      for (const [name, definition] of Object.entries(definitions)) {
        const measured = await measureRun(app, meter, tenant.id, tenant.userId, { name, kind: "lead", ...definition });
        heaps.push(measured.heap);
        rows.push([name, count, measured.read, measured.seconds.toFixed(1), Math.round(measured.heap), measured.groups]);
      }
    } finally {
      await app.stop();
    }
  }
  const growth = Math.max(...heaps) - Math.min(...heaps);
  const text = formatTable(["report", "rows", "read units", "seconds", "peak heap of the run, MB", "groups"], rows);
  const missed = growth > MAX_HEAP_GROWTH ? [`the heap of reports grows by ${Math.round(growth)} MB with the rows`] : [];
  return [{ title: "Reports in slices", text, missed }];
}

async function measureRun(app: App, meter: Meter, tenant: string, user: string, definition: object) {
  const inSystem = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant, "bench"), work);
  const context = (await inSystem(() => buildActorContext(user, { request: "bench" }))) as Context;
  const report = await runIn(context, () => Report.create(definition as Parameters<typeof Report.create>[0]));
  const { run_id } = await runIn(context, () => Report.run({ id: report.id }));
  const id = String(run_id);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  }, 50);
  const started = performance.now();
  const { read } = await measureUnits(meter, async () => {
    for (;;) {
      await inSystem(() => run(id));
      const record = await inSystem(() => Records.load(ReportRuns, id));
      if (record?.status === "failed") throw new Error(String(record.error));
      if (record?.status === "completed") return;
    }
  });
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  const record = await inSystem(() => Records.load(ReportRuns, id));
  return { read, seconds, heap: (peak - before) / 1024 / 1024, groups: record?.row_count ?? 0 };
}
