import { setTimeout as sleep } from "node:timers/promises";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { newLead, signUp } from "../test/support/app.ts";
import { formatTable, quantile, type Section } from "./stats.ts";

/** How long a neighbour's changes take from the commit to the event, beside a tenant that is stuck and beside a flood of one tenant. */
interface NeighbourOptions {
  /** Seconds for which the neighbour writes beside the stuck tenant. */
  seconds: number;
  /** Leads of the flood. */
  flood: number;
}

const MAX_LAG_MS = 10_000;
/** The time between two leads of the neighbour. */
const INTERVAL_MS = 250;
const POLL_MS = 500;
/** Leads of the flood that are created at the same time. */
const FLOOD_CONCURRENCY = 20;

interface Neighbourhood {
  app: App;
  /** The tenant that conflicts or floods the stream. */
  busy: string;
  neighbour: string;
  /** Whether every transaction of the busy tenant's projections conflicts. */
  isStuck: boolean;
  /** Whether the stream waits. */
  isHeld: boolean;
  /** When the event of each created lead was published. */
  derivedAt: Map<string, number>;
}

async function openNeighbourhood(): Promise<Neighbourhood> {
  const state = { isStuck: false, isHeld: false, derivedAt: new Map<string, number>(), busy: "", neighbour: "" };
  const conflict = (): never => {
    const CancellationReasons = [{ Code: "TransactionConflict" }];
    throw Object.assign(new Error("Cancelled"), { name: "TransactionCanceledException", CancellationReasons });
  };
  const connect = (ports: Ports): Ports => ({
    ...ports,
    database: {
      table: ports.database.table,
      send: async (command, scope) => {
        const isTransaction = command.constructor.name === "TransactWriteCommand";
        return state.isStuck && isTransaction && scope.tenant === state.busy ? conflict() : ports.database.send(command, scope);
      },
    },
    bus: {
      publish: async (events) => {
        for (const { type, record_id } of events) if (type === "lead.created") state.derivedAt.set(record_id, performance.now());
        await ports.bus.publish(events);
      },
    },
  });
  const app = await startApp({
    data: "memory",
    runsInBackground: true,
    log: { write: () => undefined },
    stream: (ports) => {
      const handle = streamHandler(connect(ports), DEAD_LETTER_PREFIX);
      return async (event) => {
        while (state.isHeld) await sleep(10);
        return handle(event);
      };
    },
  });
  [state.busy, state.neighbour] = [(await signUp(app)).id, (await signUp(app)).id];
  return Object.assign(state, { app });
}

const createLead = ({ app }: Neighbourhood, tenant: string): Promise<{ id: string }> =>
  runIn(systemContext(app.ports, tenant, "bench"), () => Lead.create(newLead()));

/** Creates leads of the neighbour until the time is up and all are derived. Returns the lag of each in milliseconds. */
async function measureLags(place: Neighbourhood, seconds: number, beside: () => Promise<unknown>): Promise<number[]> {
  const committedAt = new Map<string, number>();
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    committedAt.set((await createLead(place, place.neighbour)).id, performance.now());
    await beside();
    await sleep(INTERVAL_MS);
  }
  while ([...committedAt.keys()].some((id) => !place.derivedAt.has(id))) await sleep(POLL_MS / 10);
  return [...committedAt].map(([id, at]) => (place.derivedAt.get(id) ?? Number.NaN) - at);
}

/** Waits until no tenant is set aside. Returns the seconds, and the differences that a recount of the busy tenant finds then. */
async function waitUntilDrained({ app, busy }: Neighbourhood): Promise<{ seconds: number; differences: number }> {
  const start = performance.now();
  while ((await TenantQueue.readMarks(app.ports)).size > 0) {
    await app.scheduler.run("tenant-queues");
    await sleep(POLL_MS);
  }
  const seconds = (performance.now() - start) / 1000;
  const { differences } = await runIn(systemContext(app.ports, busy, "bench"), () => recount({ repair: false }));
  return { seconds, differences: differences.length };
}

export async function benchNeighbours({ seconds, flood }: NeighbourOptions): Promise<Section[]> {
  const rows: [string, number, number, number, number, number][] = [];
  const missed: string[] = [];
  const report = async (name: string, place: Neighbourhood, lags: readonly number[]): Promise<void> => {
    const marks = await TenantQueue.readMarks(place.app.ports);
    const objects = (await place.app.ports.files.list(TenantQueue.PREFIX)).length;
    place.isStuck = false;
    const drained = await waitUntilDrained(place);
    const longest = Math.max(...lags);
    rows.push([name, lags.length, quantile(lags, 0.5), longest, objects, drained.seconds]);
    if (longest > MAX_LAG_MS) missed.push(`${name}: ${Math.round(longest)} ms, must be at most ${MAX_LAG_MS}`);
    if (!marks.has(place.busy)) missed.push(`${name}: the tenant was not set aside`);
    if (drained.differences > 0) missed.push(`${name}: a recount finds ${drained.differences} differences`);
    await place.app.stop();
  };

  const stuck = await openNeighbourhood();
  stuck.isStuck = true;
  await report("a stuck tenant", stuck, await measureLags(stuck, seconds, () => createLead(stuck, stuck.busy)));

  const flooded = await openNeighbourhood();
  flooded.isHeld = true;
  for (let lead = 0; lead < flood; lead += FLOOD_CONCURRENCY)
    await Promise.all(Array.from({ length: FLOOD_CONCURRENCY }, () => createLead(flooded, flooded.busy)));
  // A batch is late after five seconds.
  await sleep(5500);
  flooded.isHeld = false;
  await report(`a flood of ${flood} leads`, flooded, await measureLags(flooded, Math.min(seconds, 20), async () => undefined));

  const head = ["beside", "leads", "median ms", "longest ms", "objects in the queue", "seconds to drain"];
  return [{ title: "Lag of a neighbour, from the commit to the event", text: formatTable(head, rows), missed }];
}
