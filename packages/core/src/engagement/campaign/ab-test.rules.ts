import { computeChiSquaredTail, computeNormalQuantile, computeNormalTail } from "./statistics.rules.ts";

/**
 * A/B tests: which variant a person gets, and which variant wins (docs/engagement/campaigns.md). `scripts/ab-test-reference.R` computes the same figures
 * with R, and the test compares them. All functions throw RangeError for arguments outside of their limits, because schemas check them before. Pure.
 */

export const MIN_VARIANTS = 2;
export const MAX_VARIANTS = 5;
export const MIN_CONFIDENCE_LEVEL = 80;
export const MAX_CONFIDENCE_LEVEL = 99.9;
/** Below this probability of so unequal shares, the split of the persons is faulty. */
const SHARES_SIGNIFICANCE = 0.001;

/** Bytes of the hash that decide about the sample, and as many again that decide about the variant. */
const FRACTION_BYTES = 6;
const MIN_HASH_BYTES = 2 * FRACTION_BYTES;

/** Returns six bytes from `offset` as a fraction from 0, excluding 1. A double holds all 48 bits. */
function readFraction(hash: Uint8Array, offset: number): number {
  const view = new DataView(hash.buffer, hash.byteOffset + offset, FRACTION_BYTES);
  return (view.getUint32(0) * 2 ** 16 + view.getUint16(4)) / 2 ** 48;
}

function requireVariantCount(count: number): void {
  if (count < MIN_VARIANTS || count > MAX_VARIANTS)
    throw new RangeError(`A test has ${MIN_VARIANTS} to ${MAX_VARIANTS} variants, not ${count}`);
}

function requireShares(shares: readonly number[]): void {
  if (!shares.every((share) => Number.isSafeInteger(share) && share > 0))
    throw new RangeError(`Shares must be whole numbers above 0: ${shares.join(", ")}`);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

interface Split {
  /** The proportions of the variants within the sample, whole numbers above 0: `[1, 1]` for halves. */
  shares: readonly number[];
  /** The percentage of persons who are in the sample: above 0, at most 100. */
  sample_percent: number;
}

/**
 * Returns the index of the variant that a person gets, or `rest` for a person outside of the sample. `hash` is a keyed hash (HMAC) of the ids of the test
 * and the person, at least 12 bytes: with the same key, the answer never changes. Two parts of it decide about the sample and the variant. So a larger
 * `sample_percent` adds persons to the sample and moves none to another variant. The parts are compared as fractions, without the bias of a modulo.
 */
export function assignVariant(hash: Uint8Array, { shares, sample_percent }: Split): number | "rest" {
  if (hash.length < MIN_HASH_BYTES) throw new RangeError(`A hash must have at least ${MIN_HASH_BYTES} bytes, not ${hash.length}`);
  if (!(sample_percent > 0 && sample_percent <= 100))
    throw new RangeError(`sample_percent must be above 0 and at most 100: ${sample_percent}`);
  requireVariantCount(shares.length);
  requireShares(shares);
  if (readFraction(hash, 0) * 100 >= sample_percent) return "rest";
  const position = readFraction(hash, FRACTION_BYTES) * sum(shares);
  let end = 0;
  return shares.findIndex((share) => {
    end += share;
    return position < end;
  });
}

/** The counts of a variant, in persons. */
interface VariantCounts {
  id: string;
  /** Persons who were given the variant. Left out, the delivered mails show whether the split was even. */
  assigned?: number;
  delivered: number;
  /** Persons with the success metric, at most `delivered`. */
  successes: number;
}

export interface TestResult {
  /** In the order of the test: the first of equal variants is the better one. */
  variants: readonly VariantCounts[];
  /** Delivered mails that each variant needs. A variant without any never suffices. */
  minimum_sample_size: number;
  /** In percent, 80 to 99.9. */
  confidence_level: number;
  /** As in `Split`. Left out, all variants have equal shares. */
  shares?: readonly number[];
}

/** The comparison of two variants. */
interface Pair {
  a: string;
  b: string;
  /** Above 0 if `a` has the higher rate. */
  z: number;
  /** The two-sided probability of such a difference without a cause. */
  p: number;
  /** The same after Holm's correction for all pairs of the test. */
  p_holm: number;
  is_significant: boolean;
}

/** The share of successes among delivered mails, from 0 to 1, with Wilson's interval at the confidence level of the test. */
interface RateInterval {
  id: string;
  /** Null without delivered mails. */
  rate: number | null;
  low: number;
  high: number;
}

export interface Decision {
  /**
   * `winner`: one variant beats every other significantly. `no_difference`: none does. `inconclusive`: a variant has too few delivered mails.
   * `unequal_shares`: the split of the persons is so far from the shares that the figures cannot be trusted.
   */
  outcome: "winner" | "no_difference" | "inconclusive" | "unequal_shares";
  /** The id of the winner; null for the other outcomes. */
  winner: string | null;
  /** The id of the variant with the highest rate, the first of equals; null after unequal shares, and without any delivered mail. */
  better: string | null;
  /** All pairs of variants, in their order. */
  pairs: readonly Pair[];
  intervals: readonly RateInterval[];
  /** The probability of so unequal shares (chi-squared test); null if no person has a variant. */
  shares_p: number | null;
}

/**
 * Decides a test. Each pair is compared by the two-sided two-proportion z-test, pooled and without continuity correction, with Holm's correction over all
 * pairs. The order of the outcomes is: unequal shares (p below .001), too few delivered mails, winner, no difference.
 */
export function decide({
  variants,
  minimum_sample_size,
  confidence_level,
  shares = variants.map(() => 1),
}: TestResult): Decision {
  requireVariantCount(variants.length);
  requireShares(shares);
  if (shares.length !== variants.length)
    throw new RangeError(`There are ${variants.length} variants and ${shares.length} shares`);
  if (!(confidence_level >= MIN_CONFIDENCE_LEVEL && confidence_level <= MAX_CONFIDENCE_LEVEL))
    throw new RangeError(
      `confidence_level must be from ${MIN_CONFIDENCE_LEVEL} to ${MAX_CONFIDENCE_LEVEL} percent: ${confidence_level}`,
    );
  variants.forEach(requireCounts);
  const significance = (100 - confidence_level) / 100;
  const pairs = comparePairs(variants, significance);
  const z = computeNormalQuantile(significance / 2);
  const intervals = variants.map((variant) => ({ id: variant.id, ...computeInterval(variant, z) }));
  const shares_p = testShares(variants, shares);
  const figures = { pairs, intervals, shares_p };
  if (shares_p !== null && shares_p < SHARES_SIGNIFICANCE)
    return { outcome: "unequal_shares", winner: null, better: null, ...figures };
  const better = findBetter(variants);
  if (variants.some(({ delivered }) => delivered < Math.max(1, minimum_sample_size)))
    return { outcome: "inconclusive", winner: null, better, ...figures };
  const winner = variants.find(({ id }) => beatsAll(id, pairs, variants.length - 1))?.id ?? null;
  return { outcome: winner === null ? "no_difference" : "winner", winner, better, ...figures };
}

function requireCounts({ id, assigned, delivered, successes }: VariantCounts): void {
  const counts = [assigned ?? delivered, delivered, successes];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0) || successes > delivered)
    throw new RangeError(
      `The counts of variant ${id} are no whole numbers from 0, or it has more successes than delivered mails`,
    );
}

/** Compares each variant with those after it. */
function comparePairs(variants: readonly VariantCounts[], significance: number): Pair[] {
  const pairs = variants.flatMap((a, index) =>
    variants.slice(index + 1).map((b) => {
      const z = computeZ(a, b);
      return { a: a.id, b: b.id, z, p: 2 * computeNormalTail(Math.abs(z)) };
    }),
  );
  const corrected = correctByHolm(pairs.map(({ p }) => p));
  return pairs.map((pair, index) => {
    const p_holm = corrected[index] as number;
    return { ...pair, p_holm, is_significant: p_holm < significance };
  });
}

/** Returns the statistic of the pooled z-test. Without a difference that could be seen (no mails, no successes, successes only), it is 0. */
function computeZ(a: VariantCounts, b: VariantCounts): number {
  if (a.delivered === 0 || b.delivered === 0) return 0;
  const pooled = (a.successes + b.successes) / (a.delivered + b.delivered);
  const variance = pooled * (1 - pooled) * (1 / a.delivered + 1 / b.delivered);
  return variance === 0 ? 0 : (a.successes / a.delivered - b.successes / b.delivered) / Math.sqrt(variance);
}

/** Multiplies the smallest p with the number of tests, the next one with one less, and so on. No result is below that of a smaller p, or above 1. */
function correctByHolm(probabilities: readonly number[]): number[] {
  const corrected: number[] = [];
  let previous = 0;
  const ascending = probabilities.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  for (const [rank, { p, index }] of ascending.entries()) {
    previous = Math.min(1, Math.max(previous, p * (probabilities.length - rank)));
    corrected[index] = previous;
  }
  return corrected;
}

/** Returns Wilson's interval for the success rate. `z` is the two-sided quantile of the confidence level. */
function computeInterval({ delivered, successes }: VariantCounts, z: number): Omit<RateInterval, "id"> {
  if (delivered === 0) return { rate: null, low: 0, high: 1 };
  const rate = successes / delivered;
  const square = z ** 2 / delivered;
  const center = rate + square / 2;
  const radius = z * Math.sqrt((rate * (1 - rate) + square / 4) / delivered);
  return {
    rate,
    // Rounding must not exclude the rate itself.
    low: successes === 0 ? 0 : (center - radius) / (1 + square),
    high: successes === delivered ? 1 : (center + radius) / (1 + square),
  };
}

/** Returns the probability of the numbers of persons per variant if the shares are kept (Pearson's chi-squared test); null without persons. */
function testShares(variants: readonly VariantCounts[], shares: readonly number[]): number | null {
  const counts = variants.map(({ assigned, delivered }) => assigned ?? delivered);
  const total = sum(counts);
  if (total === 0) return null;
  const expected = shares.map((share) => (total * share) / sum(shares));
  const statistic = sum(counts.map((count, index) => (count - (expected[index] as number)) ** 2 / (expected[index] as number)));
  return computeChiSquaredTail(statistic, counts.length - 1);
}

/** Returns the variant with the highest rate. Products of counts are compared, because equal rates may differ as quotients. */
function findBetter(variants: readonly VariantCounts[]): string | null {
  const [first, ...others] = variants.filter(({ delivered }) => delivered > 0);
  if (!first) return null;
  return others.reduce(
    (best, other) =>
      BigInt(other.successes) * BigInt(best.delivered) > BigInt(best.successes) * BigInt(other.delivered) ? other : best,
    first,
  ).id;
}

/** Returns whether a variant has a significantly higher rate than each of the others. */
const beatsAll = (id: string, pairs: readonly Pair[], others: number): boolean =>
  pairs.filter((pair) => pair.is_significant && (pair.z > 0 ? pair.a : pair.b) === id).length === others;
