import { hash } from "node:crypto";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { replaceDerivation } from "@crm/core/platform/auth/password-derivation.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { deriveGeneration } from "@crm/core/storage/vault/key-derivation.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import { buildProspect } from "../../../scripts/load/prospects.ts";
import { type AppHandlers, addUser, CHEAP_DERIVATION, signUp } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createSeededRandom } from "../../support/random.ts";
import { BusyTable } from "./busy-table.ts";
import { parseTenant, Shard } from "./shard.ts";
import { VirtualTime } from "./virtual-time.ts";

/**
 * One tenant that creates leads continuously, another that creates one now and then, and concurrent stream consumers, each in a process of
 * its own. The operations and the stream handler are real; the table and the time are simulated.
 */
export interface Simulation {
  seconds: number;
  /** The number of leads that the busy tenant creates in a second. */
  rate: number;
  shards: number;
  seed: number;
}

/** All times are in milliseconds. */
export interface Outcome {
  leads: number;
  /** How far the stream is behind when the last lead was created, and how long it takes from then to the end. */
  lag: number;
  drainTime: number;
  /** The longest delay of a change of the other tenant. */
  delay: number;
  /** Records that were parked by the handler or that expired. */
  parked: number;
  /** The number of retried batches, and the causes of failures. */
  retriedBatches: number;
  causes: ReadonlyMap<string, number>;
  table: BusyTable;
  /** The busy tenant and all of its items in the table. */
  tenant: string;
  items: Item[];
}

/** The time between two leads of the other tenant. */
const OTHER_INTERVAL_MS = 1500;
/** The number of the other tenant's first lead. */
const OTHER_LEAD_START = 1_000_000;
const OWNER_COUNT = 10;

export async function simulate({ seconds, rate, shards: count, seed }: Simulation): Promise<Outcome> {
  const random = createSeededRandom(seed);
  const time = new VirtualTime(Date.parse("2026-06-01T08:00:00Z"));
  const shards: Shard[] = [];
  const table = new BusyTable(time, random, (before, after) => {
    const item = (after ?? before) as Item;
    if (isStreamed(item)) shards[pickShard(item, count)]?.add(before, after);
  });
  const causes = new Map<string, number>();
  let parked = 0;
  const portsOf = (): Ports =>
    createPorts(table, {
      park: () => parked++,
      note: (cause) => causes.set(cause, (causes.get(cause) ?? 0) + 1),
    });
  for (let at = 0; at < count; at++) shards.push(new Shard(time, streamHandler(portsOf(), DEAD_LETTER_PREFIX)));
  await loadModules();
  const lasting = async (): Promise<Outcome> => {
    for (const shard of shards) void shard.read();
    const { busy, other, bring } = await createTenants(portsOf(), seed);
    const until = time.now + seconds * 1000;
    const verbs: Promise<unknown>[] = [];
    const keepOn = async (pause: number, act: (n: number) => Promise<unknown>): Promise<void> => {
      for (let n = 0; time.now < until; n++) {
        verbs.push(act(n));
        await time.after(pause);
      }
    };
    await Promise.all([
      keepOn(1000 / rate, (n) => bring(busy, n)),
      keepOn(OTHER_INTERVAL_MS, (n) => bring(other, OTHER_LEAD_START + n)),
    ]);
    const lag = oldestAge(shards);
    await Promise.all(verbs);
    while (oldestAge(shards) > 0) await time.after(100);
    return {
      leads: seconds * rate,
      lag,
      drainTime: time.now - until,
      delay: Math.max(...shards.map(({ delays }) => delays.get(other) ?? 0)),
      parked: parked + sum(shards.map(({ expiredRecords: expired }) => expired)),
      retriedBatches: sum(shards.map(({ retriedBatches: again }) => again)),
      causes,
      table,
      tenant: busy,
      items: [...table.items()].filter((item) => parseTenant(item) === busy),
    };
  };
  const real = Math.random;
  Math.random = random;
  try {
    return await time.run(lasting);
  } finally {
    Math.random = real;
  }
}

/** Loads modules first, because that takes real time, which does not pass in the simulation. */
const loadModules = () =>
  Promise.all([
    import("@crm/core/people/identity/weight-learning.ts"),
    ...domains.flatMap(({ changeHandlers: follows = {}, kinds }) => [
      ...Object.values(follows).map((load) => load()),
      ...kinds.map(({ load }) => load?.()),
    ]),
  ]);

/** Two tenants, and a function that creates the n-th lead of each. */
async function createTenants(ports: Ports, seed: number) {
  replaceDerivation(CHEAP_DERIVATION);
  const app = { ports, handlers: partOf<AppHandlers["handlers"]>({}) };
  const [busy, otherTenant] = [await signUp(app), await signUp(app)];
  const owners: string[] = [];
  for (let index = 0; index < OWNER_COUNT; index++) owners.push((await addUser(app, busy, "SALES_REP")).id);
  const crowd = { seed, owners, from: Date.parse("2026-01-01T08:00:00Z"), step: 1, scoredAfterMs: 0, convertedAfterMs: 0 };
  const bring = (tenant: string, n: number): Promise<unknown> => {
    const { owner_id, ...input } = buildProspect(crowd, n).input;
    const leadInput = { ...input, owner_id: tenant === busy.id ? owner_id : otherTenant.userId };
    return runIn(systemContext(ports, tenant, "simulator"), () => Lead.create(leadInput));
  };
  return { busy: busy.id, other: otherTenant.id, bring };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, value) => all + value, 0);

/** The age of the oldest pending record in any shard. */
const oldestAge = (shards: readonly Shard[]): number => Math.max(...shards.map(({ age }) => age));

const pickShard = ({ pk }: Item, count: number): number => hash("md5", String(pk), "buffer").readUInt32BE() % count;

const derivedPrefixes = domains.flatMap(({ kinds }) =>
  kinds.flatMap(({ isDerived, prefix }) => (isDerived ? [`${prefix}_`] : [])),
);

/** The filter of the event source: records of tenants, without derived items. */
const isStreamed = ({ pk, sk, context }: Item): boolean =>
  String(pk).startsWith("T#") && context !== undefined && !derivedPrefixes.some((prefix) => String(sk).startsWith(prefix));

/** The ports of a process, which has its own caches of the shared table. */
const createPorts = (table: BusyTable, observer: { park: () => void; note: (cause: string) => void }): Ports =>
  partOf<Ports>({
    domains,
    database: table.database(),
    bus: { publish: async () => undefined },
    secrets: { get: async (group: KeyGroup) => JSON.stringify([deriveGeneration("a root of at least thirty-two bytes", group)]) },
    log: {
      write: (_level: string, message: string, { error = "" }: Record<string, unknown> = {}) =>
        observer.note(`${message}: ${String(error).split("\n", 1)}`),
    },
    files: { put: async () => observer.park() },
    geocoder: noGeocoder,
    origin: "http://127.0.0.1",
  });
