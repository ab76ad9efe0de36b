import { BatchGetCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { Person } from "@crm/core/people/person/person.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { createBareClient, formatComparison } from "./bare-client.ts";
import { buildEmail, buildName, loadLeads } from "./bulk-load.ts";
import { boundMisses, compare, formatTable, type Section } from "./stats.ts";

/** Verbs in this process, on the table engine with its stream, compared with a bare client. */
export interface CoreOptions {
  rounds: number;
  runs: number;
  small: number;
  large: number;
}

const SMALL = "ten_000000000000000001";
const LARGE = "ten_000000000000000002";
/** Maximum time of verbs, relative to their commands alone: the table engine is in this process, and a command costs it next to nothing. */
const MAX_CREATE_RATIO = 6;
const MAX_PAGE_RATIO = 16;
/** Allowed difference of read units between two stores: a page that crosses a step of 4 KB costs half a unit more. */
const MAX_UNITS_APART = 0.5;
const OWNERS = [1, 2, 3, 4].map((n) => `usr_00000000000000000${n}`);

export async function benchCore(options: CoreOptions): Promise<Section[]> {
  // Loaded data already contains its derived items, and timed work must not wait for the stream.
  let deriving = false;
  const app = await startApp({
    data: "memory",
    logFrom: "error",
    stream: (ports) => {
      const real = streamHandler(ports);
      return async (event) => (deriving ? real(event) : { batchItemFailures: [] });
    },
  });
  try {
    const started = performance.now();
    await loadLeads(app.ports, SMALL, options.small, OWNERS);
    await loadLeads(app.ports, LARGE, options.large, OWNERS);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.error(`loaded ${options.small + options.large} leads in ${seconds} s`);
    await app.consumer.settle();
    const sections = [
      await benchCreate(app, options),
      await benchPage(app, options),
      await benchGrowth(app, options, seconds),
      await benchResolve(app, options),
    ];
    deriving = true;
    return sections;
  } finally {
    await app.stop();
  }
}

const tenantContext = (ports: Ports, tenant: string): Context => systemContext(ports, tenant, "bench");

let serial = 0;
const buildLeadInput = () => {
  const n = ++serial;
  const phone = `+32 485 ${String(100_000 + (n % 900_000))}`;
  const names = { first_name: "Grace", last_name: `Bench${n}` };
  return { ...names, email: `bench${n}@mail.example`, phone, company: "Bench Ltd", lead_source_id: "web" };
};

interface LeadCommands {
  batch: BatchGetCommand;
  transaction: TransactWriteCommand;
}

/** Returns the commands with which the verb would create one more lead, for the bare client to send. Nothing is written. */
async function recordCommands(app: App): Promise<LeadCommands> {
  const commands: Partial<LeadCommands> = {};
  const { database } = app.ports;
  const recorder: Ports["database"] = {
    table: database.table,
    send: async (command, scope) => {
      if (command instanceof BatchGetCommand) commands.batch = command;
      else if (command instanceof TransactWriteCommand) commands.transaction = command;
      else return database.send(command, scope);
      return {};
    },
  };
  await runIn(tenantContext({ ...app.ports, database: recorder }, SMALL), () => Lead.create(buildLeadInput()));
  return commands as LeadCommands;
}

async function benchCreate(app: App, { rounds, runs }: CoreOptions): Promise<Section> {
  const raw = createBareClient(app);
  const prepared: LeadCommands[] = [];
  for (let n = 0; n < (rounds + 1) * runs; n++) prepared.push(await recordCommands(app));
  const result = await compare(
    rounds,
    runs,
    () => runIn(tenantContext(app.ports, SMALL), () => Lead.create(buildLeadInput())),
    async () => {
      const { batch, transaction } = prepared.pop() as LeadCommands;
      await raw.send(batch);
      await raw.send(transaction);
    },
  );
  return {
    title: "Creating a lead: the verb, against a bare client that does the same reads and the same transaction",
    text: formatComparison("the verb", "bare client", result),
    missed: boundMisses(result.ratio, MAX_CREATE_RATIO, "creating a lead against a bare client"),
  };
}

async function benchPage(app: App, { rounds, runs }: CoreOptions): Promise<Section> {
  const raw = createBareClient(app);
  const result = await compare(
    rounds,
    runs,
    () => runIn(tenantContext(app.ports, SMALL), () => Lead.list({ limit: 20 })),
    () =>
      raw.send(
        new QueryCommand({
          TableName: app.ports.database.table,
          IndexName: "by_time",
          KeyConditionExpression: "by_time = :pk",
          ExpressionAttributeValues: { ":pk": `T#${SMALL}#lead#live` },
          ScanIndexForward: false,
          Limit: 20,
        }),
      ),
  );
  return {
    title: "A page of 20 leads with its total, against a bare query of the page",
    text: formatComparison("list with total", "bare query", result),
    missed: boundMisses(result.ratio, MAX_PAGE_RATIO, "a page with total against a bare query"),
  };
}

type Query = Parameters<typeof Lead.list>[0];

/** Each list, with another query for the small tenant where needed: its search must fill a page too. */
const lists: readonly [string, Query, Query?][] = [
  ["all", {}],
  ["status", { status: "contacted" }],
  ["source", { source: "referral" }],
  ["owner", { owner: OWNERS[1] }],
  ["owner and status", { owner: OWNERS[1], status: "contacted" }],
  ["rating", { rating: "HOT" }],
  ["min_score", { min_score: 70 }],
  ["is_converted=true", { is_converted: true }],
  ["is_converted=false", { is_converted: false }],
  ["sort=lead_score", { sort: "lead_score" }],
  ["search by name prefix", { search: buildName(11).slice(0, 7) }, { search: buildName(11).slice(0, 2) }],
];

async function benchGrowth(app: App, { rounds, runs, small, large }: CoreOptions, seconds: number): Promise<Section> {
  const rows: (string | number)[][] = [];
  const misses: string[] = [];
  for (const [name, query, inSmall = query] of lists) {
    const listLeads = (tenant: string) =>
      runIn(tenantContext(app.ports, tenant), () => Lead.list(tenant === SMALL ? inSmall : query));
    const result = await compare(
      rounds,
      runs,
      () => listLeads(LARGE),
      () => listLeads(SMALL),
    );
    const unitsIn = (tenant: string, listQuery: Query) =>
      measureReadUnits(app.ports, tenantContext(app.ports, tenant), () => Lead.list(listQuery));
    const [smallUnits, largeUnits] = [await unitsIn(SMALL, inSmall), await unitsIn(LARGE, query)];
    rows.push([name, result.b, result.a, result.ratio, smallUnits, largeUnits]);
    misses.push(...boundMisses(result.ratio, 1.2, `${name} at ${large} leads against ${small}`));
    if (largeUnits > smallUnits + MAX_UNITS_APART)
      misses.push(`${name}: ${largeUnits} units at ${large} leads, ${smallUnits} at ${small}`);
  }
  const [fewer, more] = [small, large].map((count) => count.toLocaleString("en"));
  const head = ["list", `ms at ${fewer}`, `ms at ${more}`, "ratio", `units at ${fewer}`, `units at ${more}`];
  const loading = `Loading them took ${seconds} s: transactions of 100 items, three at a time, counters summed in memory.`;
  return {
    title: `A page of 20 with its total at ${more} leads, against ${fewer}`,
    text: `${formatTable(head, rows)}\n\n${loading}`,
    missed: misses,
  };
}

/** Finds persons by an email address, or creates them, in a small tenant and in a large one. */
async function benchResolve(app: App, { rounds, runs, small, large }: CoreOptions): Promise<Section> {
  const rows: (string | number)[][] = [];
  const misses: string[] = [];
  const kinds: readonly [string, (count: number) => string][] = [
    ["a known person", (count) => buildEmail(serial++ % count)],
    ["a new person", () => `resolved${++serial}@mail.example`],
  ];
  for (const [name, emailIn] of kinds) {
    const resolve = (tenant: string, count: number) =>
      runIn(tenantContext(app.ports, tenant), () => Person.findOrCreate({ emails: [emailIn(count)] }));
    const result = await compare(
      rounds,
      runs,
      () => resolve(LARGE, large),
      () => resolve(SMALL, small),
    );
    rows.push([name, result.b, result.a, result.ratio]);
    misses.push(...boundMisses(result.ratio, 1.2, `resolving ${name} at ${large} persons against ${small}`));
  }
  const [fewer, more] = [small, large].map((count) => count.toLocaleString("en"));
  const text = formatTable(["resolve", `ms at ${fewer}`, `ms at ${more}`, "ratio"], rows);
  return { title: `Finding or creating a person at ${more} persons, against ${fewer}`, text, missed: misses };
}

/** Returns the read units of a second call, as the engine counts them. */
export async function measureReadUnits(ports: Ports, context: Context, work: () => Promise<unknown>): Promise<number> {
  let units = 0;
  const { database } = ports;
  const metered: Ports["database"] = {
    table: database.table,
    send: async (command, scope) => {
      Object.assign((command as { input: object }).input, { ReturnConsumedCapacity: "TOTAL" });
      const output = (await database.send(command, scope)) as {
        ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
      };
      for (const capacity of [output.ConsumedCapacity ?? []].flat()) units += capacity.CapacityUnits ?? 0;
      return output;
    },
  };
  const meteredContext = { ...context, ports: { ...ports, database: metered } };
  await runIn(meteredContext, work);
  units = 0;
  await runIn(meteredContext, work);
  return units;
}
