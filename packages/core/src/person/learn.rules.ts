import type { Features } from "./features.ts";
import { level, nameLevel } from "./resemblance.rules.ts";
import { birthLevel, frequentAs } from "./score.rules.ts";
import { usual, type Weights } from "./weights.rules.ts";

/**
 * Weights that fit a tenant's own persons, after Fellegi and Sunter, without anybody saying who is whom. How often two persons of
 * chance agree (u) is counted among pairs of chance, for names by their frequency. How often two agree who are one (m), and how
 * many others one person is, is found by expectation and maximization: some persons of chance are compared with those in their
 * blocks, among whom are nearly all that are one with them.
 */

export interface Sample {
  /** How many persons there are. */
  total: number;
  /** Some of them, by chance. */
  persons: readonly Features[];
  /** Some of those, each with who stands in blocks with them. */
  seeds: readonly { features: Features; near: readonly Features[] }[];
}

type Compared = "first" | "last" | "number" | "line" | "other" | "city" | "city_within" | "postal" | "birth_date";
/** By what is compared, the level of agreement of two; what is not known of both is left out. */
type Levels = Partial<Record<Compared, string>>;
type Shares = Record<Compared, Record<string, number>>;

/** What is said by how many pairs of chance. */
const PAIRS = 20_000;
const ROUNDS = 15;
/** Fewer persons, or fewer pairs who are one, tell nothing. */
const FEWEST = { persons: 100, matches: 12 };
/** So many pairs are taken to be as the usual weights have it, beside those that are seen. */
const PRIOR = 15;
/** Frequent names that are told apart, and how often one must come. */
const MOST_NAMES = 500;
const OFTEN = 3;
/** Bits for and against, at most. */
const MOST = { first: 10, last: 13, other: 12, against: -8 };
/** Who is open is one person at this chance. */
const OPEN_AT = 0.92;
/** The bits at which the score is OPEN_FROM. */
const OPEN_BITS = 16;

/** How two are compared who are one, before any were seen: most agree, and some are misspelt. */
const atFirst: Record<string, number> = {
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

const compared: readonly Compared[] = ["first", "last", "number", "line", "other", "city", "city_within", "postal", "birth_date"];

function levelsOf(a: Features, b: Features): Levels {
  const [one, other] = [a.places[0], b.places[0]];
  const known: Levels = {};
  const note = (what: Compared, found: string): void => {
    if (found !== "unknown") known[what] = found;
  };
  note("first", nameLevel(a.first, b.first));
  note("last", nameLevel(a.last, b.last));
  note("birth_date", birthLevel(a, b));
  if (!one || !other) return known;
  const postal = level(one.postal, other.postal);
  note("postal", postal);
  note(postal === "equal" ? "city_within" : "city", level(one.city, other.city));
  note("number", level(one.number, other.number));
  note("line", level(one.line, other.line, 0.7));
  note("other", level(one.other, other.other, 0.7));
  return known;
}

/** Shares of levels from what was counted, as if `prior` had been counted before. */
function sharesOf(counted: ReadonlyMap<string, number>, prior: Shares, weight: number): Shares {
  return Object.fromEntries(
    compared.map((what) => {
      const names = Object.keys(usual[what]);
      const counts = names.map((name) => (counted.get(`${what} ${name}`) ?? 0) + weight * (prior[what][name] ?? 0));
      const total = counts.reduce((sum, each) => sum + each, 0);
      return [what, Object.fromEntries(names.map((name, at) => [name, (counts[at] ?? 0) / total]))];
    }),
  ) as Shares;
}

const evenly = (share: (what: Compared, name: string) => number): Shares =>
  Object.fromEntries(
    compared.map((what) => {
      const names = Object.keys(usual[what]);
      const total = names.reduce((sum, name) => sum + share(what, name), 0);
      return [what, Object.fromEntries(names.map((name) => [name, share(what, name) / total]))];
    }),
  ) as Shares;

/** Levels of pairs of chance: each person with some who follow, so that the same persons make the same pairs. */
function ofChance(persons: readonly Features[]): { counted: Map<string, number>; known: Map<string, number> } {
  const counted = new Map<string, number>();
  const known = new Map<string, number>();
  const steps = Math.max(1, Math.min(persons.length - 1, Math.ceil(PAIRS / persons.length)));
  for (const [at, one] of persons.entries()) {
    for (let step = 1; step <= steps; step++) {
      const other = persons[(at + step * 7 + at * step) % persons.length] as Features;
      if (other === one) continue;
      for (const [what, found] of Object.entries(levelsOf(one, other))) {
        counted.set(`${what} ${found}`, (counted.get(`${what} ${found}`) ?? 0) + 1);
        known.set(what, (known.get(what) ?? 0) + 1);
      }
    }
  }
  return { counted, known };
}

/** How frequent names are that come often, and what the others are taken to be. */
function frequencies(persons: readonly Features[], which: "first" | "last"): { of: Map<string, number>; rare: number } {
  const named = persons.map((person) => person[which]).filter(Boolean);
  const counts = [...Map.groupBy(named, (name) => name)].map(([name, all]): [string, number] => [name, all.length]);
  const often = counts.filter(([, count]) => count >= OFTEN).sort(([, a], [, b]) => b - a);
  const of = new Map(often.slice(0, MOST_NAMES).map(([name, count]) => [frequentAs(name), count / named.length]));
  return { of, rare: 1.5 / Math.max(1, named.length) };
}

/** The weights of these persons; undefined where too little is to be seen. */
export function learnt({ total, persons, seeds }: Sample): Weights | undefined {
  if (total < FEWEST.persons || persons.length < FEWEST.persons) return undefined;
  const { counted, known } = ofChance(persons);
  const even = evenly(() => 1);
  const u = sharesOf(counted, even, 3);
  const names = { first: frequencies(persons, "first"), last: frequencies(persons, "last") };
  const pairs = seeds.flatMap(({ features, near }) =>
    near.map((other) => ({ levels: levelsOf(features, other), names: features })),
  );
  const prior = evenly((_, name) => atFirst[name] ?? 0.02);
  let m = prior;
  let matches = 0.5;
  for (let round = 0; round < ROUNDS; round++) {
    const seen = new Map<string, number>();
    const odds = matches / (total - 1);
    let found = 0;
    for (const { levels, names: of } of pairs) {
      let likelihood = odds;
      for (const [what, level] of Object.entries(levels) as [Compared, string][]) {
        const isName = (what === "first" || what === "last") && level === "equal";
        const byChance = isName ? (names[what].of.get(frequentAs(of[what])) ?? names[what].rare) : (u[what][level] ?? 1);
        likelihood *= (m[what][level] ?? 0) / byChance;
      }
      const chance = likelihood / (1 + likelihood);
      found += chance;
      for (const [what, level] of Object.entries(levels))
        seen.set(`${what} ${level}`, (seen.get(`${what} ${level}`) ?? 0) + chance);
    }
    m = sharesOf(seen, prior, PRIOR);
    matches = Math.max(0.01, found / seeds.length);
  }
  if (matches * seeds.length < FEWEST.matches) return undefined;
  const shift = OPEN_BITS - Math.log2(OPEN_AT / (1 - OPEN_AT)) + Math.log2(matches / (total - 1));
  const weights = structuredClone(usual);
  for (const what of compared) {
    if ((known.get(what) ?? 0) < 100) continue;
    const most = what === "first" || what === "last" ? MOST[what] : MOST.other;
    const own = Object.keys(usual[what]).map((name) => [name, bits(m[what][name] ?? 0, u[what][name] ?? 1, name, most)]);
    Object.assign(weights[what], Object.fromEntries(own));
  }
  weights.city_within = { equal: 0.3, close: 0.2, alike: 0, differs: -0.5 };
  for (const which of ["first", "last"] as const) {
    const equal = m[which].equal ?? 1;
    weights[which].equal = bits(equal, names[which].rare, "equal", MOST[which]);
    for (const [name, share] of names[which].of) weights.frequent[which][name] = bits(equal, share, "equal", MOST[which]);
  }
  return { ...weights, shift: rounded(shift), learnt: { persons: total, sampled: persons.length, matches: rounded(matches) } };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const bits = (m: number, u: number, name: string, most: number): number => {
  const found = Math.log2(m / u);
  return rounded(name === "differs" ? Math.min(0, Math.max(MOST.against, found)) : Math.min(most, Math.max(-3, found)));
};
