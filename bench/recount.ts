import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { ALL, counterKey, LIVE } from "@crm/core/storage/read/counter.ts";
import { queryAll, send, tableName, update } from "@crm/core/storage/table/database.ts";
import { systemKey, tenantKey } from "@crm/core/storage/table/key.ts";
import { loadStore, told } from "../scripts/load-leads.ts";
import { openStore, type Store } from "../scripts/load-store.ts";
import { chanceOf } from "../test/chance.ts";
import { killedUntilDone } from "../test/dying.ts";
import { prices } from "./costs/prices.ts";
import { handedOutIn, type Ran, ranIn } from "./recount-job.ts";
import { over, type Section, table } from "./stats.ts";

/**
 * The recount and the sweep over a store with many leads beside one with a tenth of them: what they take, and that they come to the
 * same when they are killed at random and go on.
 */
export interface RecountOptions {
  leads: number;
  /** The folder of a store that `npm run load` has made; its clocks are handed out then. */
  data: string | undefined;
}

/** By then each contact of a loaded store is due. */
const ALL_DUE = Date.parse("2028-01-01T00:00:00Z");
/** Milliseconds after which nobody has a shard, and any clock, that somebody had who was killed. */
const [SHARD_IS_FREE, ALL_IS_FREE] = [31_000, 24 * 60 * 60 * 1000];
/** So much faster goes the clock of a recount that is killed: its time is up as often as with ten times the leads. */
const FAST = 10;
/** After a night for each so many records a tenant is due again, after 29 at most. */
const [RECORDS_A_NIGHT, NIGHTS] = [200_000, 29];

export async function benchRecount({ leads, data }: RecountOptions): Promise<Section[]> {
  const made = mkdtempSync(join(tmpdir(), "crm-recount-"));
  const [few, many] = [join(made, "small"), data ?? join(made, "large")];
  try {
    console.error(told((await loadStore(few, Math.ceil(leads / 10))).report));
    if (data === undefined) console.error(told((await loadStore(many, leads)).report));
    const recounts = [await recounted(few), await recounted(many)] as const;
    const sweeps = [await swept(few), await swept(many)] as const;
    return [
      flat(recounts, sweeps),
      resumed(await killedRecount(many, recounts[1].commands), await killedSweep(many, sweeps[1].commands)),
    ];
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

const recounted = async (folder: string): Promise<Ran> => {
  await inStore(folder, makeDue);
  return (await run(folder, "recount", {})).last;
};

const swept = async (folder: string): Promise<Ran> => {
  rmSync(handedOutIn(folder), { force: true });
  return (await run(folder, "due", { at: ALL_DUE })).last;
};

interface Running {
  /** Where the clock stands at the beginning, and how much later in each life than in the one before, in milliseconds. */
  at?: number;
  later?: number;
  speed?: number;
  dieAt?: (kills: number) => number;
}

/** Runs a schedule over a store, in as many lives as it is killed and one more: how often it was, and what the last one used. */
async function run(folder: string, schedule: string, { at = Date.now(), later = 0, speed = 1, dieAt }: Running) {
  const script = join(import.meta.dirname, "recount-job.ts");
  const kills = await killedUntilDone(script, folder, dieAt ?? (() => Number.POSITIVE_INFINITY), undefined, (life) => ({
    CRM_SCHEDULE: schedule,
    CRM_CLOCK: String(at + life * later),
    CRM_SPEED: String(speed),
  }));
  const last = JSON.parse(readFileSync(ranIn(folder), "utf8")) as Ran;
  console.error(`${schedule} in ${folder}, killed ${kills} times: ${JSON.stringify(last)}`);
  return { last, kills };
}

/** A command of so many, at first an early one: later from life to life. */
function anywhere(what: string, commands: number): (kills: number) => number {
  const random = chanceOf(what);
  return (kills) => Math.ceil(random() * commands * (0.25 + 0.1 * kills));
}

interface Killed {
  what: string;
  kills: number;
  isSame: boolean;
}

/** A recount of counters that are wrong, which leaves all counters as they were. */
async function killedRecount(folder: string, commands: number): Promise<Killed> {
  const before = await inStore(folder, counters);
  await inStore(folder, async (store) => {
    await makeDue(store);
    for (const [kind, scope] of [
      ["lead", ALL],
      ["lead", store.owners[0] ?? ""],
      ["person", ALL],
    ] as const)
      await damage(store, kind, scope);
  });
  const { kills } = await run(folder, "recount", { speed: FAST, dieAt: anywhere("a recount that is killed", commands) });
  return { what: "recount", kills, isSame: isDeepStrictEqual(await inStore(folder, counters), before) };
}

/** A sweep a day after another, which hands out the same: what was taken by who was killed comes when nobody has it any more. */
async function killedSweep(folder: string, commands: number): Promise<Killed> {
  const before = handedOut(folder);
  rmSync(handedOutIn(folder));
  const [at, dieAt] = [ALL_DUE + ALL_IS_FREE, anywhere("a sweep that is killed", commands)];
  const { kills } = await run(folder, "due", { at, later: SHARD_IS_FREE, dieAt });
  await run(folder, "due", { at: at + ALL_IS_FREE });
  return { what: "sweep", kills, isSame: isDeepStrictEqual(handedOut(folder), before) };
}

/** Each once: what is handed out again is the same event. */
const handedOut = (folder: string): string[] => [...new Set(readFileSync(handedOutIn(folder), "utf8").trim().split("\n"))].sort();

async function inStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(folder);
  try {
    return await runIn(store.context, () => work(store));
  } finally {
    await store.close();
  }
}

const makeDue = ({ ports, tenant }: Store): Promise<unknown> =>
  runIn(systemContext(ports, undefined, "bench", ["watermark"]), () =>
    send(new DeleteCommand({ TableName: tableName(), Key: { pk: systemKey("watermark", "recount"), sk: tenant } })),
  );

const damage = ({ tenant }: Store, kind: string, scope: string): Promise<unknown> =>
  update({
    Key: counterKey(tenant, kind, scope),
    UpdateExpression: "ADD #live :one, revision :one",
    ExpressionAttributeNames: { "#live": LIVE },
    ExpressionAttributeValues: { ":one": 1 },
  });

/** What counters say, however often they were written; those that say nothing are as good as none. */
const counters = async ({ tenant }: Store): Promise<unknown> => {
  const items = await Promise.all(["lead", "person"].map((kind) => queryAll(tenantKey(tenant, "COUNT", kind))));
  return items.flat().map(({ revision: _revision, as_of: _at, ...item }) =>
    Object.entries(item)
      .filter(([, value]) => value !== 0)
      .sort(),
  );
};

/** For all that a lead brings along; memory is that of what is held at a time, whatever the number of leads. */
function flat(recounts: readonly [Ran, Ran], sweeps: readonly [Ran, Ran]): Section {
  const row = (what: string, { done, seconds, heap, memory, read, write }: Ran): (string | number)[] => [
    what,
    done.toLocaleString("en"),
    Math.round(seconds),
    Math.round(heap),
    Math.round(memory),
    Math.round(read).toLocaleString("en"),
    Math.round(write).toLocaleString("en"),
  ];
  const rows = [...recounts.map((each) => row("recount, records", each)), ...sweeps.map((each) => row("sweep, clocks", each))];
  const [, { done, read }] = recounts;
  const nights = Math.min(Math.max(1, Math.floor(done / RECORDS_A_NIGHT)), NIGHTS);
  const units = (read * 30) / nights;
  const dollars = (units * prices.dynamodb.standard.read).toFixed(2);
  return {
    title: "Recount and sweep: memory and units",
    text: `${table(["what", "done", "s", "heap, MiB", "process, MiB", "read units", "write units"], rows)}\n\nThe larger store is recounted every ${nights} nights: ${Math.round(units).toLocaleString("en")} read units, $${dollars}, a month.`,
    missed: [...over(ratioOf(recounts), 1.2, "heap of the recount"), ...over(ratioOf(sweeps), 1.2, "heap of the sweep")],
  };
}

const ratioOf = ([few, many]: readonly [Ran, Ran]): number => many.heap / few.heap;

function resumed(...killed: readonly Killed[]): Section {
  const rows = killed.map(({ what, kills, isSame }) => [what, kills, isSame ? "equal" : "different"]);
  return {
    title: "Recount and sweep, killed at random",
    text: table(["what", "killed", "result"], rows),
    missed: killed.flatMap(({ what, isSame }) => (isSame ? [] : [`${what}: another result when it was killed`])),
  };
}
