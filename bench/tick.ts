import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { TICKET } from "@crm/core/service/ticket/ticket.kind.ts";
import { sweep } from "@crm/core/storage/scheduler/sweep.ts";
import { query } from "@crm/core/storage/table/database.ts";
import { computeDueEntries, dueAttributes } from "@crm/core/storage/table/due-index.ts";
import { recordKey, systemKey } from "@crm/core/storage/table/key.ts";
import { startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { openBulkTable } from "../scripts/load/bulk-table.ts";
import { type LoadedStore, openLoadedStore } from "../scripts/load/store.ts";
import { signUp } from "../test/support/app.ts";
import { measureUnits } from "../test/support/request-units.ts";
import { boundMisses, compare, formatTable, type Section } from "./stats.ts";

/** The sweep of one minute over a store with very many later due times, compared with a store with hardly any. */
export interface TickOptions {
  rounds: number;
  runs: number;
  /** Tickets with later due times. */
  later: number;
}

/** Maximum time of a sweep with them, relative to one without. */
const MAX_RATIO = 1.2;
/** The clock is always set to one in the morning, so the due times, from two o'clock on, are in partitions that each sweep reads. */
const [HOUR_SECONDS, DAY_SECONDS] = [3600, 86_400];
const [FROM_HOURS, SPREAD_HOURS] = [1, 22];

interface TickStore extends Pick<LoadedStore, "ports" | "close"> {
  meter: Meter;
}

export async function benchTick({ rounds, runs, later: clockCount }: TickOptions): Promise<Section[]> {
  const directory = mkdtempSync(join(tmpdir(), "crm-tick-"));
  const [smallFolder, largeFolder] = [join(directory, "few"), join(directory, "many")];
  const sides: TickStore[] = [];
  try {
    const tenant = await createStore(smallFolder);
    const offsetMs = (Math.ceil(Date.now() / 1000 / DAY_SECONDS) * DAY_SECONDS + HOUR_SECONDS) * 1000 - Date.now();
    Clock.set(() => Date.now() + offsetMs);
    cpSync(smallFolder, largeFolder, { recursive: true });
    const bucket = fillTickets(largeFolder, tenant, clockCount);
    for (const folder of [smallFolder, largeFolder]) sides.push(await openMeteredStore(folder));
    const [emptyStore, all] = sides as [TickStore, TickStore];
    const tick = ({ ports }: TickStore): Promise<unknown> => sweep(ports);
    for (const store of sides) await tick(store);
    const units = [
      await measureUnits(emptyStore.meter, () => tick(emptyStore)),
      await measureUnits(all.meter, () => tick(all)),
    ] as const;
    const {
      a,
      b,
      ratio,
      rounds: ratios,
    } = await compare(
      rounds,
      runs,
      () => tick(all),
      () => tick(emptyStore),
      1,
    );
    const count = clockCount.toLocaleString("en");
    const title = `A tick with ${count} clocks that are due later, against one without`;
    const head = ["", "ms", "read units", "write units", "commands"];
    const row = (label: string, ms: number, { read, write, commands }: Meter) => [label, ms, read, write, commands];
    const text = `${formatTable(head, [row("none later", b, units[0]), row(`${count} later`, a, units[1])])}

Ratio ${ratio.toFixed(2)}; by round: ${ratios.map((roundRatio) => roundRatio.toFixed(2)).join(", ")}.`;
    const misses = boundMisses(ratio, MAX_RATIO, title);
    if (units[0].read !== units[1].read) misses.push(`${title}: ${units[1].read} read units, ${units[0].read} without`);
    if (!(await isIndexed(all, bucket))) misses.push(`${title}: none of them is in the index`);
    return [{ title, text, missed: misses }];
  } finally {
    Clock.set();
    for (const store of sides) await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function openMeteredStore(folder: string): Promise<TickStore> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  return { ...(await openLoadedStore(folder, meter)), meter };
}

/** Creates a store with a tenant for whom nothing is due. Returns the tenant's id. */
async function createStore(folder: string): Promise<string> {
  const app = await startApp({ data: folder, logFrom: "error" });
  try {
    const { id } = await signUp(app);
    await app.settle();
    return id;
  } finally {
    await app.stop();
  }
}

/** Whether a partition of the index of due items has items. */
const isIndexed = ({ ports }: TickStore, bucket: string): Promise<boolean> =>
  runIn(systemContext(ports, undefined, "bench", ["due"]), async () => {
    const ExpressionAttributeValues = { ":bucket": systemKey("due", bucket) };
    const { Items = [] } = await query({
      IndexName: "due",
      KeyConditionExpression: "due = :bucket",
      ExpressionAttributeValues,
      Limit: 1,
    });
    return Items.length > 0;
  });

/** Writes tickets with later due times into the store, with only the attributes that a sweep reads. Returns one of their partitions. */
function fillTickets(folder: string, tenant: string, count: number): string {
  const started = performance.now();
  const file = openBulkTable(folder);
  const now = Clock.now();
  let bucket = "";
  for (let nth = 0; nth < count; nth++) {
    const id = newId(TICKET);
    const sla = Clock.addSeconds((FROM_HOURS + (nth / count) * SPREAD_HOURS) * HOUR_SECONDS);
    const { recordEntry: dueEntry } = computeDueEntries(id, { sla }, [], now);
    bucket = dueEntry?.bucket ?? bucket;
    file.put({ ...recordKey(tenant, id), version: 1, life: "live", ...dueAttributes(id, dueEntry) });
  }
  file.close();
  const seconds = Math.round((performance.now() - started) / 1000);
  console.error(`wrote ${file.writeCounts.items} tickets into the store in ${seconds} s`);
  return bucket;
}
