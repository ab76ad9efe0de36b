import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { idTime, minIdAt } from "../../kernel/id.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Rule } from "../../platform/rule/rule.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { Counter } from "../../storage/read/counter.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { People } from "../person/person.entity.ts";
import { listBlockIds, MAX_PERSONS_PER_BLOCK, type MatchEntry, readBlocks, readEntries } from "./blocking-index.ts";
import { recomparePersons } from "./duplicate-detection.ts";
import { personMatch } from "./match.rule-kind.ts";
import { learnWeights } from "./weight-learning.rules.ts";

/** Learns the weights for finding duplicates from the persons of a tenant, and compares all persons with them. */

/** A tenant with fewer persons uses the default weights. */
const MIN_PERSONS = 200;
/** The weights are learnt again when the number of persons has grown by this factor. */
const GROWTH_FACTOR = 2;
/** The number of sampled persons, and of those that are compared with the persons in their blocks. */
const SAMPLE_SIZES = { persons: 2000, seeds: 250 };
/** The number of points in time from which the sample is taken. */
const SAMPLE_POINTS = 20;

const countPersons = async (): Promise<number> => {
  const counters = await Counter.read(People.name, [Counter.ALL]);
  return Counter.sum(counters, [Counter.ALL], Counter.LIVE);
};

/** Returns how many persons may be added before weights should be learnt; 0 or less if it is time. */
export async function computeRemaining(): Promise<number> {
  const [persons, { number, definition }] = await Promise.all([countPersons(), loadActiveRule(personMatch)]);
  if (number > 0 && !definition.learnt) return Number.POSITIVE_INFINITY;
  return Math.max(MIN_PERSONS, GROWTH_FACTOR * (definition.learnt?.persons ?? 0)) - persons;
}

/** Learns, unless another process does, or has done so for this number of persons. Returns after how many new persons to check again. */
export async function learnExclusively(): Promise<number> {
  const persons = await countPersons();
  try {
    await new Transaction()
      .put(
        { pk: tenantKey(useTenant(), "MATCHING"), sk: "learnt", persons, at: Clock.now() },
        {
          condition: "attribute_not_exists(persons) OR persons <= :few",
          values: { ":few": persons / GROWTH_FACTOR },
          rejection: () => new WriteConflict("Another process is already learning"),
        },
      )
      .commit(undefined);
    await learnFromPersons(persons);
  } catch (error) {
    // Learning is tried again later. No change of a person fails because of it.
    if (!(error instanceof WriteConflict))
      usePorts().log.write("error", "Learning from persons failed", { tenant: useTenant(), error: String(error) });
  }
  return Math.max(MIN_PERSONS, persons);
}

/** Learns from the present persons. Returns whether there was enough data. */
export async function learnFromPersons(total: number): Promise<boolean> {
  const persons = (await readAllEntries(await sampleIds(total))).filter(
    ({ isGone, features }) => !isGone && Boolean(features.last),
  );
  const stride = Math.max(1, Math.floor(persons.length / SAMPLE_SIZES.seeds));
  const seeds = persons.filter((_, index) => index % stride === 0);
  const blocks = new Map<string, readonly string[]>();
  for (const chunk of splitIntoChunks([...new Set(seeds.flatMap(listBlockIds))], dynamodbLimits.batchGet))
    for (const [block, ids] of await readBlocks(chunk)) blocks.set(block, ids);
  const near = new Map(
    seeds.map((seed) => [
      seed.id,
      listNeighbors(
        seed.id,
        listBlockIds(seed).map((block) => blocks.get(block) ?? []),
      ),
    ]),
  );
  const entryById = new Map(persons.map((person) => [person.id, person]));
  const missing = [...new Set([...near.values()].flat())].filter((id) => !entryById.has(id));
  for (const allEntry of await readAllEntries(missing)) entryById.set(allEntry.id, allEntry);
  const listFeatures = (id: string) => {
    const { isGone, features } = entryById.get(id) as MatchEntry;
    return isGone ? [] : [features];
  };
  const weights = learnWeights({
    total,
    persons: persons.map(({ features }) => features),
    seeds: seeds.map(({ id, features }) => ({ features, near: (near.get(id) ?? []).flatMap(listFeatures) })),
  });
  if (weights) await Rule.publishComputed(personMatch, weights, `Learnt from ${persons.length} of ${total} persons`);
  return weights !== undefined;
}

const listNeighbors = (id: string, blocks: readonly (readonly string[])[]): string[] =>
  [...new Set(blocks.flat())].filter((otherId) => otherId !== id).slice(0, 4 * MAX_PERSONS_PER_BLOCK);

async function readAllEntries(ids: readonly string[]): Promise<MatchEntry[]> {
  const entries: MatchEntry[] = [];
  for (const chunk of splitIntoChunks(ids, dynamodbLimits.batchGet)) entries.push(...(await readEntries(chunk)));
  return entries;
}

/** Returns the ids of all persons, or of those created after evenly spaced points in time. */
async function sampleIds(total: number): Promise<string[]> {
  const behind = (after: string | undefined, order: "asc" | "desc", limit: number) =>
    listKeysAfter(People, People.allPartitions("live"), { order, after, limit });
  if (total <= SAMPLE_SIZES.persons) return behind(undefined, "asc", SAMPLE_SIZES.persons);
  const [[first], [last]] = await Promise.all([behind(undefined, "asc", 1), behind(undefined, "desc", 1)]);
  if (!first || !last) return [];
  const [from, to] = [idTime(first), idTime(last)];
  const idsPerPoint = SAMPLE_SIZES.persons / SAMPLE_POINTS;
  const places = Array.from({ length: SAMPLE_POINTS }, (_, index) =>
    minIdAt(People.kind, Math.floor(from + ((to - from) * index) / SAMPLE_POINTS)),
  );
  const ids: string[] = [];
  for (const place of places) {
    // An import creates many persons in one moment, so each point must be after the last id taken.
    const before = ids.at(-1);
    ids.push(...(await behind(before !== undefined && before > place ? before : place, "asc", idsPerPoint)));
  }
  return ids;
}

/** Compares all persons again, for at most `seconds`. Returns whether all are done. */
export const compareEveryPerson = (job: string, rule: string, seconds: number): Promise<boolean> =>
  runPartitionJob(job, seconds, {
    collection: People,
    partitions: People.allPartitions("live"),
    purpose: rule,
    batchSize: 100,
    work: recomparePersons,
  });

/** The rule kind with its effect: a new version compares all persons again. */
export const personMatchRule = ruleKind({
  ...personMatch,
  apply: (set, { id }, seconds) => compareEveryPerson(set, id, seconds),
});
