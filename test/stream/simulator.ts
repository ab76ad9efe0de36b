import { hash } from "node:crypto";
import { replaceDerivation } from "@crm/core/auth/derivation.ts";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { Lead } from "@crm/core/lead/lead.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { PARKED, streamHandler } from "@crm/functions/stream/index.ts";
import { prospect } from "../../scripts/load-data.ts";
import { randomOf } from "../chance.ts";
import { addUser, CHEAP, signUp } from "../support.ts";
import { BusyTable } from "./busy-table.ts";
import { Shard, tenantOf } from "./shard.ts";
import { VirtualTime } from "./virtual-time.ts";

/**
 * A tenant that brings in leads without a pause, another that makes one now and then, and the consumers of the stream side by side, each
 * in a process of its own. The verbs, the stream's handler and all that it calls are the real ones; table and time are simulated.
 */
export interface Simulation {
  seconds: number;
  /** Leads a second of the busy tenant. */
  rate: number;
  shards: number;
  seed: number;
}

/** All times are in milliseconds. */
export interface Outcome {
  leads: number;
  /** How far the stream is behind when the last lead has come in, and how long it takes from there until nothing is left. */
  lag: number;
  drained: number;
  /** The longest that a change of the other tenant has waited. */
  delay: number;
  /** Records that were set aside: by the handler, or as too old. */
  parked: number;
  /** Batches that came again, and why changes could not be derived. */
  again: number;
  causes: ReadonlyMap<string, number>;
  table: BusyTable;
  /** The busy tenant, and all that it has in the table. */
  tenant: string;
  items: Item[];
}

/** From one lead of the other tenant to the next. */
const SELDOM = 1500;
/** The number of the other tenant's first lead. */
const ELSEWHERE = 1_000_000;
const OWNERS = 10;

export async function simulate({ seconds, rate, shards: count, seed }: Simulation): Promise<Outcome> {
  const random = randomOf(seed);
  const time = new VirtualTime(Date.parse("2026-06-01T08:00:00Z"));
  const shards: Shard[] = [];
  const table = new BusyTable(time, random, (before, after) => {
    const item = (after ?? before) as Item;
    if (isWatched(item)) shards[shardOf(item, count)]?.add(before, after);
  });
  const causes = new Map<string, number>();
  let parked = 0;
  const portsOf = (): Ports =>
    simulated(table, {
      park: () => parked++,
      note: (cause) => causes.set(cause, (causes.get(cause) ?? 0) + 1),
    });
  for (let at = 0; at < count; at++) shards.push(new Shard(time, streamHandler(portsOf(), PARKED)));
  await loadModules();
  const lasting = async (): Promise<Outcome> => {
    for (const shard of shards) void shard.read();
    const { busy, other, bring } = await tenants(portsOf(), seed);
    const until = time.now + seconds * 1000;
    const verbs: Promise<unknown>[] = [];
    const keepOn = async (pause: number, act: (n: number) => Promise<unknown>): Promise<void> => {
      for (let n = 0; time.now < until; n++) {
        verbs.push(act(n));
        await time.after(pause);
      }
    };
    await Promise.all([keepOn(1000 / rate, (n) => bring(busy, n)), keepOn(SELDOM, (n) => bring(other, ELSEWHERE + n))]);
    const lag = ageOf(shards);
    await Promise.all(verbs);
    while (ageOf(shards) > 0) await time.after(100);
    return {
      leads: seconds * rate,
      lag,
      drained: time.now - until,
      delay: Math.max(...shards.map(({ delays }) => delays.get(other) ?? 0)),
      parked: parked + sum(shards.map(({ expired }) => expired)),
      again: sum(shards.map(({ again }) => again)),
      causes,
      table,
      tenant: busy,
      items: [...table.items()].filter((item) => tenantOf(item) === busy),
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

/** Modules are loaded in real time, of which there is none here. */
const loadModules = () =>
  Promise.all([
    import("@crm/core/person/learning.ts"),
    ...domains.flatMap(({ follows = {}, kinds }) => [
      ...Object.values(follows).map((load) => load()),
      ...kinds.map(({ load }) => load?.()),
    ]),
  ]);

/** Two tenants, and what brings the n-th lead to one of them. */
async function tenants(ports: Ports, seed: number) {
  replaceDerivation(CHEAP);
  const app = { ports, handlers: {} as never };
  const [busy, other] = [await signUp(app), await signUp(app)];
  const owners: string[] = [];
  for (let at = 0; at < OWNERS; at++) owners.push((await addUser(app, busy, "SALES_REP")).id);
  const crowd = { seed, owners, from: Date.parse("2026-01-01T08:00:00Z"), step: 1, scored: 0, converted: 0 };
  const bring = (tenant: string, n: number): Promise<unknown> => {
    const { owner_id, ...input } = prospect(crowd, n).input;
    const owned = { ...input, owner_id: tenant === busy.id ? owner_id : other.userId };
    return runIn(systemContext(ports, tenant, "simulator"), () => Lead.create(owned));
  };
  return { busy: busy.id, other: other.id, bring };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

/** How old the oldest record is that waits in a shard. */
const ageOf = (shards: readonly Shard[]): number => Math.max(...shards.map(({ age }) => age));

const shardOf = ({ pk }: Item, count: number): number => hash("md5", String(pk), "buffer").readUInt32BE() % count;

const derived = domains.flatMap(({ kinds }) => kinds.flatMap(({ isDerived, prefix }) => (isDerived ? [`${prefix}_`] : [])));

/** What the event source lets through: tenants' records, none that are derived. */
const isWatched = ({ pk, sk, context }: Item): boolean =>
  String(pk).startsWith("T#") && context !== undefined && !derived.some((prefix) => String(sk).startsWith(prefix));

/** The ports of a process, which has a memory of its own of the one table. */
const simulated = (table: BusyTable, told: { park: () => void; note: (cause: string) => void }): Ports =>
  ({
    domains,
    database: table.database(),
    bus: { publish: async () => undefined },
    secrets: { get: async () => "a secret of at least thirty-two bytes" },
    log: {
      write: (_level: string, what: string, { error = "" }: Record<string, unknown> = {}) =>
        told.note(`${what}: ${String(error).split("\n", 1)}`),
    },
    files: { put: async () => told.park() },
    geocoder: noGeocoder,
    origin: "http://127.0.0.1",
  }) as unknown as Ports;
