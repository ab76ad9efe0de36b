import { Clock } from "../kernel/clock.ts";
import { usePorts, useTenant } from "../kernel/context.ts";
import { floorAt, timeOf } from "../kernel/id.ts";
import { inForce } from "../rule/in-force.ts";
import { ruleKind } from "../rule/kind.ts";
import { Rule } from "../rule/rule.ts";
import { pass } from "../storage/jobs/pass.ts";
import { Counter } from "../storage/read/counter.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { chunksOf } from "../storage/table/database.ts";
import { tenantKey } from "../storage/table/key.ts";
import { limits } from "../storage/table/table.ts";
import { Moved, Transaction } from "../storage/write/transaction.ts";
import { type Known, MOST_IN_BLOCK, readBlocks, readKnown } from "./blocks.ts";
import { compareAgain } from "./duplicates.ts";
import { learnt } from "./learn.rules.ts";
import { personMatch } from "./match.kind.ts";
import { People } from "./person.entity.ts";

/** Weights by which duplicates are found are learnt from the persons of a tenant, and all persons compared by them. */

/** With fewer persons the usual weights decide. */
const FEWEST = 200;
/** Learnt again with so many times the persons. */
const GROWTH = 2;
/** Persons whose names are counted, and those of them who are compared with whom they stand in blocks with. */
const SAMPLE = { persons: 2000, seeds: 250 };
/** Places in time from which the sample is taken. */
const PLACES = 20;

const count = async (): Promise<number> => {
  const counters = await Counter.read(People.name, [Counter.ALL]);
  return Counter.sum(counters, [Counter.ALL], Counter.LIVE);
};

/** How many persons may come until there is more to learn; none where there is. */
export async function room(): Promise<number> {
  const [persons, { number, definition }] = await Promise.all([count(), inForce(personMatch)]);
  if (number > 0 && !definition.learnt) return Number.POSITIVE_INFINITY;
  return Math.max(FEWEST, GROWTH * (definition.learnt?.persons ?? 0)) - persons;
}

/** Learns, unless another process does, or has with as many persons; gives how many may come until it is worth a look. */
export async function learnOnce(): Promise<number> {
  const persons = await count();
  try {
    await new Transaction()
      .put(
        { pk: tenantKey(useTenant(), "MATCHING"), sk: "learnt", persons, at: Clock.now() },
        {
          condition: "attribute_not_exists(persons) OR persons <= :few",
          values: { ":few": persons / GROWTH },
          refused: () => new Moved("Another process learns"),
        },
      )
      .commit(undefined);
    await learn(persons);
  } catch (error) {
    // What it is for waits for the next occasion, and no change waits for it.
    if (!(error instanceof Moved))
      usePorts().log.write("error", "Nothing was learnt from persons", { tenant: useTenant(), error: String(error) });
  }
  return Math.max(FEWEST, persons);
}

/** Learns from the persons that there are; says whether there was enough. */
export async function learn(total: number): Promise<boolean> {
  const persons = (await knownOf(await idsByChance(total))).filter(({ gone, features }) => !gone && Boolean(features.last));
  const every = Math.max(1, Math.floor(persons.length / SAMPLE.seeds));
  const seeds = persons.filter((_, at) => at % every === 0);
  const blocks = new Map<string, readonly string[]>();
  for (const some of chunksOf([...new Set(seeds.flatMap((seed) => seed.blocks))], limits.batchGet))
    for (const [block, ids] of await readBlocks(some)) blocks.set(block, ids);
  const near = new Map(
    seeds.map(({ id, blocks: own }) => [
      id,
      others(
        id,
        own.map((block) => blocks.get(block) ?? []),
      ),
    ]),
  );
  const known = new Map(persons.map((person) => [person.id, person]));
  const missing = [...new Set([...near.values()].flat())].filter((id) => !known.has(id));
  for (const each of await knownOf(missing)) known.set(each.id, each);
  const featuresOf = (id: string) => {
    const { gone, features } = known.get(id) as Known;
    return gone ? [] : [features];
  };
  const weights = learnt({
    total,
    persons: persons.map(({ features }) => features),
    seeds: seeds.map(({ id, features }) => ({ features, near: (near.get(id) ?? []).flatMap(featuresOf) })),
  });
  if (weights) await Rule.decide(personMatch, weights, `Learnt from ${persons.length} of ${total} persons`);
  return weights !== undefined;
}

const others = (id: string, blocks: readonly (readonly string[])[]): string[] =>
  [...new Set(blocks.flat())].filter((other) => other !== id).slice(0, 4 * MOST_IN_BLOCK);

async function knownOf(ids: readonly string[]): Promise<Known[]> {
  const known: Known[] = [];
  for (const some of chunksOf(ids, limits.batchGet)) known.push(...(await readKnown(some)));
  return known;
}

/** Ids of all persons, or of those who were born at some places in time. */
async function idsByChance(total: number): Promise<string[]> {
  const behind = (after: string | undefined, order: "asc" | "desc", most: number) =>
    keysBehind(People, People.whole("live"), { order, after, most });
  if (total <= SAMPLE.persons) return behind(undefined, "asc", SAMPLE.persons);
  const [[first], [last]] = await Promise.all([behind(undefined, "asc", 1), behind(undefined, "desc", 1)]);
  if (!first || !last) return [];
  const [from, to] = [timeOf(first), timeOf(last)];
  const each = SAMPLE.persons / PLACES;
  const places = Array.from({ length: PLACES }, (_, at) => floorAt(People.kind, Math.floor(from + ((to - from) * at) / PLACES)));
  const ids: string[] = [];
  for (const place of places) {
    // Many are born in one moment where a file is brought in: each place is behind the one before.
    const before = ids.at(-1);
    ids.push(...(await behind(before !== undefined && before > place ? before : place, "asc", each)));
  }
  return ids;
}

/** Compares every person again, for some seconds; whether all have been. */
export const everyPerson = (job: string, rule: string, seconds: number): Promise<boolean> =>
  pass(job, seconds, {
    collection: People,
    partitions: People.whole("live"),
    purpose: rule,
    together: 100,
    work: compareAgain,
  });

/** The kind of rule, with what follows from another one. */
export const personMatchRule = ruleKind({
  ...personMatch,
  follow: (set, { id }, seconds) => everyPerson(set, id, seconds),
});
