import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { prefixOf } from "@crm/core/kernel/id.ts";
import { AUDIT } from "@crm/core/storage/project/audit.ts";
import { table } from "@crm/core/storage/table/table.ts";
import { running } from "@crm/functions/schedule/context.ts";
import { house } from "@crm/functions/schedule/house.ts";
import { PARKED, streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity.ts";
import { CommandOrder } from "@crm/local/table-engine/command-order.ts";
import { INTERACTION, LEAD, NOTES, RECOUNTED_INTERACTION, RECOUNTED_LEAD, STATUS } from "../../bench/costs/bill.rules.ts";
import type { Row } from "../../bench/costs/page.rules.ts";
import { measured, unborn } from "../cost.ts";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { storedItems } from "../table.ts";

/**
 * What a write costs with all that follows from it: units of the table and its indexes, and what they hold from then on. Bytes are as
 * they are billed: of items, of their entries in indexes, and a hundred for each of both.
 */
const figures = ["read", "write", "items", "table", "indexes", "auditTable", "auditIndexes"] as const;
type Whole = Record<(typeof figures)[number], number>;
type Holding = Omit<Whole, "read" | "write">;

type Image = Record<string, AttributeValue>;

/** DynamoDB's own, for each item and each entry of an index. */
const OVERHEAD = 100;

const textBytes = (text: string): number => Buffer.byteLength(text);

function valueBytes({ S, N, B, M, L, SS, NS }: AttributeValue): number {
  if (S !== undefined) return textBytes(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (B !== undefined) return B.length;
  if (M !== undefined) return 3 + imageBytes(M);
  if (L !== undefined) return L.reduce((sum, value) => sum + 1 + valueBytes(value), 3);
  return [...(SS ?? []), ...(NS ?? [])].reduce((sum, each) => sum + textBytes(each), 1);
}

const imageBytes = (image: Image): number =>
  Object.entries(image).reduce((sum, [name, value]) => sum + textBytes(name) + valueBytes(value), 0);

const billed = (image: Image): number => OVERHEAD + imageBytes(image);

/** Of the entries of an item in the indexes that it stands in. */
const indexed = (image: Image): number =>
  table.indexes
    .filter(({ partitionKey, sortKey }) => image[partitionKey] && image[sortKey])
    .map(({ partitionKey, sortKey, projected }) => {
      const names = new Set<string>([table.partitionKey, table.sortKey, partitionKey, sortKey, ...projected]);
      return billed(Object.fromEntries(Object.entries(image).filter(([name]) => names.has(name))));
    })
    .reduce((sum, bytes) => sum + bytes, 0);

const isAudit = (image: Image): boolean => prefixOf(image[table.sortKey]?.S ?? "") === AUDIT.prefix;
/** Answers kept for a repeat, leases and the like end by themselves. */
const stays = (image: Image): boolean => image[table.timeToLive] === undefined;

/** What the table holds for good. */
function held(app: App): Holding {
  const sum = { items: 0, table: 0, indexes: 0, auditTable: 0, auditIndexes: 0 };
  for (const image of storedItems(app).filter(stays)) {
    const [bytes, entries] = [billed(image), indexed(image)];
    sum.items++;
    sum.table += bytes;
    sum.indexes += entries;
    if (!isAudit(image)) continue;
    sum.auditTable += bytes;
    sum.auditIndexes += entries;
  }
  return sum;
}

/**
 * Each kind of write, until nothing follows from it any more. Of several, the one that cost least: none of them fell on a lease, a new
 * block of numbers or another day's counters.
 */
export async function wholes(): Promise<Row[]> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startTestApp({
    // First come, first served: figures are those of no other order.
    order: new CommandOrder(() => 0),
    meter,
    stream: (ports) => {
      const handle = streamHandler(ports, PARKED);
      return ({ Records }) => handle({ Records: Records.map(unborn) });
    },
  });
  const whole: Measure = async (work) => {
    const before = held(app);
    const { read, write } = await measured(meter, async () => {
      await work();
      await app.settle();
    });
    const after = held(app);
    const grown = Object.fromEntries(
      Object.keys(after).map((key) => [key, after[key as keyof Holding] - before[key as keyof Holding]]),
    );
    return { read, write, ...(grown as Holding) };
  };
  const recount = async (): Promise<number> => {
    const { load, table: used } = house.recount;
    const run = running(
      "recount",
      used.flatMap((each) => ("within" in each ? [each.within] : [])),
      await load(),
    );
    return (await measured(meter, () => run(app.ports))).read;
  };
  try {
    const result = await writes(await signUp(app), () => app.settle(), whole, recount);
    return Object.entries(result).map(([name, each]): Row => [name, ...figures.map((figure) => each[figure])]);
  } finally {
    await app.stop();
  }
}

type Measure = (work: () => Promise<unknown>) => Promise<Whole>;

const RUNS = 5;
/** Records more than before. */
const RECOUNTED = 200;
const nothingHeld: Whole = { read: 0, write: 0, items: 0, table: 0, indexes: 0, auditTable: 0, auditIndexes: 0 };
const pad = (n: number): string => String(n).padStart(4, "0");

async function writes(
  { admin: crm }: Tenant,
  settle: () => Promise<void>,
  whole: Measure,
  recount: () => Promise<number>,
): Promise<Record<string, Whole>> {
  let n = 1000;
  const typed = () => ({
    first_name: `First${++n}`,
    last_name: `Last${n}`,
    email: `person${n}@mail.example`,
    phone: `+32 485 00 ${String(n).slice(0, 2)} ${String(n).slice(2)}`,
    company: `Company ${n}`,
    lead_source_id: "web",
  });
  const least = async <T>(before: () => Promise<T>, work: (made: T) => Promise<unknown>): Promise<Whole> => {
    const runs: Whole[] = [];
    for (let run = 0; run < RUNS; run++) {
      const made = await before();
      await settle();
      runs.push(await whole(() => work(made)));
    }
    return runs.reduce((best, each) =>
      each.write < best.write || (each.write === best.write && each.read < best.read) ? each : best,
    );
  };
  const lead = async () => (await crm.createLead(typed())).data;
  for (let warm = 0; warm < 30; warm++) await lead();
  await settle();
  const nothing = async () => undefined;

  const result: Record<string, Whole> = {};
  result[LEAD] = await least(nothing, () => crm.createLead(typed()));
  result[NOTES] = await least(lead, ({ id }) => crm.updateLead({ id, notes: `Called ${pad(n)}` }));
  result[STATUS] = await least(lead, ({ id }) => crm.setLeadStatus({ id, lead_status_id: "contacted" }));
  const interact = ({ personal_key_id }: Awaited<ReturnType<typeof lead>>) =>
    crm.createInteraction({ personal_key_id, interaction_type_id: "download", subject: `Asked for ${pad(n)}` });
  const known = async () => {
    const made = await lead();
    await interact(made);
    return made;
  };
  result[INTERACTION] = await least(known, interact);
  result["an activity of a lead"] = await least(lead, ({ id }) =>
    crm.logLeadActivity({ id, subject: `Call ${pad(n)}`, activity_type_id: "call" }),
  );
  const leads: Awaited<ReturnType<typeof lead>>[] = [];
  const recounted = async (make: () => Promise<unknown>): Promise<Whole> => {
    const before = await recount();
    for (let more = 0; more < RECOUNTED; more++) await make();
    await settle();
    return { ...nothingHeld, read: Number((((await recount()) - before) / RECOUNTED).toFixed(2)) };
  };
  result[RECOUNTED_LEAD] = await recounted(async () => leads.push(await lead()));
  result[RECOUNTED_INTERACTION] = await recounted(async () => interact(leads.pop() ?? (await lead())));
  return result;
}
