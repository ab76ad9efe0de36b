import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { sweep } from "@crm/core/storage/jobs/sweep.ts";
import { query } from "@crm/core/storage/table/database.ts";
import { dueAttributes, duePlaces } from "@crm/core/storage/table/due.ts";
import { recordKey, systemKey } from "@crm/core/storage/table/key.ts";
import { TICKET } from "@crm/core/ticket/ticket.domain.ts";
import { startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity.ts";
import { openTable } from "../scripts/load-file.ts";
import { openStore, type Store } from "../scripts/load-store.ts";
import { measured } from "../test/cost.ts";
import { signUp } from "../test/support.ts";
import { compare, over, type Section, table } from "./stats.ts";

/** A minute's tick over a store in which very many clocks stand later, beside one in which hardly any does. */
export interface TickOptions {
  rounds: number;
  runs: number;
  /** Tickets whose clocks stand later. */
  later: number;
}

/** How much longer the tick may take for them. */
const BOUND = 1.2;
/** It is one in the morning of a day, whenever this runs: so the clocks stand in partitions that each tick looks at, from two o'clock on. */
const [HOUR, DAY] = [3600, 86_400];
const [FROM_HOURS, HOURS] = [1, 22];

interface Side extends Pick<Store, "ports" | "close"> {
  meter: Meter;
}

export async function benchTick({ rounds, runs, later }: TickOptions): Promise<Section[]> {
  const made = mkdtempSync(join(tmpdir(), "crm-tick-"));
  const [few, many] = [join(made, "few"), join(made, "many")];
  const sides: Side[] = [];
  try {
    const tenant = await begin(few);
    const ahead = (Math.ceil(Date.now() / 1000 / DAY) * DAY + HOUR) * 1000 - Date.now();
    Clock.set(() => Date.now() + ahead);
    cpSync(few, many, { recursive: true });
    const bucket = fill(many, tenant, later);
    for (const folder of [few, many]) sides.push(await opened(folder));
    const [none, all] = sides as [Side, Side];
    const tick = ({ ports }: Side): Promise<unknown> => sweep(ports);
    for (const side of sides) await tick(side);
    const units = [await measured(none.meter, () => tick(none)), await measured(all.meter, () => tick(all))] as const;
    const {
      a,
      b,
      ratio,
      rounds: each,
    } = await compare(
      rounds,
      runs,
      () => tick(all),
      () => tick(none),
      1,
    );
    const count = later.toLocaleString("en");
    const title = `A tick with ${count} clocks that stand later, against one without`;
    const head = ["", "ms", "read units", "write units", "commands"];
    const row = (what: string, ms: number, { read, write, commands }: Meter) => [what, ms, read, write, commands];
    const text = `${table(head, [row("none later", b, units[0]), row(`${count} later`, a, units[1])])}

Ratio ${ratio.toFixed(2)}; by round: ${each.map((one) => one.toFixed(2)).join(", ")}.`;
    const missed = over(ratio, BOUND, title);
    if (units[0].read !== units[1].read) missed.push(`${title}: ${units[1].read} read units, ${units[0].read} without`);
    if (!(await standsIn(all, bucket))) missed.push(`${title}: none of them is in the index`);
    return [{ title, text, missed }];
  } finally {
    Clock.set();
    for (const side of sides) await side.close();
    rmSync(made, { recursive: true, force: true });
  }
}

async function opened(folder: string): Promise<Side> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  return { ...(await openStore(folder, meter)), meter };
}

/** A store with a tenant, for whom nothing is due; the tenant. */
async function begin(folder: string): Promise<string> {
  const app = await startApp({ data: folder, logFrom: "error" });
  try {
    const { id } = await signUp(app);
    await app.settle();
    return id;
  } finally {
    await app.stop();
  }
}

/** Whether the engine finds something in a partition of the index of what is due. */
const standsIn = ({ ports }: Side, bucket: string): Promise<boolean> =>
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

/** Puts so many tickets into the store whose clocks stand later, as the index has them: what a ticket says, no tick reads. A partition of theirs. */
function fill(folder: string, tenant: string, count: number): string {
  const started = performance.now();
  const file = openTable(folder);
  const now = Clock.now();
  let bucket = "";
  for (let nth = 0; nth < count; nth++) {
    const id = newId(TICKET);
    const sla = Clock.after((FROM_HOURS + (nth / count) * HOURS) * HOUR);
    const { own } = duePlaces(id, { sla }, [], now);
    bucket = own?.bucket ?? bucket;
    file.put({ ...recordKey(tenant, id), version: 1, life: "live", ...dueAttributes(id, own) });
  }
  file.close();
  const seconds = Math.round((performance.now() - started) / 1000);
  console.error(`wrote ${file.written.items} tickets into the store in ${seconds} s`);
  return bucket;
}
