import { sendImport, waitForImport } from "./bulk.ts";
import { buildLeadInput } from "./http.ts";
import {
  type BenchServer,
  callApi,
  discardServer,
  launchServer,
  measureCpuSeconds,
  measureMemoryMib,
  root,
  signIn,
  startFreshServer,
  stopProcess,
} from "./server.ts";
import { formatTable, median, type Section, timeRuns } from "./stats.ts";

/** Compares requests to two releases in one run: this checkout and another one, each with its own server and store. */
export interface ReleaseComparisonOptions {
  rounds: number;
  runs: number;
  /** The folder of the other checkout, with its packages installed. */
  otherCheckout: string;
}

/** Requests to one server before the other follows, so that changes of the machine's speed affect both. */
const BLOCK_REQUESTS = 10;

const createdNames: string[] = [];

async function createLead({ url, token }: BenchServer): Promise<void> {
  const lead = buildLeadInput();
  await callApi(url, "POST", "/api/v1/leads", token, lead);
  createdNames.push(lead.last_name);
}

const buildGet = (path: () => string) => (server: BenchServer) => callApi(server.url, "GET", path(), server.token);

const requests: Readonly<Record<string, (server: BenchServer) => Promise<unknown>>> = {
  create: createLead,
  "list of 20 with total": buildGet(() => "/api/v1/leads?limit=20"),
  // Some ten leads match.
  "search by name prefix": buildGet(
    () => `/api/v1/leads?search=${createdNames[Math.floor(Math.random() * createdNames.length)]?.slice(0, -1)}`,
  ),
};

/** Medians of a round: milliseconds of a request, and processor milliseconds of the server with its engine. */
interface RequestCost {
  ms: number;
  cpu: number;
}

export async function benchReleases({ rounds, runs, otherCheckout: checkout }: ReleaseComparisonOptions): Promise<Section[]> {
  const servers = [await startFreshServer(), await startFreshServer(checkout)] as const;
  try {
    const rows: (string | number)[][] = [];
    for (const [name, ask] of Object.entries(requests)) {
      const measurements: [RequestCost, RequestCost][] = [];
      // The first round is a warm-up.
      for (let round = 0; round <= rounds; round++) measurements.push(await alternateServers(runs, ask, servers));
      const costPairs = measurements.slice(1);
      const computeMedian = (value: (pair: [RequestCost, RequestCost]) => number): number => median(costPairs.map(value));
      const times = [computeMedian(([a]) => a.ms), computeMedian(([, b]) => b.ms), computeMedian(([a, b]) => a.ms / b.ms)];
      rows.push([
        name,
        ...times,
        computeMedian(([a]) => a.cpu),
        computeMedian(([, b]) => b.cpu),
        computeMedian(([a, b]) => a.cpu / b.cpu),
      ]);
    }
    const head = ["", "this release, ms", "the other, ms", "ratio", "this server's CPU, ms", "the other's CPU, ms", "ratio"];
    const alone = [
      await compareFigure("8 clients, a create, ms", rounds, servers, (server) => timeEightClients(server, runs)),
      await compareFigure(`importing ${runs * 10} leads until all effects are done, ms`, rounds, servers, (server) =>
        timeImport(server, runs * 10),
      ),
      await compareFigure("memory of server and engine, MiB", 1, servers, async (server) => measureMemoryMib(server)),
      await compareFigure("start to first answer, ms", rounds, servers, (server) =>
        restartServer(server, server === servers[0] ? root : checkout),
      ),
    ];
    const text = `${formatTable(head, rows)}\n\n${formatTable(["", "this release", "the other", "ratio"], alone)}`;
    return [{ title: `Over HTTP, compared with ${checkout}, 1 client, p50; CPU is that of server and engine`, text, missed: [] }];
  } finally {
    for (const server of servers) await discardServer(server);
  }
}

/** Measures a figure of both servers alternately, and returns medians of rounds. */
async function compareFigure(
  name: string,
  rounds: number,
  servers: readonly [BenchServer, BenchServer],
  measure: (server: BenchServer) => Promise<number>,
): Promise<(string | number)[]> {
  const pairs: [number, number][] = [];
  // A token may expire during a long run.
  for (const server of servers) server.token = await signIn(server.url);
  for (let round = 0; round < rounds; round++) pairs.push([await measure(servers[0]), await measure(servers[1])]);
  return [name, median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b)), median(pairs.map(([a, b]) => a / b))];
}

/** Returns the milliseconds of each create by eight clients. */
async function timeEightClients(server: BenchServer, runs: number): Promise<number> {
  const started = performance.now();
  await Promise.all(Array.from({ length: 8 }, () => timeRuns(runs, () => createLead(server))));
  const duration = (performance.now() - started) / (8 * runs);
  await settle(server);
  return duration;
}

async function timeImport(server: BenchServer, rows: number): Promise<number> {
  const started = performance.now();
  await waitForImport(server, await sendImport(server, rows, `beside${createdNames.length}`));
  await settle(server);
  return performance.now() - started;
}

async function restartServer(server: BenchServer, checkout: string): Promise<number> {
  await stopProcess(server.process);
  const { process, url, coldStart } = await launchServer(server.folder, checkout);
  Object.assign(server, { process, url });
  return coldStart;
}

const settle = ({ url }: BenchServer) => callApi(url, "POST", "/_local/settle", undefined, {});

/** Sends blocks of requests to the servers alternately. Derived work of a block is done before the next one. */
async function alternateServers(
  runs: number,
  ask: (server: BenchServer) => Promise<unknown>,
  servers: readonly [BenchServer, BenchServer],
): Promise<[RequestCost, RequestCost]> {
  const durations: [number[], number[]] = [[], []];
  const cpu: [number, number] = [0, 0];
  for (let done = 0; done < runs; done += BLOCK_REQUESTS) {
    const aFirst = (done / BLOCK_REQUESTS) % 2 === 0;
    for (const index of aFirst ? ([0, 1] as const) : ([1, 0] as const)) {
      const server = servers[index];
      const before = measureCpuSeconds(server.process.pid as number);
      durations[index].push(...(await timeRuns(Math.min(BLOCK_REQUESTS, runs - done), () => ask(server))));
      cpu[index] += measureCpuSeconds(server.process.pid as number) - before;
      await settle(server);
    }
  }
  const computeCost = (index: 0 | 1): RequestCost => ({ ms: median(durations[index]), cpu: (cpu[index] * 1000) / runs });
  return [computeCost(0), computeCost(1)];
}
