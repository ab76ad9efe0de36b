import { rmSync } from "node:fs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { Leads } from "@crm/core/lead/lead.entity.ts";
import { readTable } from "@crm/local/table-file.ts";
import { lastName } from "../scripts/load-data.ts";
import { type BenchServer, call, type Json, memoryOf, serverWith, stop } from "./server.ts";
import { quantile, table } from "./stats.ts";

/**
 * Users at once over mixed reads and writes for a while: no answer above 499, memory that no longer grows, and at the end counters
 * that equal a recount. `node bench/soak.ts [--users=100] [--minutes=10] [--leads=10000]`.
 */
const option = (name: string, fallback: number): number =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1] ?? fallback);
const users = option("users", 100);
const minutes = option("minutes", 10);
const leads = option("leads", 10_000);
/** What a person does: a request, then a look at the screen. */
const pause = option("pause", 400);

const server = await serverWith(leads);
const took: Record<string, number[]> = {};
const failures: string[] = [];
const known: string[] = [];
let serial = 0;

async function timed(name: string, work: () => Promise<Json>): Promise<Json> {
  const started = performance.now();
  try {
    const answer = await work();
    took[name] ??= [];
    took[name].push(performance.now() - started);
    return answer;
  } catch (error) {
    // 404, 409 and 412 are what two users on one record may be told.
    const message = error instanceof Error ? error.message : String(error);
    if (!/: (404|409|412) /.test(message)) failures.push(`${name}: ${message}`);
    return undefined;
  }
}

const pick = (): string => known[Math.floor(Math.random() * known.length)] as string;

async function user({ url, token }: BenchServer, until: number): Promise<void> {
  const send = (method: string, path: string, body?: unknown) => call(url, method, `/api/v1${path}`, token, body);
  while (Date.now() < until) {
    const dice = Math.random();
    const n = ++serial;
    if (dice < 0.3) await timed("list", () => send("GET", "/leads?limit=20"));
    else if (dice < 0.4) await timed("list by status", () => send("GET", "/leads?status=contacted"));
    else if (dice < 0.55) await timed("search", () => send("GET", `/leads?search=${lastName(n % 5000).slice(0, 6)}`));
    else if (dice < 0.75) await timed("read", () => send("GET", `/leads/${pick()}`));
    else if (dice < 0.85) {
      const made = await timed("create", () =>
        send("POST", "/leads", {
          first_name: "Soak",
          last_name: `User${n}`,
          email: `soak${n}@mail.example`,
          lead_source_id: "web",
        }),
      );
      if (made) known.push(made.data.id);
    } else if (dice < 0.93) await timed("change", () => send("PATCH", `/leads/${pick()}`, { company: `Company ${n}` }));
    else if (dice < 0.97)
      await timed("status", () =>
        send("PATCH", `/leads/${pick()}/status`, { lead_status_id: n % 2 ? "contacted" : "qualified" }),
      );
    else
      await timed("activity", () => send("POST", `/leads/${pick()}/activities`, { subject: "Call", activity_type_id: "call" }));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * pause));
  }
}

const first = await call(server.url, "GET", "/api/v1/leads?limit=100", server.token);
known.push(...first.data.map(({ id }: Json) => id));
const began = Date.now();
const until = began + minutes * 60_000;
const memory: { minute: number; size: number }[] = [];
const look = () => memory.push({ minute: (Date.now() - began) / 60_000, size: memoryOf(server) });
const looking = setInterval(look, 2000);
await Promise.all(Array.from({ length: users }, () => user(server, until)));
clearInterval(looking);
look();
await call(server.url, "POST", "/_local/settle", undefined, {});

const { meta } = await call(server.url, "GET", "/api/v1/leads?limit=1", server.token);
const contacted = await call(server.url, "GET", "/api/v1/leads?limit=1&status=contacted", server.token);
await stop(server.process);
const stored = readTable(server.folder);
const items = Array.from(stored.scan(undefined), ({ item }) => unmarshall(item as never));
stored.close();
rmSync(server.folder, { recursive: true, force: true });
const live = items
  .filter(({ __edb_e__ }) => __edb_e__ === "lead")
  .map(({ sk, row }) => Leads.fromRow({ key: sk, row }))
  .filter(({ deleted_at }) => !deleted_at);
const statusId = contacted.data[0]?.lead_status_id;
const counted = { all: live.length, contacted: live.filter(({ lead_status_id }) => lead_status_id === statusId).length };

/** MiB that it grows by in a minute, in the last third of the time: the slope of the line that fits best. */
function growth(): number {
  const late = memory.filter(({ minute }) => minute >= (minutes * 2) / 3);
  const mean = (of: (each: (typeof memory)[number]) => number) => late.reduce((sum, each) => sum + of(each), 0) / late.length;
  const [minute, size] = [mean((each) => each.minute), mean((each) => each.size)];
  const [along, across] = [
    mean((each) => (each.minute - minute) * (each.size - size)),
    mean((each) => (each.minute - minute) ** 2),
  ];
  return across === 0 ? 0 : along / across;
}

const requests = Object.values(took).flat().length;
console.log(
  `${users} users for ${minutes} minutes over ${leads} leads: ${requests} requests, ${(requests / minutes / 60).toFixed(0)} a second\n`,
);
const lines = Object.entries({ ...took, all: Object.values(took).flat() }).map(([name, each]) => [
  name,
  each.length,
  quantile(each, 0.5),
  quantile(each, 0.95),
  quantile(each, 0.99),
]);
console.log(table(["request", "count", "p50 ms", "p95 ms", "p99 ms"], lines));
const atThirds = [0, 1 / 3, 2 / 3, 1].map((part) => memory[Math.floor(part * (memory.length - 1))]);
const sizes = [["server", ...atThirds.map((each) => each?.size ?? 0), growth()]];
console.log(
  `\n${table(["memory, MiB", "at first", "after a third", "two thirds", "at the end", "grows a minute, last third"], sizes)}`,
);
const broken = failures.filter((failure) => /: 5\d\d /.test(failure)).length;
console.log(
  `\nanswers of 500 and above: ${broken}; other failures: ${failures.length - broken}${failures
    .slice(0, 5)
    .map((each) => `\n- ${each}`)
    .join("")}`,
);
console.log(`totals: ${meta.total} and ${contacted.meta.total} contacted; counted anew: ${counted.all} and ${counted.contacted}`);
if (failures.length > 0 || meta.total !== counted.all || contacted.meta.total !== counted.contacted) process.exitCode = 1;
