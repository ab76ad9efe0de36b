import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Report } from "@crm/core/analytics/report/report.ts";
import { ReportRuns } from "@crm/core/analytics/report/report-run.entity.ts";
import { run } from "@crm/core/analytics/report/run-worker.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { buildActorContext } from "@crm/core/platform/sign-in/actor-context.ts";
import { Directory } from "@crm/core/platform/user/directory.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { openLoadedStore } from "../scripts/load/store.ts";
import { formatReport, loadStore } from "../scripts/load-leads.ts";
import { signUp } from "../test/support/app.ts";
import { measureUnits } from "../test/support/request-units.ts";
import { loadLeads } from "./bulk-load.ts";
import { formatTable, type Section } from "./stats.ts";

/** Reports in slices, over leads that are written straight into the store. */
export interface ReportOptions {
  /** Leads of the stores in memory. */
  counts: readonly number[];
  /** Leads of a store in a file, such as a million, which memory would not hold. */
  leads: number | undefined;
  /** The folder of a store made by `npm run load`, in place of that one. */
  data: string | undefined;
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

/** A store with leads, and a user who sees all of them. */
interface ReportStore {
  readonly ports: Ports;
  readonly meter: Meter;
  readonly tenant: string;
  readonly user: string;
  readonly leads: number;
  close(): Promise<void>;
}

async function openMemoryStore(leads: number): Promise<ReportStore> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startApp({ data: "memory", logFrom: "error", meter, stream: () => async () => ({ batchItemFailures: [] }) });
  await app.scheduler.stop();
  const tenant = await signUp(app);
  await loadLeads(app.ports, tenant.id, leads, [tenant.userId]);
  return { ports: app.ports, meter, tenant: tenant.id, user: tenant.userId, leads, close: () => app.stop() };
}

async function openFileStore({ leads, data }: ReportOptions): Promise<ReportStore> {
  const directory = mkdtempSync(join(tmpdir(), "crm-reports-"));
  if (data === undefined) console.error(formatReport((await loadStore(directory, leads ?? 0)).report));
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const store = await openLoadedStore(data ?? directory, meter);
  const [user] = await runIn(store.context, () => Directory.listByRole("ADMIN"));
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ports: store.ports, meter, tenant: store.tenant, user: String(user), leads: store.leads, close };
}

export async function benchReports(options: ReportOptions): Promise<Section[]> {
  const { counts, leads, data } = options;
  const opened = counts.map((count) => () => openMemoryStore(count));
  if (leads !== undefined || data !== undefined) opened.push(() => openFileStore(options));
  const rows: (string | number)[][] = [];
  const heaps: number[] = [];
  for (const open of opened) {
    const store = await open();
    try {
      for (const [name, definition] of Object.entries(definitions)) {
        const { read, write, seconds, cpu, heap, bytes, groups } = await measureRun(store, { name, kind: "lead", ...definition });
        heaps.push(heap);
        const times = [seconds.toFixed(1), cpu.toFixed(1)];
        rows.push([name, store.leads, read, write, ...times, Math.round(heap), (bytes / 1024 ** 2).toFixed(1), groups]);
        console.error(rows.at(-1)?.join(", "));
      }
    } finally {
      await store.close();
    }
  }
  const growth = Math.max(...heaps) - Math.min(...heaps);
  const head = [
    "report",
    "rows",
    "read units",
    "write units",
    "seconds",
    "CPU seconds",
    "peak heap, MB",
    "objects, MB",
    "groups",
  ];
  const missed = growth > MAX_HEAP_GROWTH ? [`the heap of reports grows by ${Math.round(growth)} MB with the rows`] : [];
  return [{ title: "Reports in slices", text: formatTable(head, rows), missed }];
}

async function measureRun({ ports, meter, tenant, user }: ReportStore, definition: object) {
  let bytes = 0;
  const write: Ports["objects"]["write"] = async (key, body) => {
    async function* count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        yield chunk;
      }
    }
    if (!(body instanceof Uint8Array)) return ports.objects.write(key, count(body));
    bytes += body.length;
    return ports.objects.write(key, body);
  };
  const counted: Ports = { ...ports, objects: { ...ports.objects, write } };
  const inSystem = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(counted, tenant, "bench"), work);
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
  const [started, cpuStarted] = [performance.now(), process.cpuUsage()];
  const units = await measureUnits(meter, async () => {
    for (;;) {
      await inSystem(() => run(id));
      const record = await inSystem(() => Records.load(ReportRuns, id));
      if (record?.status === "failed") throw new Error(String(record.error));
      if (record?.status === "completed") return;
    }
  });
  const seconds = (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpuStarted);
  clearInterval(timer);
  const record = await inSystem(() => Records.load(ReportRuns, id));
  const heap = (peak - before) / 1024 ** 2;
  return { ...units, seconds, cpu: (used.user + used.system) / 1_000_000, heap, bytes, groups: record?.row_count ?? 0 };
}
