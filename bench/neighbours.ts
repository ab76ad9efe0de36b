import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { buildProspect, buildProspectSeries } from "../scripts/load/prospects.ts";
import { signUp } from "../test/support/app.ts";
import { formatTable, quantile, type Section } from "./stats.ts";

/**
 * How long a neighbour's changes take from the commit to the event, beside a tenant that is stuck and beside a flood of one tenant, until the
 * flood is drained.
 */
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
  close(): Promise<void>;
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
  });
  const folder = mkdtempSync(join(tmpdir(), "crm-neighbours-"));
  const app = await startApp({
    // The table has a thread, as in a server. A table in memory answers at once, so the drain would never yield to the stream.
    data: folder,
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
  // The stream and the drain of the queues share the bus.
  const { bus } = app.ports;
  const publish = bus.publish.bind(bus);
  bus.publish = (events) => {
    for (const { type, record_id } of events) if (type === "lead.created") state.derivedAt.set(record_id, performance.now());
    return publish(events);
  };
  [state.busy, state.neighbour] = [(await signUp(app)).id, (await signUp(app)).id];
  const close = async (): Promise<void> => {
    await app.stop();
    rmSync(folder, { recursive: true });
  };
  return Object.assign(state, { app, close });
}

/** Leads of different persons: similar ones would each become a possible duplicate of the others. */
const prospects = buildProspectSeries([], 1);
const nextProspect = { number: 0 };

const createLead = ({ app }: Neighbourhood, tenant: string): Promise<{ id: string }> =>
  runIn(systemContext(app.ports, tenant, "bench"), () => Lead.create(buildProspect(prospects, nextProspect.number++).input));

/** Creates leads of the neighbour while it is time, and waits until all are derived. Returns the lag of each in milliseconds. */
async function measureLags(place: Neighbourhood, isTime: () => boolean, beside: () => Promise<unknown>): Promise<number[]> {
  const committedAt = new Map<string, number>();
  while (isTime()) {
    committedAt.set((await createLead(place, place.neighbour)).id, performance.now());
    await beside();
    await sleep(INTERVAL_MS);
  }
  while ([...committedAt.keys()].some((id) => !place.derivedAt.has(id))) await sleep(POLL_MS / 10);
  return [...committedAt].map(([id, at]) => (place.derivedAt.get(id) ?? Number.NaN) - at);
}

/** Drains the queues until the leads are derived. Returns the seconds. */
async function drainUntilDerived({ app, derivedAt }: Neighbourhood, ids: readonly string[]): Promise<number> {
  const start = performance.now();
  while (ids.some((id) => !derivedAt.has(id))) {
    await app.scheduler.run("tenant-queues");
    await sleep(POLL_MS);
  }
  return (performance.now() - start) / 1000;
}

/** Counts the differences that a recount of a tenant finds once nothing waits in the stream or in a queue. */
async function countDifferences({ app }: Neighbourhood, tenant: string): Promise<number> {
  while ((await app.consumer.settle()) || (await TenantQueue.readMarks(app.ports)).size > 0) {
    await app.scheduler.run("tenant-queues");
    await sleep(POLL_MS);
  }
  const { differences } = await runIn(systemContext(app.ports, tenant, "bench"), () => recount({ repair: false }));
  return differences.length;
}

export async function benchNeighbours({ seconds, flood }: NeighbourOptions): Promise<Section[]> {
  const rows: [string, number, number, number, number, number][] = [];
  const missed: string[] = [];
  const report = async (
    name: string,
    place: Neighbourhood,
    { lags, objects, drainSeconds }: { lags: readonly number[]; objects: number; drainSeconds: number },
  ): Promise<void> => {
    const longest = Math.max(...lags);
    rows.push([name, lags.length, quantile(lags, 0.5), longest, objects, drainSeconds]);
    if (longest > MAX_LAG_MS) missed.push(`${name}: ${Math.round(longest)} ms, must be at most ${MAX_LAG_MS}`);
    if (objects === 0) missed.push(`${name}: the tenant was not set aside`);
    for (const tenant of [place.busy, place.neighbour]) {
      const differences = await countDifferences(place, tenant);
      if (differences > 0) missed.push(`${name}: a recount finds ${differences} differences`);
    }
    await place.close();
  };

  const stuck = await openNeighbourhood();
  stuck.isStuck = true;
  const until = performance.now() + seconds * 1000;
  const ids: string[] = [];
  const lags = await measureLags(
    stuck,
    () => performance.now() < until,
    async () => ids.push((await createLead(stuck, stuck.busy)).id),
  );
  const objects = await countObjects(stuck);
  stuck.isStuck = false;
  await report("a stuck tenant", stuck, { lags, objects, drainSeconds: await drainUntilDerived(stuck, ids) });

  const flooded = await openNeighbourhood();
  flooded.isHeld = true;
  const floodIds: string[] = [];
  for (let lead = 0; lead < flood; lead += FLOOD_CONCURRENCY)
    for (const { id } of await Promise.all(Array.from({ length: FLOOD_CONCURRENCY }, () => createLead(flooded, flooded.busy))))
      floodIds.push(id);
  // A batch is late after five seconds.
  await sleep(5500);
  const counts = { objects: 0, drainSeconds: 0 };
  const beside = async (): Promise<unknown> => (counts.objects = Math.max(counts.objects, await countObjects(flooded)));
  flooded.isHeld = false;
  const [floodLags] = await Promise.all([
    measureLags(flooded, () => counts.drainSeconds === 0, beside),
    drainUntilDerived(flooded, floodIds).then((drainSeconds) => Object.assign(counts, { drainSeconds })),
  ]);
  await report(`a flood of ${flood} leads`, flooded, { lags: floodLags, ...counts });

  const head = ["beside", "leads", "median ms", "longest ms", "objects in the queue", "seconds to drain"];
  return [{ title: "Lag of a neighbour, from the commit to the event", text: formatTable(head, rows), missed }];
}

const countObjects = async ({ app, busy }: Neighbourhood): Promise<number> =>
  (await app.ports.files.list(TenantQueue.queuePrefix(busy))).length;
