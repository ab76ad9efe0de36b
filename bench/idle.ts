import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { TABLE_FILE } from "@crm/local/table/file.ts";
import { callApi, launchServer, measureCpuSeconds, measureMemoryMib, startLoadedServer, stopProcess } from "./server.ts";
import { boundMisses, formatTable, quantile, type Section, timeRuns } from "./stats.ts";

/** The cost of `npm start` without requests, over a stream of many records that have all been read. */
export interface IdleOptions {
  records: number;
  seconds: number;
}

/** Maximum share of one core. */
const MAX_CPU_SHARE = 0.01;
/** Time for the work of a start: due sweeps, and the stream's first trim. */
const SETTLING_MS = 10_000;

export async function benchIdle({ records, seconds }: IdleOptions): Promise<Section[]> {
  const server = await startLoadedServer(100);
  try {
    await stopProcess(server.process);
    fillStream(server.folder, records);
    const started = await launchServer(server.folder);
    Object.assign(server, started);
    await sleep(SETTLING_MS);
    const cpu = () => measureCpuSeconds(Number(server.process.pid));
    const before = cpu();
    await sleep(seconds * 1000);
    const share = (cpu() - before) / seconds;
    const health = () => callApi(server.url, "GET", "/health");
    const [first = 0] = await timeRuns(1, health);
    const healthDurations = await timeRuns(200, health);
    const rows = [
      [`share of a core, over ${seconds} s`, `${(share * 100).toFixed(2)} %`],
      ["start to first response, ms", started.coldStart],
      ["first health check after that time, ms", first],
      [
        "further health checks: p50, p95 ms",
        `${quantile(healthDurations, 0.5).toFixed(2)}, ${quantile(healthDurations, 0.95).toFixed(2)}`,
      ],
      ["memory, MiB", measureMemoryMib(server)],
    ];
    const text = `${records.toLocaleString("en")} stream records, 100 leads.\n\n${formatTable(["", ""], rows)}`;
    return [{ title: "An idle server", text, missed: boundMisses(share, MAX_CPU_SHARE, "share of a core when idle") }];
  } finally {
    await stopProcess(server.process);
    rmSync(server.folder, { recursive: true, force: true });
  }
}

/** Repeats the stream's records until it has this many, and stores a position after all of them. No process may have the files open. */
function fillStream(folder: string, records: number): void {
  const database = new DatabaseSync(join(folder, TABLE_FILE));
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  const { least: minSequence, most: maxSequence } = database
    .prepare("SELECT MIN(sequence) AS least, MAX(sequence) AS most FROM stream_records")
    .get() as Record<"least" | "most", number>;
  database
    .prepare(
      `WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ?)
       INSERT INTO stream_records (sequence, pk, sk, is_expiry, created_at, before, after)
       SELECT ? + n, pk, sk, is_expiry, unixepoch(), before, after
       FROM more JOIN stream_records ON sequence = ? + n % ?`,
    )
    .run(records, maxSequence, minSequence, maxSequence - minSequence + 1);
  database.close();
  const local = new DatabaseSync(join(folder, "local.sqlite"));
  local.prepare("UPDATE kept SET value = ? WHERE key = 'stream'").run(String(maxSequence + records));
  local.close();
}
