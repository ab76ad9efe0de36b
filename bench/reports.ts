import { Report } from "@crm/core/analytics/report/report.ts";
import { ReportRuns } from "@crm/core/analytics/report/report-run.entity.ts";
import { run } from "@crm/core/analytics/report/run-worker.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { measureUnits } from "../test/support/request-units.ts";
import { listReportStores, measureHeap, type ReportStore, type ReportStoreOptions, runAsUser } from "./report-store.ts";
import { formatTable, type Section } from "./stats.ts";

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

/** Reports in slices, over leads that are written straight into the store. */
export async function benchReports(options: ReportStoreOptions): Promise<Section[]> {
  const rows: (string | number)[][] = [];
  const heaps: number[] = [];
  for (const open of listReportStores(options)) {
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

async function measureRun(store: ReportStore, definition: object) {
  const { ports, meter, tenant } = store;
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
  const { run_id } = await runAsUser(store, async () => {
    const { id } = await Report.create(definition as Parameters<typeof Report.create>[0]);
    return Report.run({ id });
  });
  const id = String(run_id);
  const [started, cpuStarted] = [performance.now(), process.cpuUsage()];
  const { result: units, heap } = await measureHeap(() =>
    measureUnits(meter, async () => {
      for (;;) {
        await inSystem(() => run(id));
        const record = await inSystem(() => Records.load(ReportRuns, id));
        if (record?.status === "failed") throw new Error(String(record.error));
        if (record?.status === "completed") return;
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpuStarted);
  const record = await inSystem(() => Records.load(ReportRuns, id));
  return { ...units, seconds, cpu: (used.user + used.system) / 1_000_000, heap, bytes, groups: record?.row_count ?? 0 };
}
