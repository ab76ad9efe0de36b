import type { Features } from "../person/comparison-features.ts";
import { birthDateLevel, hashName } from "../person/match-score.rules.ts";
import { defaultWeights, type Weights } from "../person/match-weights.rules.ts";
import { nameSimilarityLevel, similarityLevel } from "../person/text-similarity.rules.ts";

/**
 * Learns match weights from a tenant's own persons without labelled pairs, as in the Fellegi-Sunter model. The chance that two
 * random persons agree (u) is counted on random pairs, for names by their frequency. The chance that two records of the same person
 * agree (m), and the number of matches of a person, are estimated by expectation maximization: sampled persons are compared with
 * those in their blocks, which contain nearly all their matches.
 */

interface Sample {
  /** The number of all persons. */
  total: number;
  /** A random sample of them. */
  persons: readonly Features[];
  /** A part of the sample, each with the persons in the same blocks. */
  seeds: readonly { features: Features; near: readonly Features[] }[];
}

type ComparedField = "first" | "last" | "number" | "line" | "other" | "city" | "city_within" | "postal" | "birth_date";
/** By compared field, the level of agreement of two persons. Fields that are not known of both are missing. */
type AgreementLevels = Partial<Record<ComparedField, string>>;
type LevelShares = Record<ComparedField, Record<string, number>>;

/** The number of random pairs to compare, if there are enough persons. */
const MIN_RANDOM_PAIRS = 20_000;
const MAX_ROUNDS = 15;
/** With fewer persons or fewer matches, nothing is learnt. */
const MIN_SAMPLE = { persons: 100, matches: 12 };
/** Weight of the initial shares, as a number of observed pairs. */
const PRIOR_PAIRS = 15;
/** Maximum number of frequent names with a weight of their own, and the minimum count of each in the sample. */
const MAX_NAMES = 500;
const MIN_NAME_COUNT = 3;
/** Maximum number of bits for a match, and the minimum for `against`. */
const BIT_LIMITS = { first: 10, last: 13, other: 12, against: -8 };
/** The probability of a match at MIN_OPEN_SCORE. */
const OPEN_PROBABILITY = 0.92;
/** The bits at which the score is MIN_OPEN_SCORE. */
const OPEN_BITS = 16;

/** The initial shares of agreement levels among matches: most agree, some are misspelt. */
const initialShares: Record<string, number> = {
  equal: 0.75,
  close: 0.1,
  nickname: 0.08,
  alike: 0.03,
  part: 0.03,
  initial: 0.02,
  swapped: 0.03,
  year: 0.75,
  differs: 0.06,
};

const comparedFields: readonly ComparedField[] = [
  "first",
  "last",
  "number",
  "line",
  "other",
  "city",
  "city_within",
  "postal",
  "birth_date",
];

function compareLevels(a: Features, b: Features): AgreementLevels {
  const [leftAddress, rightAddress] = [a.places[0], b.places[0]];
  const levels: AgreementLevels = {};
  const note = (field: ComparedField, level: string): void => {
    if (level !== "unknown") levels[field] = level;
  };
  note("first", nameSimilarityLevel(a.first, b.first));
  note("last", nameSimilarityLevel(a.last, b.last));
  note("birth_date", birthDateLevel(a, b));
  if (!leftAddress || !rightAddress) return levels;
  const postal = similarityLevel(leftAddress.postal, rightAddress.postal);
  note("postal", postal);
  note(postal === "equal" ? "city_within" : "city", similarityLevel(leftAddress.city, rightAddress.city));
  note("number", similarityLevel(leftAddress.number, rightAddress.number));
  note("line", similarityLevel(leftAddress.line, rightAddress.line, 0.7));
  note("other", similarityLevel(leftAddress.otherLine, rightAddress.otherLine, 0.7));
  return levels;
}

/** Computes the shares of levels from counts, plus `prior` with the given weight. */
function computeShares(levelCounts: ReadonlyMap<string, number>, prior: LevelShares, weight: number): LevelShares {
  return Object.fromEntries(
    comparedFields.map((comparedField) => {
      const names = Object.keys(defaultWeights[comparedField]);
      const counts = names.map(
        (name) => (levelCounts.get(`${comparedField} ${name}`) ?? 0) + weight * (prior[comparedField][name] ?? 0),
      );
      const total = counts.reduce((sum, count) => sum + count, 0);
      return [comparedField, Object.fromEntries(names.map((name, index) => [name, (counts[index] ?? 0) / total]))];
    }),
  ) as LevelShares;
}

const normalizeShares = (share: (field: ComparedField, name: string) => number): LevelShares =>
  Object.fromEntries(
    comparedFields.map((comparedField) => {
      const names = Object.keys(defaultWeights[comparedField]);
      const total = names.reduce((sum, name) => sum + share(comparedField, name), 0);
      return [comparedField, Object.fromEntries(names.map((name) => [name, share(comparedField, name) / total]))];
    }),
  ) as LevelShares;

/** Counts the levels of random pairs: each person with some that follow it, so that the same persons always make the same pairs. */
function countRandomPairs(persons: readonly Features[]): { levelCounts: Map<string, number>; knownCounts: Map<string, number> } {
  const levelCounts = new Map<string, number>();
  const fieldCounts = new Map<string, number>();
  const steps = Math.max(1, Math.min(persons.length - 1, Math.ceil(MIN_RANDOM_PAIRS / persons.length)));
  for (const [index, person] of persons.entries()) {
    for (let step = 1; step <= steps; step++) {
      const otherPerson = persons[(index + step * 7 + index * step) % persons.length] as Features;
      if (otherPerson === person) continue;
      for (const [field, level] of Object.entries(compareLevels(person, otherPerson))) {
        levelCounts.set(`${field} ${level}`, (levelCounts.get(`${field} ${level}`) ?? 0) + 1);
        fieldCounts.set(field, (fieldCounts.get(field) ?? 0) + 1);
      }
    }
  }
  return { levelCounts, knownCounts: fieldCounts };
}

/** Returns the frequency of common names, and the frequency assumed for all others. */
function computeNameFrequencies(
  persons: readonly Features[],
  namePart: "first" | "last",
): { of: Map<string, number>; rare: number } {
  const names = persons.map((person) => person[namePart]).filter(Boolean);
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]): [string, number] => [name, all.length]);
  const frequentNames = counts.filter(([, count]) => count >= MIN_NAME_COUNT).sort(([, a], [, b]) => b - a);
  const frequencyByHash = new Map(
    frequentNames.slice(0, MAX_NAMES).map(([name, count]) => [hashName(name), count / names.length]),
  );
  return { of: frequencyByHash, rare: 1.5 / Math.max(1, names.length) };
}

/** Returns the weights learnt from these persons; undefined if there is too little data. */
export function learnWeights({ total, persons, seeds }: Sample): Weights | undefined {
  if (total < MIN_SAMPLE.persons || persons.length < MIN_SAMPLE.persons) return undefined;
  const { levelCounts, knownCounts } = countRandomPairs(persons);
  const even = normalizeShares(() => 1);
  const u = computeShares(levelCounts, even, 3);
  const names = { first: computeNameFrequencies(persons, "first"), last: computeNameFrequencies(persons, "last") };
  const pairs = seeds.flatMap(({ features, near }) =>
    near.map((neighbor) => ({ levels: compareLevels(features, neighbor), names: features })),
  );
  const prior = normalizeShares((_, name) => initialShares[name] ?? 0.02);
  let m = prior;
  let matches = 0.5;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const seen = new Map<string, number>();
    const odds = matches / (total - 1);
    let matchSum = 0;
    for (const { levels, names: pairFeatures } of pairs) {
      let likelihood = odds;
      for (const [field, level] of Object.entries(levels) as [ComparedField, string][]) {
        const isName = (field === "first" || field === "last") && level === "equal";
        const byChance = isName
          ? (names[field].of.get(hashName(pairFeatures[field])) ?? names[field].rare)
          : (u[field][level] ?? 1);
        likelihood *= (m[field][level] ?? 0) / byChance;
      }
      const chance = likelihood / (1 + likelihood);
      matchSum += chance;
      for (const [field, level] of Object.entries(levels))
        seen.set(`${field} ${level}`, (seen.get(`${field} ${level}`) ?? 0) + chance);
    }
    m = computeShares(seen, prior, PRIOR_PAIRS);
    matches = Math.max(0.01, matchSum / seeds.length);
  }
  if (matches * seeds.length < MIN_SAMPLE.matches) return undefined;
  const shift = OPEN_BITS - Math.log2(OPEN_PROBABILITY / (1 - OPEN_PROBABILITY)) + Math.log2(matches / (total - 1));
  const weights = structuredClone(defaultWeights);
  for (const comparedField of comparedFields) {
    if ((knownCounts.get(comparedField) ?? 0) < 100) continue;
    const bitLimit = comparedField === "first" || comparedField === "last" ? BIT_LIMITS[comparedField] : BIT_LIMITS.other;
    const fieldBits = Object.keys(defaultWeights[comparedField]).map((name) => [
      name,
      computeBits(m[comparedField][name] ?? 0, u[comparedField][name] ?? 1, name, bitLimit),
    ]);
    Object.assign(weights[comparedField], Object.fromEntries(fieldBits));
  }
  weights.city_within = { equal: 0.3, close: 0.2, alike: 0, differs: -0.5 };
  for (const namePart of ["first", "last"] as const) {
    const equal = m[namePart].equal ?? 1;
    weights[namePart].equal = computeBits(equal, names[namePart].rare, "equal", BIT_LIMITS[namePart]);
    for (const [name, share] of names[namePart].of)
      weights.frequent[namePart][name] = computeBits(equal, share, "equal", BIT_LIMITS[namePart]);
  }
  return {
    ...weights,
    shift: roundHundredths(shift),
    learnt: { persons: total, sampled: persons.length, matches: roundHundredths(matches) },
  };
}

const roundHundredths = (value: number): number => Math.round(value * 100) / 100;

const computeBits = (m: number, u: number, name: string, maxBits: number): number => {
  const bits = Math.log2(m / u);
  return roundHundredths(
    name === "differs" ? Math.min(0, Math.max(BIT_LIMITS.against, bits)) : Math.min(maxBits, Math.max(-3, bits)),
  );
};
