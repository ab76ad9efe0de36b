import { lastName } from "../scripts/load/prospects.ts";
import {
  type BenchServer,
  callApi,
  discardServer,
  launchServer,
  measureMemoryMib,
  startLoadedServer,
  stopProcess,
} from "./server.ts";
import { formatTable, median, type Section, timeRuns } from "./stats.ts";

/** The same over HTTP, against `npm start`, with figures of other products. */
export interface HttpOptions {
  rounds: number;
  runs: number;
  small: number;
  large: number;
}

/** Measured once, over HTTP with 2 cores for client and server: medians in ms, at 1,000 and at 100,000 records. */
const PEER_FIGURES = {
  "Directus 12.4 on PostgreSQL 15": ["4.9 / 4.5", "304 / 335", "3.3 / 4.4", "2.7 / 48", "2125", "516"],
  "Tryton 6.0": ["30 / 33", "61 / 53", "6.8 / 32", "5.5 / 36", "827", "192"],
  "Request Tracker 5": ["328 / 344", "6", "205 / 240", "202 / 269", "1099", "786"],
  "floor: one PutItem behind a bare server": ["0.92 / 0.92", "1983 / 2520", "–", "–", "158", "107"],
};

let serial = Date.now() % 1_000_000;
export const buildLeadInput = () => {
  const n = ++serial;
  const phone = `+1 803 ${String(1_000_000 + (n % 999_999)).replace(/(\d{3})(\d{4})/, "$1 $2")}`;
  return {
    first_name: "Grace",
    last_name: `Http${n}`,
    email: `http${n}@mail.example`,
    phone,
    company: "Bench Ltd",
    lead_source_id: "web",
  };
};

interface Figures {
  create: number[];
  perSecond: number[];
  list: number[];
  search: number[];
}

export async function benchHttp({ rounds, runs, small, large }: HttpOptions): Promise<Section[]> {
  const servers = [await startLoadedServer(small), await startLoadedServer(large)] as const;
  try {
    const figures = servers.map((): Figures => ({ create: [], perSecond: [], list: [], search: [] }));
    for (let round = 0; round <= rounds; round++) {
      for (const [index, server] of servers.entries()) {
        const measured = await measureServer(server, runs, index === 0 ? small : large);
        // The first round is a warm-up.
        if (round === 0) continue;
        for (const [name, value] of Object.entries(measured)) figures[index]?.[name as keyof Figures].push(value);
      }
    }
    const memory = servers.map(measureMemoryMib);
    const cold = await timeColdStarts(servers[1], rounds);
    const formatPair = (name: keyof Figures, digits: number): string =>
      figures.map((figure) => median(figure[name]).toFixed(digits)).join(" / ");
    const total = memory.join(" / ");
    const results = [
      formatPair("create", 1),
      formatPair("perSecond", 0),
      formatPair("list", 1),
      formatPair("search", 1),
      cold.toFixed(0),
      total,
    ];
    const labels = [
      "create, 1 client, p50 ms",
      "create, 8 clients, per second",
      "list of 20 with total, ms",
      "search by name prefix, ms",
      "cold start to first answer, ms",
      "memory with store, MiB",
    ];
    const names = Object.keys(PEER_FIGURES) as (keyof typeof PEER_FIGURES)[];
    const rows = labels.map((name, row) => [name, results[row] ?? "", ...names.map((peer) => PEER_FIGURES[peer][row] ?? "")]);
    const text = `${formatTable(["", "this CRM", ...names], rows)}\n\nAt ${small.toLocaleString("en")} / ${large.toLocaleString("en")} leads.`;
    return [{ title: "Over HTTP against `npm start`, client and server on two cores", text, missed: [] }];
  } finally {
    for (const server of servers) await discardServer(server);
  }
}

async function measureServer({ url, token }: BenchServer, runs: number, leads: number): Promise<Record<keyof Figures, number>> {
  const create = () => callApi(url, "POST", "/api/v1/leads", token, buildLeadInput());
  const settle = () => callApi(url, "POST", "/_local/settle", undefined, {});
  const createDuration = median(await timeRuns(runs, create));
  await settle();
  const started = performance.now();
  const runsPerClient = runs;
  await Promise.all(Array.from({ length: 8 }, () => timeRuns(runsPerClient, create)));
  const perSecond = (8 * runsPerClient * 1000) / (performance.now() - started);
  await settle();
  const list = median(await timeRuns(runs, () => callApi(url, "GET", "/api/v1/leads?limit=20", token)));
  // Each of these names matches some twenty leads (one page), however many leads there are.
  const names = Array.from({ length: Math.max(3, Math.ceil(leads / 500)) }, (_, index) =>
    lastName(Math.ceil(leads / 250) + index),
  );
  let n = 0;
  const search = median(
    await timeRuns(runs, () => callApi(url, "GET", `/api/v1/leads?search=${names[n++ % names.length]?.slice(0, 7)}`, token)),
  );
  return { create: createDuration, perSecond, list, search };
}

/** Returns the time from the start of the process to its first response, repeated over the same store. */
async function timeColdStarts(server: BenchServer, rounds: number): Promise<number> {
  const durations: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await stopProcess(server.process);
    const again = await launchServer(server.folder);
    server.process = again.process;
    server.url = again.url;
    durations.push(again.coldStart);
  }
  return median(durations);
}
