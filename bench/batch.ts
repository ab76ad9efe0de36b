import { leadOf } from "./http.ts";
import { type BenchServer, call, discard, serverWith } from "./server.ts";
import { median, type Section, table } from "./stats.ts";

/** Leads made by one request beside as many made one by one, by a client that waits for each and by eight at a time. */
const LEADS = 100;
const AT_ONCE = 8;
/** Of the time that eight clients take, at most. */
const BOUND = 1.1;

export async function benchBatch({ rounds }: { rounds: number }): Promise<Section[]> {
  const server = await serverWith(100);
  try {
    const taken: { batch: number; alone: number; eight: number }[] = [];
    // The first round warms up.
    for (let round = 0; round <= rounds; round++)
      taken.push({
        batch: await timed(server, () => batch(server)),
        alone: await timed(server, () => singly(server, 1)),
        eight: await timed(server, () => singly(server, AT_ONCE)),
      });
    const counted = taken.slice(1);
    const [ms, alone, eight] = (["batch", "alone", "eight"] as const).map((name) => median(counted.map((each) => each[name])));
    const [ofAlone = 0, ofEight = 0] = (["alone", "eight"] as const).map((name) =>
      median(counted.map((each) => each.batch / each[name])),
    );
    const head = ["leads", "one batch, ms", "one client, ms", "ratio", `${AT_ONCE} clients, ms`, "ratio"];
    const text = table(head, [[LEADS, ms ?? 0, alone ?? 0, ofAlone, eight ?? 0, ofEight]]);
    const missed = ofEight > BOUND ? [`a batch against ${AT_ONCE} clients: ${ofEight.toFixed(2)}, at most ${BOUND}`] : [];
    return [{ title: `${LEADS} leads in one batch beside as many requests`, text, missed }];
  } finally {
    await discard(server);
  }
}

const leads = (): object[] => Array.from({ length: LEADS }, leadOf);

const batch = ({ url, token }: BenchServer) =>
  call(url, "POST", "/api/v1/leads/batch", token, { operation: "create", items: leads() });

async function singly({ url, token }: BenchServer, clients: number): Promise<void> {
  const waiting = leads();
  const client = async (): Promise<void> => {
    for (let lead = waiting.pop(); lead; lead = waiting.pop()) await call(url, "POST", "/api/v1/leads", token, lead);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** What follows from it is done before the next has its turn. */
async function timed({ url }: BenchServer, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  await call(url, "POST", "/_local/settle", undefined, {});
  return ms;
}
