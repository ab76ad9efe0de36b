import { leadOf } from "./http.ts";
import { type BenchServer, call, cpuOf, discard, freshServer } from "./server.ts";
import { median, type Section, table, timings } from "./stats.ts";

/** Requests to two releases in one run: this one, and that of another checkout with its own server and store. */
export interface BesideOptions {
  rounds: number;
  runs: number;
  /** The folder of the other checkout, its packages installed. */
  beside: string;
}

/** Requests to one server before the other has its turn: what slows the machine slows both. */
const BLOCK = 10;

const typed: string[] = [];

async function create({ url, token }: BenchServer): Promise<void> {
  const lead = leadOf();
  await call(url, "POST", "/api/v1/leads", token, lead);
  typed.push(lead.last_name);
}

const get = (path: () => string) => (server: BenchServer) => call(server.url, "GET", path(), server.token);

const requests: Readonly<Record<string, (server: BenchServer) => Promise<unknown>>> = {
  create,
  "list of 20 with total": get(() => "/api/v1/leads?limit=20"),
  // Some ten leads have it.
  "search by name prefix": get(() => `/api/v1/leads?search=${typed[Math.floor(Math.random() * typed.length)]?.slice(0, -1)}`),
};

/** Medians of a round, and what a request takes of the processor in the server alone. */
interface Taken {
  ms: number;
  cpu: number;
}

export async function benchBeside({ rounds, runs, beside }: BesideOptions): Promise<Section[]> {
  const [ours, theirs] = [await freshServer(), await freshServer(beside)];
  try {
    const rows: (string | number)[][] = [];
    for (const [name, ask] of Object.entries(requests)) {
      const taken: [Taken, Taken][] = [];
      // The first round warms up.
      for (let round = 0; round <= rounds; round++) taken.push(await inTurn(runs, ask, [ours, theirs]));
      const counted = taken.slice(1);
      const of = (value: (pair: [Taken, Taken]) => number): number => median(counted.map(value));
      const times = [of(([a]) => a.ms), of(([, b]) => b.ms), of(([a, b]) => a.ms / b.ms)];
      rows.push([name, ...times, of(([a]) => a.cpu), of(([, b]) => b.cpu), of(([a, b]) => a.cpu / b.cpu)]);
    }
    const head = ["", "this release, ms", "the other, ms", "ratio", "this server's CPU, ms", "the other's CPU, ms", "ratio"];
    return [{ title: `Over HTTP beside ${beside}, 1 client, p50`, text: table(head, rows), missed: [] }];
  } finally {
    for (const server of [ours, theirs]) await discard(server);
  }
}

/** Blocks of requests to one server and to the other; what follows from them is done before the next. */
async function inTurn(
  runs: number,
  ask: (server: BenchServer) => Promise<unknown>,
  servers: readonly [BenchServer, BenchServer],
): Promise<[Taken, Taken]> {
  const took: [number[], number[]] = [[], []];
  const cpu: [number, number] = [0, 0];
  for (let done = 0; done < runs; done += BLOCK) {
    const aFirst = (done / BLOCK) % 2 === 0;
    for (const at of aFirst ? ([0, 1] as const) : ([1, 0] as const)) {
      const server = servers[at];
      const before = cpuOf(server.process.pid as number);
      took[at].push(...(await timings(Math.min(BLOCK, runs - done), () => ask(server))));
      cpu[at] += cpuOf(server.process.pid as number) - before;
      await call(server.url, "POST", "/_local/settle", undefined, {});
    }
  }
  const taken = (at: 0 | 1): Taken => ({ ms: median(took[at]), cpu: (cpu[at] * 1000) / runs });
  return [taken(0), taken(1)];
}
