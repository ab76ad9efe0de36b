import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { ALL, counterKey, LIVE } from "@crm/core/storage/read/counter.ts";
import { queryAll, send, tableName, update } from "@crm/core/storage/table/database.ts";
import { systemKey, tenantKey } from "@crm/core/storage/table/key.ts";
import { type LoadedStore, openLoadedStore } from "../scripts/load/store.ts";
import { formatReport, loadStore } from "../scripts/load-leads.ts";
import { spawnScript } from "../test/support/kill-point.ts";
import { createSeededRandom, seed } from "../test/support/random.ts";
import { defaultRegion, pricesByRegion } from "./costs/prices.ts";
import { type JobResult, publishedFile, resultFile } from "./recount-job.ts";
import { boundMisses, formatTable, type Section } from "./stats.ts";

/**
 * The recount and the sweep over a store with many leads, compared with a tenth of them: their cost, and the same result after they were killed at
 * random and resumed.
 */
export interface RecountOptions {
  leads: number;
  /** The folder of a store made by `npm run load`. The benchmark publishes its due events. */
  data: string | undefined;
}

/** At this time each contact of a loaded store is due. */
const ALL_DUE_MS = Date.parse("2028-01-01T00:00:00Z");
/** Milliseconds after which the claims of a killed process have expired: on a shard, and on a due event. A process may run for an hour. */
const [SHARD_CLAIM_MS, CLOCK_CLAIM_MS] = [60 * 60 * 1000, 25 * 60 * 60 * 1000];
/** Speed of the clock of a recount that is killed: it reaches its time limit as often as with ten times the leads. */
const CLOCK_SPEED = 10;
/** A tenant is recounted after one night for each this many records, and after 89 nights at most; a night has this many seconds. */
const [RECORDS_PER_NIGHT, MAX_NIGHTS, NIGHT_SECONDS] = [200_000, 89, 13 * 60];
/** Maximum kills of a job; after that it runs to the end. */
const MAX_KILLS = 20;

export async function benchRecount({ leads, data }: RecountOptions): Promise<Section[]> {
  const directory = mkdtempSync(join(tmpdir(), "crm-recount-"));
  const [smallFolder, largeFolder] = [join(directory, "small"), data ?? join(directory, "large")];
  try {
    console.error(formatReport((await loadStore(smallFolder, Math.ceil(leads / 10))).report));
    if (data === undefined) console.error(formatReport((await loadStore(largeFolder, leads)).report));
    const recounts = [await runRecount(smallFolder), await runRecount(largeFolder)] as const;
    const sweeps = [await runSweep(smallFolder), await runSweep(largeFolder)] as const;
    return [
      buildFlatSection(recounts, sweeps),
      buildResumeSection(await killRecount(largeFolder, recounts[1].commands), await killSweep(largeFolder, sweeps[1].commands)),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const runRecount = async (folder: string): Promise<JobResult> => {
  await runInStore(folder, makeRecountDue);
  return (await runJob(folder, "recount", {})).last;
};

const runSweep = async (folder: string): Promise<JobResult> => {
  rmSync(publishedFile(folder), { force: true });
  return (await runJob(folder, "due", { at: ALL_DUE_MS })).last;
};

interface JobRun {
  /** The time at the start, and how much later each run after a kill starts, in milliseconds. */
  at?: number;
  laterMs?: number;
  speed?: number;
  dieAt?: (kills: number) => number;
}

/** Runs a schedule over a store until a run is not killed. Returns the number of kills, and the result of the last run. */
async function runJob(
  folder: string,
  schedule: string,
  { at: startTime = Date.now(), laterMs: delayMs = 0, speed = 1, dieAt }: JobRun,
) {
  const script = join(import.meta.dirname, "recount-job.ts");
  rmSync(resultFile(folder), { force: true });
  let kills = 0;
  for (; ; kills++) {
    const code = await spawnScript(script, {
      CRM_DATA: folder,
      CRM_DIE_AT: dieAt && kills < MAX_KILLS ? String(dieAt(kills)) : undefined,
      CRM_SCHEDULE: schedule,
      CRM_CLOCK: String(startTime + kills * delayMs),
      CRM_SPEED: String(speed),
    });
    if (code === 0) break;
    if (code !== null) throw new Error(`The job ${schedule} ended with code ${code}`);
  }
  const last = JSON.parse(readFileSync(resultFile(folder), "utf8")) as JobResult;
  console.error(`${schedule} in ${folder}, killed ${kills} times: ${JSON.stringify(last)}`);
  return { last, kills };
}

/** Picks the command at which to kill: an early one at first, later after each kill. */
function randomKill(commands: number): (kills: number) => number {
  // The first numbers of a small seed are near 0.
  const random = createSeededRandom(seed * 2_654_435_769);
  return (kills) => Math.ceil(random() * commands * (0.25 + 0.1 * kills));
}

interface KillResult {
  what: string;
  kills: number;
  isSame: boolean;
}

/** Damages counters and recounts with kills. All counters must then be as before. */
async function killRecount(folder: string, commands: number): Promise<KillResult> {
  const before = await runInStore(folder, readCounters);
  await runInStore(folder, async (store) => {
    await makeRecountDue(store);
    for (const [kind, scope] of [
      ["lead", ALL],
      ["lead", store.owners[0] ?? ""],
      ["person", ALL],
    ] as const)
      await damageCounter(store, kind, scope);
  });
  const { kills } = await runJob(folder, "recount", {
    speed: CLOCK_SPEED,
    dieAt: randomKill(commands),
  });
  return { what: "recount", kills, isSame: isDeepStrictEqual(await runInStore(folder, readCounters), before) };
}

/**
 * Sweeps with kills, a day after the first sweep, and then again once the claims of killed processes have expired. Both must publish the same events.
 */
async function killSweep(folder: string, commands: number): Promise<KillResult> {
  const before = readPublished(folder);
  rmSync(publishedFile(folder));
  const [startTime, dieAt] = [ALL_DUE_MS + CLOCK_CLAIM_MS, randomKill(commands)];
  const { kills } = await runJob(folder, "due", { at: startTime, laterMs: SHARD_CLAIM_MS, dieAt });
  await runJob(folder, "due", { at: startTime + kills * SHARD_CLAIM_MS + CLOCK_CLAIM_MS });
  return { what: "sweep", kills, isSame: isDeepStrictEqual(readPublished(folder), before) };
}

/** Returns the published event ids without repeats: a repeat is the same event. */
const readPublished = (folder: string): string[] =>
  [...new Set(readFileSync(publishedFile(folder), "utf8").trim().split("\n"))].sort();

async function runInStore<T>(folder: string, work: (store: LoadedStore) => Promise<T>): Promise<T> {
  const store = await openLoadedStore(folder);
  try {
    return await runIn(store.context, () => work(store));
  } finally {
    await store.close();
  }
}

const makeRecountDue = ({ ports, tenant }: LoadedStore): Promise<unknown> =>
  runIn(systemContext(ports, undefined, "bench", ["watermark"]), () =>
    send(new DeleteCommand({ TableName: tableName(), Key: { pk: systemKey("watermark", "recount"), sk: tenant } })),
  );

const damageCounter = ({ tenant }: LoadedStore, kind: string, scope: string): Promise<unknown> =>
  update({
    Key: counterKey(tenant, kind, scope),
    UpdateExpression: "ADD #live :one, revision :one",
    ExpressionAttributeNames: { "#live": LIVE },
    ExpressionAttributeValues: { ":one": 1 },
  });

/** Returns the counters' values without revisions and without zeros. */
const readCounters = async ({ tenant }: LoadedStore): Promise<unknown> => {
  const items = await Promise.all(["lead", "person"].map((kind) => queryAll(tenantKey(tenant, "COUNT", kind))));
  return items.flat().map(({ revision: _revision, as_of: _at, ...item }) =>
    Object.entries(item)
      .filter(([, value]) => value !== 0)
      .sort(),
  );
};

/** Compares memory and units. Memory must depend on the batch, not on the number of leads. */
function buildFlatSection(recounts: readonly [JobResult, JobResult], sweeps: readonly [JobResult, JobResult]): Section {
  const row = (label: string, { done, seconds, heap, memory, read, write }: JobResult): (string | number)[] => [
    label,
    done.toLocaleString("en"),
    Math.round(seconds),
    Math.round(heap),
    Math.round(memory),
    Math.round(read).toLocaleString("en"),
    Math.round(write).toLocaleString("en"),
  ];
  const rows = [
    ...recounts.map((recount) => row("recount, records", recount)),
    ...sweeps.map((sweep) => row("sweep, clocks", sweep)),
  ];
  const [, { done, read, seconds }] = recounts;
  const { read: readPrice } = pricesByRegion[defaultRegion].dynamodb.standard;
  const formatDollars = (units: number): string => `$${(units * readPrice).toFixed(2)}`;
  const nights = Math.min(Math.max(1, Math.floor(done / RECORDS_PER_NIGHT)), MAX_NIGHTS);
  const units = (read * 30) / nights;
  return {
    title: "Recount and sweep: memory and units",
    text: `${formatTable(["what", "done", "s", "heap, MiB", "process, MiB", "read units", "write units"], rows)}\n\nA recount of the larger store costs ${formatDollars(read)} and takes ${Math.ceil(seconds / NIGHT_SECONDS)} nights. It is due every ${nights} nights: ${Math.round(units).toLocaleString("en")} read units, ${formatDollars(units)}, a month.`,
    missed: [
      ...boundMisses(heapRatio(recounts), 1.2, "heap of the recount"),
      ...boundMisses(heapRatio(sweeps), 1.2, "heap of the sweep"),
    ],
  };
}

const heapRatio = ([smallResult, largeResult]: readonly [JobResult, JobResult]): number => largeResult.heap / smallResult.heap;

function buildResumeSection(...killed: readonly KillResult[]): Section {
  const rows = killed.map(({ what: label, kills, isSame }) => [label, kills, isSame ? "equal" : "different"]);
  return {
    title: "Recount and sweep, killed at random",
    text: formatTable(["what", "killed", "result"], rows),
    missed: killed.flatMap(({ what: label, isSame }) => (isSame ? [] : [`${label}: a different result after it was killed`])),
  };
}
