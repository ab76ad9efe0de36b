import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  assignVariant,
  type Decision,
  decide,
  MAX_CONFIDENCE_LEVEL,
  MAX_VARIANTS,
  MIN_CONFIDENCE_LEVEL,
  MIN_VARIANTS,
  type TestResult,
} from "@crm/core/engagement/campaign/ab-test.rules.ts";
import { computeChiSquaredTail } from "@crm/core/engagement/campaign/statistics.rules.ts";
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../../support/random.ts";

const buildHash = (test: string, person: string): Uint8Array =>
  createHmac("sha256", "a fixed key").update(`${test} ${person}`).digest();

/** Returns the hash whose two deciding parts are these fractions of 2^48. */
function buildHashAt(sample: number, variant: number): Uint8Array {
  const hash = Buffer.alloc(32, 0xff);
  hash.writeUIntBE(sample, 0, 6);
  hash.writeUIntBE(variant, 6, 6);
  return hash;
}

const LAST = 2 ** 48 - 1;

describe("a person's variant", () => {
  it.each<[string, number, number, number[], number, number | "rest"]>([
    ["the first hash has the first variant", 0, 0, [1, 1], 100, 0],
    ["the last hash has the last variant", LAST, LAST, [1, 1], 100, 1],
    ["below the half", 0, 2 ** 47 - 1, [1, 1], 100, 0],
    ["at the half", 0, 2 ** 47, [1, 1], 100, 1],
    ["shares 1 to 3, below a quarter", 0, 2 ** 46 - 1, [1, 3], 100, 0],
    ["shares 1 to 3, at a quarter", 0, 2 ** 46, [1, 3], 100, 1],
    ["five variants, the last hash", 0, LAST, [1, 1, 1, 1, 1], 100, 4],
    ["the last hash inside of a sample of 25 %", 2 ** 46 - 1, 0, [1, 1], 25, 0],
    ["the first hash outside of a sample of 25 %", 2 ** 46, 0, [1, 1], 25, "rest"],
    ["a sample of 0.1 %, outside", Math.ceil(2 ** 48 / 1000), 0, [1, 1], 0.1, "rest"],
  ])("%s", (_, sample, variant, shares, sample_percent, expected) => {
    expect(assignVariant(buildHashAt(sample, variant), { shares, sample_percent })).toBe(expected);
  });

  it("is even over 100,000 persons, and independent of the sample and of other tests", () => {
    const counts = { all: [0, 0, 0], sample: [0, 0, 0, 0], crossed: [0, 0, 0, 0] };
    const count = (counters: number[], index: number): void => {
      counters[index] = (counters[index] as number) + 1;
    };
    let moved = 0;
    for (let n = 0; n < 100_000; n++) {
      const hash = buildHash("abt_1", `per_${n}`);
      count(counts.all, assignVariant(hash, { shares: [1, 2, 3], sample_percent: 100 }) as number);
      const variant = assignVariant(hash, { shares: [1, 1, 1], sample_percent: 20 });
      count(counts.sample, variant === "rest" ? 3 : variant);
      // A larger sample moves no person from one variant to another.
      if (variant !== "rest" && variant !== assignVariant(hash, { shares: [1, 1, 1], sample_percent: 50 })) moved++;
      if (n % 10 !== 0) continue;
      const [first, other] = [hash, buildHash("abt_2", `per_${n}`)].map((mac) =>
        assignVariant(mac, { shares: [1, 1], sample_percent: 100 }),
      );
      count(counts.crossed, 2 * Number(first) + Number(other));
    }
    const computeP = (counted: readonly number[], shares: readonly number[]): number => {
      const total = counted.reduce((a, b) => a + b);
      const weight = shares.reduce((a, b) => a + b);
      const statistic = counted.reduce((sum, observed, index) => {
        const expected = (total * (shares[index] as number)) / weight;
        return sum + (observed - expected) ** 2 / expected;
      }, 0);
      return computeChiSquaredTail(statistic, counted.length - 1);
    };
    expect(computeP(counts.all, [1, 2, 3])).toBeGreaterThan(0.001);
    expect(computeP(counts.sample, [1, 1, 1, 12])).toBeGreaterThan(0.001);
    expect(computeP(counts.crossed, [1, 1, 1, 1])).toBeGreaterThan(0.001);
    expect(moved).toBe(0);
  });

  it.each<[string, number, number[], number]>([
    ["a short hash", 11, [1, 1], 100],
    ["one variant", 32, new Array(MIN_VARIANTS - 1).fill(1), 100],
    ["six variants", 32, new Array(MAX_VARIANTS + 1).fill(1), 100],
    ["a share of 0", 32, [1, 0], 100],
    ["a share that is not whole", 32, [0.5, 0.5], 100],
    ["an empty sample", 32, [1, 1], 0],
    ["a sample above 100 %", 32, [1, 1], 100.1],
  ])("%s is an error", (_, length, shares, sample_percent) => {
    expect(() => assignVariant(new Uint8Array(length), { shares, sample_percent })).toThrow(RangeError);
  });
});

/** A test of variants a, b, … whose `delivered/successes` are given. */
const buildTest = (counts: string, more: Partial<TestResult> = {}): TestResult => ({
  variants: (counts === "" ? [] : counts.split(" ")).map((text, index) => {
    const [delivered, successes] = text.split("/").map(Number) as [number, number];
    return { id: "abcdef"[index] as string, delivered, successes };
  }),
  minimum_sample_size: 100,
  confidence_level: 95,
  ...more,
});

describe("the decision", () => {
  it.each<[string, TestResult, Decision["outcome"], string | null, string | null]>([
    ["clear winner", buildTest("1000/50 1000/100"), "winner", "b", "b"],
    ["no significant difference: the better one", buildTest("1000/50 1000/55"), "no_difference", null, "b"],
    ["equal rates: the first one", buildTest("1000/50 1000/50"), "no_difference", null, "a"],
    ["equal rates of different sizes: the first one", buildTest("300/30 290/29"), "no_difference", null, "a"],
    ["zero successes", buildTest("1000/0 1000/0 1000/0"), "no_difference", null, "a"],
    ["successes only", buildTest("1000/1000 1000/1000"), "no_difference", null, "a"],
    ["successes against none", buildTest("1000/0 1000/1000"), "winner", "b", "b"],
    // a beats c, b beats c, but a does not beat b.
    ["two good ones beat the third, not each other", buildTest("1000/200 1000/205 1000/100"), "no_difference", null, "b"],
    ["winner of five", buildTest("500/50 500/55 500/150 500/52 500/58"), "winner", "c", "c"],
    // p = .04: significant alone, not among three pairs.
    ["Holm's correction", buildTest("1000/100 1000/129 1000/100"), "no_difference", null, "b"],
    ["the same pair alone", buildTest("1000/100 1000/129"), "winner", "b", "b"],
    ["the same pair at 99 %", buildTest("1000/100 1000/129", { confidence_level: 99 }), "no_difference", null, "b"],
    ["a variant one mail short", buildTest("99/5 100/90"), "inconclusive", null, "b"],
    ["exactly enough mails", buildTest("100/5 100/90"), "winner", "b", "b"],
    ["a variant without mails", buildTest("0/0 5/5", { minimum_sample_size: 0 }), "inconclusive", null, "b"],
    ["no mails at all", buildTest("0/0 0/0", { minimum_sample_size: 0 }), "inconclusive", null, null],
    // p = .00099 and .00107.
    ["unequal shares", buildTest("1000/50 858/200"), "unequal_shares", null, null],
    ["shares that are just equal enough", buildTest("1000/50 859/200"), "winner", "b", "b"],
    ["unequal shares with few mails", buildTest("30/1 0/0"), "unequal_shares", null, null],
    ["shares of 1 to 3", buildTest("250/10 750/150", { shares: [1, 3] }), "winner", "b", "b"],
    ["equal numbers for shares of 1 to 3", buildTest("500/10 500/150", { shares: [1, 3] }), "unequal_shares", null, null],
    [
      "equal assignment, but one sender's mails bounce",
      {
        ...buildTest(""),
        variants: [
          { id: "a", assigned: 1000, delivered: 700, successes: 10 },
          { id: "b", assigned: 1000, delivered: 990, successes: 200 },
        ],
      },
      "winner",
      "b",
      "b",
    ],
  ])("%s", (_, test, outcome, winner, better) => {
    expect(decide(test)).toMatchObject({ outcome, winner, better });
  });

  it("shows the figures of all pairs and variants", () => {
    const { pairs, intervals, shares_p } = decide(buildTest("1000/100 1000/129 1000/100"));
    expect(pairs.map(({ a, b, is_significant }) => [a, b, is_significant])).toEqual([
      ["a", "b", false],
      ["a", "c", false],
      ["b", "c", false],
    ]);
    // (0.1 − 0.129) ÷ √(0.1145 · 0.8855 · 0.002).
    expect(pairs[0]?.z).toBeCloseTo(-2.0365, 4);
    expect(pairs[2]?.z).toBe(-(pairs[0]?.z as number));
    expect(pairs[0]?.p).toBeCloseTo(0.0417, 4);
    expect(pairs.map(({ p_holm }) => p_holm)).toEqual([3 * (pairs[0]?.p as number), 1, 3 * (pairs[0]?.p as number)]);
    expect(intervals[0]).toMatchObject({ id: "a", rate: 0.1 });
    expect(intervals[0]?.low).toBeCloseTo(0.0829, 4);
    expect(intervals[0]?.high).toBeCloseTo(0.1202, 4);
    expect(shares_p).toBe(1);
  });

  it("shows limits of intervals without mails, successes or failures", () => {
    const { intervals, pairs, shares_p } = decide(buildTest("0/0 50/0 50/50", { shares: [1, 1, 1] }));
    expect(intervals.map(({ rate, low, high }) => [rate, low.toFixed(3), high.toFixed(3)])).toEqual([
      [null, "0.000", "1.000"],
      [0, "0.000", "0.071"],
      [1, "0.929", "1.000"],
    ]);
    expect(pairs.slice(0, 2)).toMatchObject([
      { z: 0, p: 1, p_holm: 1 },
      { z: 0, p: 1, p_holm: 1 },
    ]);
    expect(shares_p).toBeLessThan(0.001);
    expect(decide(buildTest("0/0 0/0")).shares_p).toBeNull();
  });

  it.each<[string, TestResult]>([
    ["one variant", buildTest("100/1")],
    ["six variants", buildTest("100/1 100/1 100/1 100/1 100/1 100/1")],
    ["more successes than mails", buildTest("100/101 100/1")],
    ["a negative count", buildTest("100/-1 100/1")],
    ["a count that is not whole", buildTest("100.5/1 100/1")],
    ["other shares than variants", buildTest("100/1 100/1", { shares: [1, 1, 1] })],
    ["a confidence level below 80", buildTest("100/1 100/1", { confidence_level: MIN_CONFIDENCE_LEVEL - 0.1 })],
    ["a confidence level above 99.9", buildTest("100/1 100/1", { confidence_level: MAX_CONFIDENCE_LEVEL + 0.05 })],
  ])("%s is an error", (_, test) => {
    expect(() => decide(test)).toThrow(RangeError);
  });
});

interface ReferenceTest {
  level: number;
  minimum: number;
  shares: number[];
  assigned: number[];
  delivered: number[];
  successes: number[];
  shares_p: number;
  p: number[];
  p_holm: number[];
  low: number[];
  high: number[];
  outcome: string;
  winner: number | null;
}

describe("R", () => {
  const { r_version, tests } = JSON.parse(readFileSync(new URL("ab-test-reference.json", import.meta.url), "utf8")) as {
    r_version: string;
    tests: ReferenceTest[];
  };

  /** Small probabilities have as many right digits as large ones. */
  const isClose = (values: readonly number[], expected: readonly number[]): boolean =>
    values.length === expected.length &&
    values.every((value, index) => Math.abs(value - (expected[index] as number)) <= 1e-9 * (expected[index] as number));

  it(`computes the same figures and decisions in ${tests.length} random tests (${r_version})`, () => {
    expect(tests).toHaveLength(200);
    for (const { level, minimum, shares, assigned, delivered, successes, ...expected } of tests) {
      const decision = decide({
        variants: delivered.map((count, index) => ({
          id: String(index),
          assigned: assigned[index] as number,
          delivered: count,
          successes: successes[index] as number,
        })),
        minimum_sample_size: minimum,
        confidence_level: level,
        shares,
      });
      const winner = expected.winner === null ? null : String(expected.winner);
      expect([decision.outcome, decision.winner]).toEqual([expected.outcome, winner]);
      const figures = {
        shares_p: [decision.shares_p as number],
        p: decision.pairs.map(({ p }) => p),
        p_holm: decision.pairs.map(({ p_holm }) => p_holm),
        low: decision.intervals.map(({ low }) => low),
        high: decision.intervals.map(({ high }) => high),
      };
      const references = { ...expected, shares_p: [expected.shares_p] };
      const names = Object.keys(figures) as (keyof typeof figures)[];
      expect(names.filter((name) => !isClose(figures[name], references[name]))).toEqual([]);
    }
  });
});

describe("tests without a difference", () => {
  it("have a winner at 95 % in at most 6 % of 2,000 tests", () => {
    // A seed of its own, because the counts below are exact.
    const random = createSeededRandom(20_300_101);
    const drawSuccesses = (delivered: number, rate: number): number => {
      let successes = 0;
      for (let n = 0; n < delivered; n++) if (random() < rate) successes++;
      return successes;
    };
    const winnersByVariants: Record<number, number> = { 2: 0, 3: 0, 4: 0, 5: 0 };
    for (let run = 0; run < 2000; run++) {
      const variants = 2 + (run % 4);
      const rate = 0.05 + 0.3 * random();
      const delivered = 200 + Math.floor(300 * random());
      const counts = Array.from({ length: variants }, () => `${delivered}/${drawSuccesses(delivered, rate)}`);
      if (decide(buildTest(counts.join(" "))).outcome === "winner")
        winnersByVariants[variants] = (winnersByVariants[variants] as number) + 1;
    }
    // Of 500 tests each. Two variants come close to 5 %; a winner among more must beat every other.
    expect(winnersByVariants).toEqual({ 2: 21, 3: 5, 4: 0, 5: 0 });
    const winners = Object.values(winnersByVariants).reduce((a, b) => a + b);
    expect(winners / 2000).toBeLessThanOrEqual(0.06);
  });
});
