import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { learnWeights } from "@crm/core/people/identity/weight-learning.rules.ts";
import { computeScore, extractFeatures, type Features } from "@crm/core/people/person/feature-extraction.rules.ts";
import { MIN_OPEN_SCORE, toScoreLevel } from "@crm/core/people/person/match-score.rules.ts";
import { defaultWeights as usualWeights, type Weights } from "@crm/core/people/person/match-weights.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import {
  buildPersonRecord,
  compareAllPersons,
  findBlockNeighbours,
  loadPeople,
  measureCoverage,
  measureQuality,
} from "./match-quality.ts";
import { defaultSparseOptions, generateSparsePersons } from "./sparse-persons.ts";
import type { SyntheticPerson } from "./synthetic-persons.ts";

/** Duplicates with little data: names, town, postal code and birth year, half of them empty, with short forms and typos. */

const extractAllFeatures = (people: readonly SyntheticPerson[]) =>
  people.map((person) => extractFeatures(buildPersonRecord(person)));

/** The synthetic persons, their comparison features, and the persons with whom each shares a block. */
interface Population {
  persons: readonly SyntheticPerson[];
  features: ReturnType<typeof extractAllFeatures>;
  neighbours: ReturnType<typeof findBlockNeighbours>;
}
const buildPopulation = (people: readonly SyntheticPerson[]): Population => {
  const personFeatures = extractAllFeatures(people);
  return { persons: people, features: personFeatures, neighbours: findBlockNeighbours(personFeatures) };
};

function scorePair(first: Features | undefined, second: Features | undefined, weights?: Weights): number {
  if (!first || !second) throw new Error("No such person");
  return computeScore(first, second, weights).score;
}

/** Recall and precision among persons who share a block. */
function measurePairQuality(
  { persons: people, features: personFeatures, neighbours: near }: Population,
  weights: Weights,
): { recall: number; precision: number } {
  const pairs = near.flatMap((neighbours, index) =>
    [...neighbours].filter((neighbour) => neighbour > index).map((neighbour) => [index, neighbour] as const),
  );
  const open = pairs.filter(
    ([index, neighbour]) => scorePair(personFeatures[index], personFeatures[neighbour], weights) >= MIN_OPEN_SCORE,
  );
  const right = open.filter(([index, neighbour]) => people[index]?.human === people[neighbour]?.human).length;
  const true_ = [...Map.groupBy(people, ({ human }) => human).values()].reduce(
    (sum, { length }) => sum + (length * (length - 1)) / 2,
    0,
  );
  return { recall: right / true_, precision: right / open.length };
}

/** Learns weights from the population. */
function learnPopulationWeights({
  persons: people,
  features: personFeatures,
  neighbours: near,
}: Population): Weights | undefined {
  const stride = Math.max(1, Math.floor(personFeatures.length / 250));
  const seeds = personFeatures.flatMap((features, index) =>
    index % stride === 0
      ? [{ features: features, near: [...(near[index] ?? [])].map((neighbour) => personFeatures[neighbour] as typeof features) }]
      : [],
  );
  return learnWeights({ total: people.length, persons: personFeatures, seeds });
}

describe("I8 persons with few known values", () => {
  const populations = [
    ["five records a human", { ...defaultSparseOptions, humans: 300, seed: 3 }, 0.8],
    ["another tenant", { ...defaultSparseOptions, humans: 300, seed: 4 }, 0.8],
    ["twice the slips", { ...defaultSparseOptions, humans: 300, typo: 0.2, seed: 5 }, 0.75],
    ["two records a human", { ...defaultSparseOptions, humans: 600, each: 2, seed: 6 }, 0.65],
  ] as const;

  // Always test the usual population and the one with the fewest records per person, and sample the others.
  const corePopulations = [populations[0], populations[3]] as readonly object[];
  const sample = selectSample(populations, {
    name: ([name]) => name,
    kind: (population) => (corePopulations.includes(population) ? population[0] : "others"),
  });
  it.each(sample)("are matched correctly by learned weights: %s", (_name, making, minRecall) => {
    const all = buildPopulation(generateSparsePersons(making));
    const weights = learnPopulationWeights(all) as Weights;
    const { recall, precision } = measurePairQuality(all, weights);
    expect({ recall: recall >= minRecall, precision: precision >= 0.99 }, `${recall} ${precision}`).toEqual({
      recall: true,
      precision: true,
    });
    // The default weights find few of them.
    expect(measurePairQuality(all, usualWeights).recall).toBeLessThan(0.5);
  });

  it("share blocks for nearly all pairs, with a limited number of comparisons", () => {
    const people = generateSparsePersons({ ...defaultSparseOptions, humans: 300, seed: 8 });
    const { coverage, comparisons } = measureCoverage(
      extractAllFeatures(people),
      people.map(({ human }) => human),
    );
    expect(coverage).toBeGreaterThan(0.95);
    expect(comparisons).toBeLessThan(64);
  });

  it("give no weights without duplicates or with too few persons", () => {
    expect(
      learnPopulationWeights(buildPopulation(generateSparsePersons({ ...defaultSparseOptions, humans: 1000, each: 1, seed: 2 }))),
    ).toBeUndefined();
    expect(
      learnPopulationWeights(buildPopulation(generateSparsePersons({ ...defaultSparseOptions, humans: 10, seed: 2 }))),
    ).toBeUndefined();
  });

  it("are proposed for a short form of a name in one postal code", () => {
    const [bob, robert] = extractAllFeatures(
      ["Bob", "Robert"].map((first_name) => ({
        ...blankPerson,
        first_name,
        last_name: "Quimby",
        postal_code: "10115",
        city: "Berlin",
      })),
    );
    expect(scorePair(bob, robert)).toBeGreaterThanOrEqual(MIN_OPEN_SCORE);
  });

  it.each([
    [100, "certain"],
    [72, "certain"],
    [71, "likely"],
    [66, "likely"],
    [65, "possible"],
    [60, "possible"],
    [59, null],
  ])("have at a score of %i the level %s", (score, level) => expect(toScoreLevel(score)).toBe(level));
});

const blankPerson: SyntheticPerson = {
  human: 0,
  first_name: "",
  last_name: "",
  number: "",
  street: "",
  line2: "",
  city: "",
  postal_code: "",
  birth_date: "",
  document_number: "",
};

describe("a tenant's persons", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  it("I8 provide learned weights once there are enough, as a rule version, but a manual rule stays", async () => {
    const people = generateSparsePersons({ ...defaultSparseOptions, humans: 60, seed: 11 });
    const ids = await loadPeople(app.ports, tenant.id, people);
    await app.settle();
    const rule = await runIn(systemContext(app.ports, tenant.id, "test"), compareAllPersons);
    expect(rule).toMatchObject({ kind: "person_match", definition: { learnt: { persons: expect.any(Number) } } });
    const { data: kind } = await tenant.admin.getRule({ kind: "person_match" });
    expect(kind.in_force).toMatchObject({ number: rule.number, definition: { shift: rule.definition.shift } });
    const { recall, precision } = measureQuality(
      app,
      tenant.id,
      new Map(ids.map((id, index) => [id, people[index]?.human ?? 0])),
    );
    expect([recall > 0.8, precision > 0.99], `${recall} ${precision}`).toEqual([true, true]);
    const { data: queue } = await tenant.admin.listDuplicates({ limit: 100 });
    for (const { score: pairScore, level } of queue) expect(level).toBe(toScoreLevel(pairScore));

    const { data: draft } = await tenant.admin.createRuleVersion({ kind: "person_match", definition: usualWeights });
    await tenant.admin.publishRuleVersion({ kind: "person_match", id: draft.id });
    await loadPeople(app.ports, tenant.id, generateSparsePersons({ ...defaultSparseOptions, humans: 100, seed: 12 }));
    await app.settle();
    expect((await tenant.admin.getRule({ kind: "person_match" })).data.in_force.id).toBe(draft.id);
  });

  it("I8 are compared again under another rule, a few seconds at a time", async () => {
    const before = (await tenant.admin.listDuplicates({})).meta.total;
    app.setClock({ advance: 60_000 });
    await app.scheduler.run("due");
    await app.settle();
    expect((await tenant.admin.listDuplicates({})).meta.total).toBeLessThan(before);
  });
});
