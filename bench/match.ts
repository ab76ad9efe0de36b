import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { onPersonChanges } from "@crm/core/people/identity/duplicate-detection.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { parseChange, type RecordChange } from "@crm/core/storage/stream/record-change.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { loadPeople, measureQuality } from "../test/people/person/match-quality.ts";
import { generatePersons, type SyntheticPerson } from "../test/people/person/synthetic-persons.ts";
import { boundMisses, formatTable, median, type Section } from "./stats.ts";

/** Detection of duplicates among few and among many persons: its cost for a person, and the share of duplicates found. */
export interface MatchOptions {
  rounds: number;
  small: number;
  large: number;
}

const SMALL = "ten_000000000000000001";
const LARGE = "ten_000000000000000002";
/** Persons of a round: one batch of the stream. */
const BATCH_SIZE = 100;

/** The share of persons that duplicate another. */
const DUPLICATE_SHARE = 0.05;

interface PersonSet {
  tenant: string;
  persons: readonly SyntheticPerson[];
  humans: Map<string, number>;
}

interface Cost {
  ms: number;
  read: number;
  write: number;
}

export async function benchMatch({ rounds, small, large }: MatchOptions): Promise<Section[]> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const spent = { ms: 0, read: 0, write: 0 };
  const app = await startApp({
    data: "memory",
    logFrom: "error",
    meter,
    stream: (ports) => duplicateDetector(ports, meter, spent),
  });
  try {
    const crowds = [
      buildPersonSet(SMALL, small + rounds * BATCH_SIZE, 21),
      buildPersonSet(LARGE, large + rounds * BATCH_SIZE, 22),
    ];
    const started = performance.now();
    for (const [index, size] of [small, large].entries()) await addPersons(app, crowds[index] as PersonSet, size);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.error(`loaded ${small + large} persons and found their duplicates in ${seconds} s`);
    const costs: Cost[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const [index, crowd] of crowds.entries()) {
        Object.assign(spent, { ms: 0, read: 0, write: 0 });
        await addPersons(app, crowd, BATCH_SIZE);
        costs[index]?.push({ ms: spent.ms / BATCH_SIZE, read: spent.read / BATCH_SIZE, write: spent.write / BATCH_SIZE });
      }
    }
    return [buildSection(app, crowds, costs as [Cost[], Cost[]], [small, large], seconds)];
  } finally {
    await app.stop();
  }
}

/** Processes the stream's records as the real consumer does, but only detects duplicates. */
function duplicateDetector(ports: Ports, meter: Meter, spent: Cost) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const all = await runIn(systemContext(ports, undefined, "bench"), () => Promise.all(Records.map(parseChange)));
    const changes = all.filter((change): change is RecordChange => change?.collection.kind === PERSON);
    const before = { ...meter };
    const started = performance.now();
    for (const [tenant, ofTenant] of Map.groupBy(changes, (change) => change.tenant)) {
      await runIn(systemContext(ports, tenant, "bench"), () => onPersonChanges(ofTenant));
    }
    spent.ms += performance.now() - started;
    spent.read += meter.read - before.read;
    spent.write += meter.write - before.write;
    return { batchItemFailures: [] };
  };
}

function buildPersonSet(tenant: string, count: number, seed: number): PersonSet {
  const duplicates = Math.round(count * DUPLICATE_SHARE);
  const syntheticPersons = generatePersons({ originals: count - duplicates, duplicates, each: 2, mistakes: 4, inField: 2, seed });
  return { tenant, persons: syntheticPersons, humans: new Map() };
}

/** Writes the next persons, and waits until the stream has been processed. */
async function addPersons(app: App, { tenant, persons: syntheticPersons, humans }: PersonSet, count: number): Promise<void> {
  for (let remainingCount = count; remainingCount > 0; remainingCount -= 5000) {
    const next = syntheticPersons.slice(humans.size, humans.size + Math.min(remainingCount, 5000));
    const ids = await loadPeople(app.ports, tenant, next);
    for (const [index, id] of ids.entries()) humans.set(id, next[index]?.human ?? -1);
    await app.consumer.settle();
  }
}

function buildSection(
  app: App,
  crowds: readonly PersonSet[],
  [smallCosts, largeCosts]: readonly [readonly Cost[], readonly Cost[]],
  sizes: readonly [number, number],
  seconds: number,
): Section {
  const misses: string[] = [];
  const rows: (string | number)[][] = (["ms", "read", "write"] as const).map((metric) => {
    const [a, b] = [smallCosts, largeCosts].map((costs) => median(costs.map((cost) => cost[metric]))) as [number, number];
    misses.push(...boundMisses(b / a, 1.5, `${metric} a person at ${sizes[1]} persons against ${sizes[0]}`));
    return [metric === "ms" ? "milliseconds" : `${metric} units`, a, b, b / a];
  });
  for (const [boundIndex, name] of (["recall", "precision"] as const).entries()) {
    const [a, b] = crowds.map(({ tenant, humans }) => measureQuality(app, tenant, humans)[name]) as [number, number];
    const bound = [0.98, 0.99][boundIndex] as number;
    for (const [index, value] of [a, b].entries()) {
      if (value < bound) misses.push(`${name} at ${sizes[index]} persons: ${value.toFixed(4)}, must be at least ${bound}`);
    }
    rows.push([name, a.toFixed(4), b.toFixed(4), ""]);
  }
  const [fewer, more] = sizes.map((size) => size.toLocaleString("en"));
  const head = ["a person", `at ${fewer}`, `at ${more}`, "ratio"];
  const note = `Batches of ${BATCH_SIZE}, in turn; ${DUPLICATE_SHARE * 100} % are duplicates. Writing all persons and finding their duplicates took ${seconds} s.`;
  return {
    title: `Finding duplicates at ${more} persons, against ${fewer}`,
    text: `${formatTable(head, rows)}\n\n${note}`,
    missed: misses,
  };
}
