import { completed, sent } from "./bulk.ts";
import { leadOf } from "./http.ts";
import { type BenchServer, call, cpuOf, discard, freshServer, launch, memoryOf, root, signIn, stop } from "./server.ts";
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

/** Medians of a round, and what a request takes of the processor in the server and its engine. */
interface Taken {
  ms: number;
  cpu: number;
}

export async function benchBeside({ rounds, runs, beside }: BesideOptions): Promise<Section[]> {
  const servers = [await freshServer(), await freshServer(beside)] as const;
  try {
    const rows: (string | number)[][] = [];
    for (const [name, ask] of Object.entries(requests)) {
      const taken: [Taken, Taken][] = [];
      // The first round warms up.
      for (let round = 0; round <= rounds; round++) taken.push(await inTurn(runs, ask, servers));
      const counted = taken.slice(1);
      const of = (value: (pair: [Taken, Taken]) => number): number => median(counted.map(value));
      const times = [of(([a]) => a.ms), of(([, b]) => b.ms), of(([a, b]) => a.ms / b.ms)];
      rows.push([name, ...times, of(([a]) => a.cpu), of(([, b]) => b.cpu), of(([a, b]) => a.cpu / b.cpu)]);
    }
    const head = ["", "this release, ms", "the other, ms", "ratio", "this server's CPU, ms", "the other's CPU, ms", "ratio"];
    const alone = [
      await figuresOf("8 clients, a create, ms", rounds, servers, (server) => eightClients(server, runs)),
      await figuresOf(`a file of ${runs * 10} leads until all has followed, ms`, rounds, servers, (server) =>
        bringIn(server, runs * 10),
      ),
      await figuresOf("memory of server and engine, MiB", 1, servers, async (server) => memoryOf(server)),
      await figuresOf("start to first answer, ms", rounds, servers, (server) =>
        startAgain(server, server === servers[0] ? root : beside),
      ),
    ];
    const text = `${table(head, rows)}\n\n${table(["", "this release", "the other", "ratio"], alone)}`;
    return [{ title: `Over HTTP beside ${beside}, 1 client, p50; CPU is that of server and engine`, text, missed: [] }];
  } finally {
    for (const server of servers) await discard(server);
  }
}

/** A figure of both servers in turn: medians of rounds. */
async function figuresOf(
  name: string,
  rounds: number,
  servers: readonly [BenchServer, BenchServer],
  measure: (server: BenchServer) => Promise<number>,
): Promise<(string | number)[]> {
  const pairs: [number, number][] = [];
  // A long run takes longer than a token is good for.
  for (const server of servers) server.token = await signIn(server.url);
  for (let round = 0; round < rounds; round++) pairs.push([await measure(servers[0]), await measure(servers[1])]);
  return [name, median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b)), median(pairs.map(([a, b]) => a / b))];
}

/** Milliseconds for each create of eight clients. */
async function eightClients(server: BenchServer, runs: number): Promise<number> {
  const started = performance.now();
  await Promise.all(Array.from({ length: 8 }, () => timings(runs, () => create(server))));
  const took = (performance.now() - started) / (8 * runs);
  await settle(server);
  return took;
}

async function bringIn(server: BenchServer, rows: number): Promise<number> {
  const started = performance.now();
  await completed(server, await sent(server, rows, `beside${typed.length}`));
  await settle(server);
  return performance.now() - started;
}

async function startAgain(server: BenchServer, checkout: string): Promise<number> {
  await stop(server.process);
  const { process, url, coldStart } = await launch(server.folder, checkout);
  Object.assign(server, { process, url });
  return coldStart;
}

const settle = ({ url }: BenchServer) => call(url, "POST", "/_local/settle", undefined, {});

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
      await settle(server);
    }
  }
  const taken = (at: 0 | 1): Taken => ({ ms: median(took[at]), cpu: (cpu[at] * 1000) / runs });
  return [taken(0), taken(1)];
}
