import { type Amount, Money } from "../../kernel/money.ts";
import { type ApprovalLevel, type ApprovalNeed, toApprovalNeed } from "../approval/approval-need.rules.ts";
import {
  type CheckedLevel,
  type CurrencyAmount,
  findLimit,
  findReachedLevel,
  formatReasonAmount,
  type LevelCheck,
} from "../approval/level.rules.ts";

/**
 * Pure rules: whether a quote needs approval, and by whom (docs/agreements/quotes.md, Approval). Discounts are compared as exact fractions, so
 * exactly 10 % is 10 %, regardless of rounding.
 */

export interface DiscountedLine {
  /** The price from price book and rules. null for a line without a product: it is measured against its own price. */
  list_price: Amount | null;
  unit_price: Amount;
  quantity: string;
  discount_percent: string;
  optional: boolean;
  /** Lines of one bundle are chosen together. */
  bundle: string | null;
}

export interface QuoteDiscount {
  discount_percent: string;
  fixed_discount: Amount | null;
}

/** A level is reached if one of its conditions holds. */
export interface Level extends ApprovalLevel {
  /** Percentage, reached at this value or above. */
  discount_from?: string | null | undefined;
  /** Percentage, reached only above this value. */
  discount_over?: string | null | undefined;
  /** Total discount in the currency, reached at this amount or above. */
  discount_amount_from?: readonly CurrencyAmount[] | undefined;
  /** Net amount without tax and shipping, reached at this amount or above. */
  net_amount_from?: readonly CurrencyAmount[] | undefined;
}

interface Need extends ApprovalNeed {
  /** Discount of the line with the highest discount, including the discount of the whole quote. Percentages are truncated to four decimals. */
  highest_line_percent: string;
  whole_percent: string;
  /** For the choice of optional lines that costs us most. */
  discount_amount: Amount;
  net_amount: Amount;
}

/** An exact fraction. The denominator is not negative; a denominator of 0 means an empty set and counts as 0. */
interface Fraction {
  denominator: bigint;
  numerator: bigint;
}

const toScaled = (decimal: string, places: number): bigint => {
  const [digits = "", fraction = ""] = decimal.split(".");
  return BigInt(digits + fraction.padEnd(places, "0"));
};

/** Decimals of quantities and percentages. A line is measured in minor units scaled by both. */
const [QUANTITY_PLACES, PERCENT_PLACES] = [4, 2] as const;
const HUNDRED = toScaled("100", PERCENT_PLACES);
/** One minor unit in the scaled measure. */
const SCALE = 10n ** BigInt(QUANTITY_PLACES) * HUNDRED * HUNDRED;

/** Compares two fractions. Empty ones count as 0. */
const compareFractions = (a: Fraction, b: Fraction): number => {
  const [left, right] = [a.numerator * (b.denominator || 1n), b.numerator * (a.denominator || 1n)];
  return left < right ? -1 : left > right ? 1 : 0;
};

const addFractions = (a: Fraction, b: Fraction): Fraction => ({
  denominator: a.denominator + b.denominator,
  numerator: a.numerator + b.numerator,
});
const emptyFraction: Fraction = { denominator: 0n, numerator: 0n };
const zeroFraction: Fraction = { denominator: 1n, numerator: 0n };
const pickGreatest = (parts: readonly Fraction[]): Fraction =>
  parts.reduce((greatest, part) => (compareFractions(part, greatest) > 0 ? part : greatest), emptyFraction);
const capFraction = ({ denominator, numerator }: Fraction): Fraction => ({
  denominator: denominator,
  numerator: numerator > denominator ? denominator : numerator,
});

interface MeasuredLine {
  list: bigint;
  /** Scaled amount of the line before the discount of the whole quote. */
  net: bigint;
  group: string | null;
}

/** Measures a line. An optional line is a group of its own or with its bundle; other lines have no group. */
function measureLine(line: DiscountedLine, index: number, places: number): MeasuredLine {
  const quantity = toScaled(line.quantity, QUANTITY_PLACES);
  const list = toScaled(line.list_price ?? line.unit_price, places) * quantity * HUNDRED * HUNDRED;
  const net =
    toScaled(line.unit_price, places) * quantity * (HUNDRED - toScaled(line.discount_percent, PERCENT_PLACES)) * HUNDRED;
  return { list, net: net, group: line.optional ? (line.bundle === null ? String(index) : `bundle ${line.bundle}`) : null };
}

/**
 * Returns the discount of a line when `whole` is taken off all lines. A price above the list price counts as no discount and does not compensate for
 * others.
 */
const computeLineDiscount = ({ list, net }: MeasuredLine, quoteDiscount: Fraction): Fraction => {
  const [denominator, remainder] = [
    list * quoteDiscount.denominator,
    net * (quoteDiscount.denominator - quoteDiscount.numerator),
  ];
  return { denominator: denominator, numerator: denominator > remainder ? denominator - remainder : 0n };
};

/**
 * Returns the share that the quote's own discount takes of each line if no optional line is chosen. With more lines, a fixed amount takes a smaller
 * share.
 */
function computeQuoteDiscount(
  { discount_percent, fixed_discount }: QuoteDiscount,
  lines: readonly MeasuredLine[],
  places: number,
): Fraction {
  if (fixed_discount === null) return { denominator: HUNDRED, numerator: toScaled(discount_percent, PERCENT_PLACES) };
  const fixed = toScaled(fixed_discount, places) * SCALE;
  const always = lines.filter(({ group }) => group === null).reduce((sum, { net }) => sum + net, 0n);
  return fixed === 0n
    ? zeroFraction
    : always === 0n
      ? { denominator: 1n, numerator: 1n }
      : capFraction({ denominator: always, numerator: fixed });
}

/**
 * Returns the greatest share of discount that a choice of groups can give. A group with a higher share than the sum so far raises it, so groups are
 * added in descending order.
 */
export function computeMaxDiscount(always: Fraction, groups: readonly Fraction[]): Fraction {
  const sortedGroups = groups.filter(({ denominator }) => denominator > 0n).sort((group, b) => -compareFractions(group, b));
  const from = (start: Fraction, among: readonly Fraction[]): Fraction =>
    among.reduce((sum, fraction) => (compareFractions(fraction, sum) > 0 ? addFractions(sum, fraction) : sum), start);
  if (always.denominator > 0n) return from(always, sortedGroups);
  return pickGreatest(
    sortedGroups.map((first) =>
      from(
        addFractions(always, first),
        sortedGroups.filter((fraction) => fraction !== first),
      ),
    ),
  );
}

interface Measures {
  highest_line: Fraction;
  whole: Fraction;
  discount_amount: Amount;
  net_amount: Amount;
}

/** Measures the discounts for the choice of optional lines that costs us most: of the line with the highest discount, and of the whole quote. */
export function measureDiscounts(lines: readonly DiscountedLine[], quoteDiscount: QuoteDiscount, currency: string): Measures {
  const places = Money.currencyDecimals(currency);
  const measuredLines = lines.map((line, index) => measureLine(line, index, places));
  const quoteFraction = computeQuoteDiscount(quoteDiscount, measuredLines, places);
  // A fixed amount is taken once, regardless of the choice; a percentage is taken of each line.
  const fixed = quoteDiscount.fixed_discount === null ? 0n : toScaled(quoteDiscount.fixed_discount, places) * SCALE;
  const share = fixed > 0n ? zeroFraction : quoteFraction;
  const parts = measuredLines.map((line) => ({ group: line.group, ...computeLineDiscount(line, share) }));
  const always = parts
    .filter(({ group }) => group === null)
    .reduce<Fraction>(addFractions, { denominator: 0n, numerator: fixed });
  const groups = [...Map.groupBy(parts, ({ group }) => group)].flatMap(([group, groupParts]) =>
    group === null ? [] : [groupParts.reduce<Fraction>(addFractions, emptyFraction)],
  );
  const discount = [...groups.map(({ numerator }) => numerator), always.numerator].reduce((sum, part) => sum + part, 0n);
  const net = measuredLines.reduce((sum, { net: lineNet }) => sum + lineNet * (share.denominator - share.numerator), 0n) - fixed;
  return {
    highest_line: pickGreatest(measuredLines.map((line) => computeLineDiscount(line, quoteFraction))),
    whole: capFraction(computeMaxDiscount(always, groups)),
    discount_amount: roundToAmount(discount, SCALE * share.denominator, places),
    net_amount: roundToAmount(net > 0n ? net : 0n, SCALE * share.denominator, places),
  };
}

/** Rounds half up to the minor unit. */
const roundToAmount = (measure: bigint, scale: bigint, places: number): Amount =>
  Money.fromMinor((2n * measure + scale) / (2n * scale), places);

/** Truncates to four decimals, so that a value below a limit is never shown as the limit. */
export function toPercent({ denominator, numerator }: Fraction): string {
  if (denominator === 0n) return "0";
  const cut = String((numerator * 1_000_000n) / denominator).padStart(5, "0");
  return Money.normalizeDecimal(`${cut.slice(0, -4)}.${cut.slice(-4)}`);
}

/** Compares the discounts and amounts of a quote with the conditions of a level. */
function checkLevel(level: Level, measures: Measures, currency: string): LevelCheck[] {
  const limitFraction = (percent: string): Fraction => ({
    denominator: HUNDRED,
    numerator: toScaled(percent, PERCENT_PLACES),
  });
  const { discount_from, discount_over } = level;
  // One sentence says a discount that is the same on each line.
  const isEven = toPercent(measures.highest_line) === toPercent(measures.whole);
  const discounts = [
    ["highest_line_percent", isEven ? "The discount" : "The discount on a line", measures.highest_line],
    ["whole_percent", isEven ? "The discount" : "The discount on the whole quote", measures.whole],
  ] as const;
  const amounts = [
    ["discount_amount_from", "discount_amount", "The discount amount", level.discount_amount_from],
    ["net_amount_from", "net_amount", "The net amount", level.net_amount_from],
  ] as const;
  const checkPercent = (condition: string, limit: string, isReached: (comparison: number) => boolean): LevelCheck[] =>
    discounts.map(([field, label, part]) => {
      const comparison = compareFractions(part, limitFraction(limit));
      return {
        ...{ condition, field, value: toPercent(part), limit, currency: null },
        holds: isReached(comparison),
        reason: `${label} is ${toPercent(part)}%. Approval is needed ${condition === "discount_over" ? "above" : "from"} ${limit}%.`,
      };
    });
  return [
    ...(discount_from ? checkPercent("discount_from", discount_from, (comparison) => comparison >= 0) : []),
    ...(discount_over ? checkPercent("discount_over", discount_over, (comparison) => comparison > 0) : []),
    ...amounts.flatMap(([condition, field, label, limits]): LevelCheck[] => {
      if (!limits?.length) return [];
      const [value, limit] = [measures[field], findLimit(limits, currency)];
      const comparison = limit === null ? -1 : Money.compare(value, limit);
      const holds = comparison >= 0;
      const reason = `${label} is ${formatReasonAmount(value, currency)}. Approval is needed from ${formatReasonAmount(limit, currency)}.`;
      return [{ condition, field, value, limit, currency, holds, reason }];
    }),
  ];
}

/** Returns the levels with the checks of their conditions. */
export const checkLevels = (levels: readonly Level[], measures: Measures, currency: string): CheckedLevel<Level>[] =>
  levels.map((level) => ({ level, checks: checkLevel(level, measures, currency) }));

/** Returns the last level that the quote reaches. */
export function determineApprovalNeed(
  levels: readonly Level[],
  lines: readonly DiscountedLine[],
  quoteDiscount: QuoteDiscount,
  currency: string,
): Need {
  const measures = measureDiscounts(lines, quoteDiscount, currency);
  return {
    ...toApprovalNeed(findReachedLevel(checkLevels(levels, measures, currency))),
    highest_line_percent: toPercent(measures.highest_line),
    whole_percent: toPercent(measures.whole),
    discount_amount: measures.discount_amount,
    net_amount: measures.net_amount,
  };
}

/** Returns the discount of the whole quote in percent, for the choice of optional lines that costs us most. */
export const measureDiscount = (quote: QuoteDiscount & { line_items: readonly DiscountedLine[]; currency: string }): string =>
  toPercent(measureDiscounts(quote.line_items, quote, quote.currency).whole);
