import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { idPrefix } from "@crm/core/kernel/id.ts";
import { AUDIT } from "@crm/core/platform/audit/audit.kind.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import { archiveRecords } from "@crm/core/storage/scheduler/record-archive.ts";
import { loadCollectionByName } from "@crm/core/storage/table/collection-registry.ts";
import { table } from "@crm/core/storage/table/table.ts";
import { platformSchedules } from "@crm/functions/schedule/platform-schedules.ts";
import { createScheduleHandler } from "@crm/functions/schedule/schedule-handler.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { CommandOrder } from "@crm/local/table-engine/command-order.ts";
import {
  ARCHIVED_INTERACTION,
  INTERACTION,
  LEAD,
  NOTES,
  RECOUNTED_ARCHIVED,
  RECOUNTED_INTERACTION,
  RECOUNTED_LEAD,
  STATUS,
} from "../../../bench/costs/bill.rules.ts";
import { COLUMNS_OF_ARCHIVED, COLUMNS_OF_INTERACTION, COLUMNS_OF_LEAD } from "../../../bench/costs/columns.rules.ts";
import type { MeasuredRow } from "../../../bench/costs/page.rules.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { CallCounter } from "../../support/call-counter.ts";
import { removeColumns } from "../../support/columns.ts";
import { measureUnits, omitCreationTime } from "../../support/request-units.ts";
import { listStoredItems } from "../../support/stored-items.ts";

/**
 * The cost of a write with all its follow-up work: units of the table and its indexes, the bytes stored afterwards, and the calls of functions
 * before and after the answer. Bytes are counted as they are billed: of items and index entries, plus a hundred for each.
 */
const costFields = [
  ...(["read", "write", "items", "table", "indexes", "auditTable", "auditIndexes"] as const),
  ...(["callsBefore", "callsAfter"] as const),
];
type WriteCost = Record<(typeof costFields)[number], number>;
type StoredBytes = Omit<WriteCost, "read" | "write" | "callsBefore" | "callsAfter">;

type Image = Record<string, AttributeValue>;

/** The overhead that DynamoDB bills for each item and each index entry. */
const ENTRY_OVERHEAD_BYTES = 100;

const textBytes = (text: string): number => Buffer.byteLength(text);

function valueBytes({ S, N, B, M, L, SS, NS }: AttributeValue): number {
  if (S !== undefined) return textBytes(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (B !== undefined) return B.length;
  if (M !== undefined) return 3 + imageBytes(M);
  if (L !== undefined) return L.reduce((sum, value) => sum + 1 + valueBytes(value), 3);
  return [...(SS ?? []), ...(NS ?? [])].reduce((sum, text) => sum + textBytes(text), 1);
}

const imageBytes = (image: Image): number =>
  Object.entries(image).reduce((sum, [name, value]) => sum + textBytes(name) + valueBytes(value), 0);

const billedBytes = (image: Image): number => ENTRY_OVERHEAD_BYTES + imageBytes(image);

/** The bytes of an item's index entries. */
const indexBytes = (image: Image): number =>
  table.indexes
    .filter(({ partitionKey, sortKey }) => image[partitionKey] && image[sortKey])
    .map(({ partitionKey, sortKey, projected }) => {
      const names = new Set<string>([table.partitionKey, table.sortKey, partitionKey, sortKey, ...projected]);
      return billedBytes(Object.fromEntries(Object.entries(image).filter(([name]) => names.has(name))));
    })
    .reduce((sum, bytes) => sum + bytes, 0);

const isAudit = (image: Image): boolean => idPrefix(image[table.sortKey]?.S ?? "") === AUDIT.prefix;
/** Stored answers, leases and the like expire, so they are not permanent. */
const isPermanent = (image: Image): boolean => image[table.timeToLive] === undefined;

/** The permanent items in the table. */
export function measureStorage(app: App): StoredBytes {
  const sum = { items: 0, table: 0, indexes: 0, auditTable: 0, auditIndexes: 0 };
  for (const image of listStoredItems(app).filter(isPermanent)) {
    const [bytes, entries] = [billedBytes(image), indexBytes(image)];
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
 * Measures each kind of write with all its follow-up work. The cheapest of several runs counts, which excludes leases, new blocks of
 * numbers and counters of a new day.
 */
export async function measureWriteCosts(): Promise<MeasuredRow[]> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startTestApp({
    // Commands run in the order of arrival, because the figures depend on the order.
    order: new CommandOrder(() => 0),
    meter,
    stream: (ports) => {
      const handle = streamHandler(ports, DEAD_LETTER_PREFIX);
      return ({ Records }) => handle({ Records: Records.map(omitCreationTime) });
    },
  });
  const counter = await CallCounter.start();
  const whole: Measure = async (work) => {
    const before = measureStorage(app);
    let [callsBefore, callsAfter] = [0, 0];
    const { read, write } = await measureUnits(meter, async () => {
      await counter.take();
      await work();
      callsBefore = await counter.take();
      await app.settle();
      callsAfter = await counter.take();
    });
    const after = measureStorage(app);
    const grown = Object.fromEntries(
      Object.keys(after).map((key) => [key, after[key as keyof StoredBytes] - before[key as keyof StoredBytes]]),
    );
    return { read, write, ...(grown as StoredBytes), callsBefore, callsAfter };
  };
  const recount = async (): Promise<number> => {
    const { load, table: used } = platformSchedules.recount;
    const run = createScheduleHandler(
      "recount",
      used.flatMap((each) => ("keyspace" in each ? [each.keyspace] : [])),
      await load(),
    );
    return (await measureUnits(meter, () => run(app.ports))).read;
  };
  try {
    const tenant = await signUp(app);
    const buildColumns: ColumnBuild = (...kinds) =>
      runIn(systemContext(app.ports, tenant.id, "test"), async () => {
        for (const kind of kinds) await removeColumns(app, tenant.id, kind);
        const collections = await Promise.all(kinds.map(loadCollectionByName));
        const build = async () => {
          for (const collection of collections) await maintain(collection, Number.POSITIVE_INFINITY, { minRows: 0 });
        };
        return (await measureUnits(meter, build)).read;
      });
    const result = await measureWrites(tenant, () => app.settle(), whole, { recount, buildColumns });
    const archived = await measureArchive(app, tenant, meter, { recount, buildColumns });
    result[ARCHIVED_INTERACTION] = archived.moved;
    const addReads = (name: string, more: number): WriteCost => ({
      ...emptyCost,
      read: Number(((result[name] as WriteCost).read + more).toFixed(2)),
    });
    result[RECOUNTED_ARCHIVED] = addReads(RECOUNTED_INTERACTION, archived.recountDifference);
    result[COLUMNS_OF_ARCHIVED] = addReads(COLUMNS_OF_INTERACTION, archived.columnsDifference);
    return Object.entries(result).map(([name, each]): MeasuredRow => [name, ...costFields.map((figure) => each[figure])]);
  } finally {
    await counter.stop();
    await app.stop();
  }
}

/** Archived interactions of one month. */
const ARCHIVE_SIZE = 200;

/** Builds the columns of kinds anew, and returns the read units. */
type ColumnBuild = (...kinds: string[]) => Promise<number>;

/** Work that reads all records. */
interface Walks {
  recount: () => Promise<number>;
  buildColumns: ColumnBuild;
}

/**
 * Measures the archive: for each interaction, the units and the bytes that leave the table, and by how much the recount reads less and the columns are
 * built from more.
 */
async function measureArchive(app: App, { admin, id }: Tenant, meter: Meter, { recount, buildColumns }: Walks) {
  const { data: lead } = await admin.createLead({ first_name: "Ada", last_name: "Archived", email: "ada@archive.example" });
  const { personal_key_id } = lead;
  for (let index = 0; index < ARCHIVE_SIZE; index++)
    await admin.createInteraction({
      ...{ personal_key_id, interaction_type_id: "download", subject: `Asked for ${padNumber(index)}` },
      interaction_date: new Date(Date.UTC(2020, 1, 10) + index * 60_000).toISOString(),
    });
  await app.settle();
  app.setClock({ advance: 40 * 24 * 60 * 60 * 1000 });
  const archive = (): Promise<boolean> => runIn(systemContext(app.ports, id, "record-archive"), () => archiveRecords());
  await recount();
  const columnsBefore = await buildColumns("interaction");
  const [readsBefore, before] = [await recount(), measureStorage(app)];
  const { read, write } = await measureUnits(meter, archive);
  const [after, readsAfter] = [measureStorage(app), await recount()];
  const share = (amount: number): number => Number((amount / ARCHIVE_SIZE).toFixed(2));
  const bytes = { table: before.table - after.table, indexes: before.indexes - after.indexes };
  return {
    moved: { ...emptyCost, read: share(read), write: share(write), table: share(bytes.table), indexes: share(bytes.indexes) },
    recountDifference: share(readsAfter - readsBefore),
    columnsDifference: share((await buildColumns("interaction")) - columnsBefore),
  };
}

type Measure = (work: () => Promise<unknown>) => Promise<WriteCost>;

const RUNS = 5;
/** The number of records that the recount has in addition. */
const RECOUNT_SIZE = 200;
const emptyCost = Object.fromEntries(costFields.map((field) => [field, 0])) as WriteCost;
const padNumber = (n: number): string => String(n).padStart(4, "0");

async function measureWrites(
  { admin: crm }: Tenant,
  settle: () => Promise<void>,
  measureWork: Measure,
  { recount, buildColumns }: Walks,
): Promise<Record<string, WriteCost>> {
  let n = 1000;
  const typed = () => ({
    first_name: `First${++n}`,
    last_name: `Last${n}`,
    email: `person${n}@mail.example`,
    phone: `+32 485 00 ${String(n).slice(0, 2)} ${String(n).slice(2)}`,
    company: `Company ${n}`,
    lead_source_id: "web",
  });
  const measureLeast = async <T>(before: () => Promise<T>, work: (subject: T) => Promise<unknown>): Promise<WriteCost> => {
    const runs: WriteCost[] = [];
    for (let run = 0; run < RUNS; run++) {
      const subject = await before();
      await settle();
      runs.push(await measureWork(() => work(subject)));
    }
    const best = runs.reduce((best, cost) =>
      cost.write < best.write || (cost.write === best.write && cost.read < best.read) ? cost : best,
    );
    // The first run also loads modules and fills caches.
    return {
      ...best,
      callsBefore: Math.min(...runs.map(({ callsBefore }) => callsBefore)),
      callsAfter: Math.min(...runs.map(({ callsAfter }) => callsAfter)),
    };
  };
  const lead = async () => (await crm.createLead(typed())).data;
  for (let warm = 0; warm < 30; warm++) await lead();
  await settle();
  const skipSetup = async () => undefined;

  const result: Record<string, WriteCost> = {};
  result[LEAD] = await measureLeast(skipSetup, () => crm.createLead(typed()));
  result[NOTES] = await measureLeast(lead, ({ id }) => crm.updateLead({ id, notes: `Called ${padNumber(n)}` }));
  result[STATUS] = await measureLeast(lead, ({ id }) => crm.setLeadStatus({ id, lead_status_id: "contacted" }));
  const interact = ({ personal_key_id }: Awaited<ReturnType<typeof lead>>) =>
    crm.createInteraction({ personal_key_id, interaction_type_id: "download", subject: `Asked for ${padNumber(n)}` });
  const createKnownLead = async () => {
    const createdLead = await lead();
    await interact(createdLead);
    return createdLead;
  };
  result[INTERACTION] = await measureLeast(createKnownLead, interact);
  result["an activity of a lead"] = await measureLeast(lead, ({ id }) =>
    crm.logLeadActivity({ id, subject: `Call ${padNumber(n)}`, activity_type_id: "call" }),
  );
  const { data: customer } = await crm.createCustomer({ name: "Fjord" });
  const deal = { customer_id: customer.id, currency: "EUR" };
  const line = { description: "Hull survey", quantity: "1", unit_price: "100.00" };
  const requester = { email: "ada@customer.example" };
  const measureCreation = (create: () => Promise<unknown>) => measureLeast(create, create);
  result["an opportunity of a customer"] = await measureCreation(() =>
    crm.createOpportunity({ ...deal, name: `Fleet ${padNumber(++n)}`, amount: "100.00" }),
  );
  result["a quote with one line"] = await measureCreation(() =>
    crm.createQuote({ ...deal, name: `Survey ${padNumber(++n)}`, line_items: [line] }),
  );
  result["a ticket, its requester known"] = await measureCreation(() =>
    crm.createTicket({ subject: `Pump ${padNumber(++n)}`, description: "It hums", requester }),
  );
  await crm.createMailAccount({ name: "News", way: "house", address: "news@harbour.example", is_default: true });
  result["a mail, until it is handed over"] = await measureCreation(() =>
    crm.sendMessage({ channel: "email", to: "ada@mail.example", subject: `News ${padNumber(++n)}`, body: "Hello" }),
  );
  const leads: Awaited<ReturnType<typeof lead>>[] = [];
  /** Returns by how much each walk reads more for each record that is made meanwhile. */
  const measureGrowth = async (walks: readonly (() => Promise<number>)[], make: () => Promise<unknown>): Promise<WriteCost[]> => {
    const readAll = async (): Promise<number[]> => {
      const reads: number[] = [];
      for (const walk of walks) reads.push(await walk());
      return reads;
    };
    const before = await readAll();
    for (let more = 0; more < RECOUNT_SIZE; more++) await make();
    await settle();
    const after = await readAll();
    return after.map((reads, index) => ({
      ...emptyCost,
      read: Number(((reads - (before[index] ?? 0)) / RECOUNT_SIZE).toFixed(2)),
    }));
  };
  const [ofLead, leadColumns] = await measureGrowth([recount, () => buildColumns("lead", "person")], async () =>
    leads.push(await lead()),
  );
  const interactMore = async () => interact(leads.pop() ?? (await lead()));
  const [ofInteraction, interactionColumns] = await measureGrowth([recount, () => buildColumns("interaction")], interactMore);
  return {
    ...result,
    ...{ [RECOUNTED_LEAD]: ofLead ?? emptyCost, [RECOUNTED_INTERACTION]: ofInteraction ?? emptyCost },
    ...{ [COLUMNS_OF_LEAD]: leadColumns ?? emptyCost, [COLUMNS_OF_INTERACTION]: interactionColumns ?? emptyCost },
  };
}
