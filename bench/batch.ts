import { buildLeadInput } from "./http.ts";
import { type BenchServer, callApi, discardServer, startLoadedServer } from "./server.ts";
import { formatTable, median, type Section } from "./stats.ts";

/** Compares creating leads in one request with single requests, by one client that waits for each and by eight concurrent clients. */
const LEADS = 100;
const CLIENTS = 8;
/** Maximum time of a batch, relative to eight clients. */
const MAX_RATIO = 1.1;

export async function benchBatch({ rounds }: { rounds: number }): Promise<Section[]> {
  const server = await startLoadedServer(100);
  try {
    const measurements: { batch: number; alone: number; eight: number }[] = [];
    // The first round is a warm-up.
    for (let round = 0; round <= rounds; round++)
      measurements.push({
        batch: await timeWork(server, () => createBatch(server)),
        alone: await timeWork(server, () => createOneByOne(server, 1)),
        eight: await timeWork(server, () => createOneByOne(server, CLIENTS)),
      });
    const timings = measurements.slice(1);
    const [ms, alone, eight] = (["batch", "alone", "eight"] as const).map((name) =>
      median(timings.map((timing) => timing[name])),
    );
    const [ofAlone = 0, ofEight = 0] = (["alone", "eight"] as const).map((name) =>
      median(timings.map((timing) => timing.batch / timing[name])),
    );
    const head = ["leads", "one batch, ms", "one client, ms", "ratio", `${CLIENTS} clients, ms`, "ratio"];
    const text = formatTable(head, [[LEADS, ms ?? 0, alone ?? 0, ofAlone, eight ?? 0, ofEight]]);
    const misses = ofEight > MAX_RATIO ? [`a batch against ${CLIENTS} clients: ${ofEight.toFixed(2)}, at most ${MAX_RATIO}`] : [];
    return [{ title: `${LEADS} leads in one batch, compared with as many single requests`, text, missed: misses }];
  } finally {
    await discardServer(server);
  }
}

const buildLeads = (): object[] => Array.from({ length: LEADS }, buildLeadInput);

const createBatch = ({ url, token }: BenchServer) =>
  callApi(url, "POST", "/api/v1/leads/batch", token, { operation: "create", items: buildLeads() });

async function createOneByOne({ url, token }: BenchServer, clients: number): Promise<void> {
  const waiting = buildLeads();
  const client = async (): Promise<void> => {
    for (let lead = waiting.pop(); lead; lead = waiting.pop()) await callApi(url, "POST", "/api/v1/leads", token, lead);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** Times the work. Everything derived from it is processed afterwards, outside of the time. */
async function timeWork({ url }: BenchServer, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  await callApi(url, "POST", "/_local/settle", undefined, {});
  return ms;
}
