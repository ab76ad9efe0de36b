import { rmSync } from "node:fs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { readTable } from "@crm/local/table/file.ts";
import { lastName } from "../scripts/load/prospects.ts";
import { type BenchServer, callApi, type Json, measureMemoryMib, startLoadedServer, stopProcess } from "./server.ts";
import { formatTable, quantile } from "./stats.ts";

/**
 * Concurrent users with mixed reads and writes: no response above 499, memory that does not keep growing, and counters that equal a recount at the
 * end. `node bench/soak.ts [--users=100] [--minutes=10] [--leads=10000]`.
 */
const readOption = (name: string, fallback: number): number =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1] ?? fallback);
const users = readOption("users", 100);
const minutes = readOption("minutes", 10);
const leads = readOption("leads", 10_000);
/** Pause of a user after a request, in milliseconds. */
const pause = readOption("pause", 400);

const server = await startLoadedServer(leads);
const timingsByName: Record<string, number[]> = {};
const failures: string[] = [];
const leadIds: string[] = [];
let serial = 0;

async function timeRequest(name: string, work: () => Promise<Json>): Promise<Json> {
  const started = performance.now();
  try {
    const answer = await work();
    timingsByName[name] ??= [];
    timingsByName[name].push(performance.now() - started);
    return answer;
  } catch (error) {
    // 404, 409 and 412 are expected when two users change one record.
    const message = error instanceof Error ? error.message : String(error);
    if (!/: (404|409|412) /.test(message)) failures.push(`${name}: ${message}`);
    return undefined;
  }
}

const pickLead = (): string => leadIds[Math.floor(Math.random() * leadIds.length)] as string;

async function simulateUser({ url, token }: BenchServer, until: number): Promise<void> {
  const send = (method: string, path: string, body?: unknown) => callApi(url, method, `/api/v1${path}`, token, body);
  while (Date.now() < until) {
    const dice = Math.random();
    const n = ++serial;
    if (dice < 0.3) await timeRequest("list", () => send("GET", "/leads?limit=20"));
    else if (dice < 0.4) await timeRequest("list by status", () => send("GET", "/leads?status=contacted"));
    else if (dice < 0.55) await timeRequest("search", () => send("GET", `/leads?search=${lastName(n % 5000).slice(0, 6)}`));
    else if (dice < 0.75) await timeRequest("read", () => send("GET", `/leads/${pickLead()}`));
    else if (dice < 0.85) {
      const response = await timeRequest("create", () =>
        send("POST", "/leads", {
          first_name: "Soak",
          last_name: `User${n}`,
          email: `soak${n}@mail.example`,
          lead_source_id: "web",
        }),
      );
      if (response) leadIds.push(response.data.id);
    } else if (dice < 0.93) await timeRequest("change", () => send("PATCH", `/leads/${pickLead()}`, { company: `Company ${n}` }));
    else if (dice < 0.97)
      await timeRequest("status", () =>
        send("PATCH", `/leads/${pickLead()}/status`, { lead_status_id: n % 2 ? "contacted" : "qualified" }),
      );
    else
      await timeRequest("activity", () =>
        send("POST", `/leads/${pickLead()}/activities`, { subject: "Call", activity_type_id: "call" }),
      );
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * pause));
  }
}

const firstPage = await callApi(server.url, "GET", "/api/v1/leads?limit=100", server.token);
leadIds.push(...firstPage.data.map(({ id }: Json) => id));
const startedAt = Date.now();
const endsAt = startedAt + minutes * 60_000;
const memory: { minute: number; size: number }[] = [];
const sampleMemory = () => memory.push({ minute: (Date.now() - startedAt) / 60_000, size: measureMemoryMib(server) });
const memoryTimer = setInterval(sampleMemory, 2000);
await Promise.all(Array.from({ length: users }, () => simulateUser(server, endsAt)));
clearInterval(memoryTimer);
sampleMemory();
await callApi(server.url, "POST", "/_local/settle", undefined, {});

const { meta } = await callApi(server.url, "GET", "/api/v1/leads?limit=1", server.token);
const contactedPage = await callApi(server.url, "GET", "/api/v1/leads?limit=1&status=contacted", server.token);
await stopProcess(server.process);
const storedTable = readTable(server.folder);
const items = Array.from(storedTable.scan(undefined), ({ item }) => unmarshall(item));
storedTable.close();
rmSync(server.folder, { recursive: true, force: true });
const liveLeads = items
  .filter(({ __edb_e__ }) => __edb_e__ === "lead")
  .map(({ sk, row }) => Leads.fromRow({ key: sk, row }))
  .filter(({ deleted_at }) => !deleted_at);
const statusId = contactedPage.data[0]?.lead_status_id;
const recountedTotals = {
  all: liveLeads.length,
  contacted: liveLeads.filter(({ lead_status_id }) => lead_status_id === statusId).length,
};

/** Returns the growth of memory in MiB a minute over the last third of the time: the slope of the best-fitting line. */
function memoryGrowth(): number {
  const late = memory.filter(({ minute }) => minute >= (minutes * 2) / 3);
  const mean = (readValue: (sample: (typeof memory)[number]) => number) =>
    late.reduce((sum, sample) => sum + readValue(sample), 0) / late.length;
  const [minute, size] = [mean((sample) => sample.minute), mean((sample) => sample.size)];
  const [along, across] = [
    mean((sample) => (sample.minute - minute) * (sample.size - size)),
    mean((sample) => (sample.minute - minute) ** 2),
  ];
  return across === 0 ? 0 : along / across;
}

const requests = Object.values(timingsByName).flat().length;
console.log(
  `${users} users for ${minutes} minutes over ${leads} leads: ${requests} requests, ${(requests / minutes / 60).toFixed(0)} a second\n`,
);
const lines = Object.entries({ ...timingsByName, all: Object.values(timingsByName).flat() }).map(([name, timings]) => [
  name,
  timings.length,
  quantile(timings, 0.5),
  quantile(timings, 0.95),
  quantile(timings, 0.99),
]);
console.log(formatTable(["request", "count", "p50 ms", "p95 ms", "p99 ms"], lines));
const atThirds = [0, 1 / 3, 2 / 3, 1].map((part) => memory[Math.floor(part * (memory.length - 1))]);
const sizes = [["server", ...atThirds.map((each) => each?.size ?? 0), memoryGrowth()]];
console.log(
  `\n${formatTable(["memory, MiB", "at first", "after a third", "two thirds", "at the end", "growth per minute, last third"], sizes)}`,
);
const serverErrors = failures.filter((failure) => /: 5\d\d /.test(failure)).length;
console.log(
  `\nresponses of 500 and above: ${serverErrors}; other failures: ${failures.length - serverErrors}${failures
    .slice(0, 5)
    .map((failure) => `\n- ${failure}`)
    .join("")}`,
);
console.log(
  `totals: ${meta.total} and ${contactedPage.meta.total} contacted; recounted: ${recountedTotals.all} and ${recountedTotals.contacted}`,
);
if (failures.length > 0 || meta.total !== recountedTotals.all || contactedPage.meta.total !== recountedTotals.contacted)
  process.exitCode = 1;
