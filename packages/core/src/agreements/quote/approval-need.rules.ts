import { type Amount, Money } from "../../kernel/money.ts";
import { type ApproverKind, type Deadlines, defaultDeadlines } from "../approval/approver.rules.ts";

/**
 * Whether a quote needs approval, and whose (docs/agreements/quotes.md, Approval; seed 001, Quote Approval Workflow). Pure. Discounts are
 * compared as exact fractions: exactly 10 % is exactly that, whatever cents come to.
 */

export interface DiscountedLine {
  /** What price book and rules give; null of an invented line, whose own price it is. */
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

interface CurrencyAmount {
  currency: string;
  amount: Amount;
}

/** A level is reached where one of what it asks is so. */
export interface Level {
  name: string;
  /** So many percent or more. */
  discount_from?: string | null | undefined;
  /** More percent than this. */
  discount_over?: string | null | undefined;
  /** What is taken off, in its currency, or more. */
  discount_amount_from?: readonly CurrencyAmount[] | undefined;
  /** What the quote comes to without tax and shipping, in its currency, or more. */
  net_amount_from?: readonly CurrencyAmount[] | undefined;
  approvers: readonly ApproverKind[];
  /** All are asked at once, and not one after another. */
  side_by_side: boolean;
  patience?: Deadlines;
}

export interface Need {
  /** Null: none is needed. */
  level: string | null;
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Deadlines;
  /** Of the line with the highest discount, the discount of the whole with it; percent, cut to four decimal places. */
  highest_line_percent: string;
  whole_percent: string;
  /** By the choice of optional lines that is the dearest to us. */
  discount_amount: Amount;
  net_amount: Amount;
  reasons: readonly string[];
}

/** An exact fraction; the denominator is not negative, and 0 is of nothing at all. */
interface Fraction {
  denominator: bigint;
  numerator: bigint;
}

const toScaled = (decimal: string, places: number): bigint => {
  const [digits = "", fraction = ""] = decimal.split(".");
  return BigInt(digits + fraction.padEnd(places, "0"));
};

/** Places of quantities and of percentages; a line is measured in minor units times both of them. */
const [QUANTITY_PLACES, PERCENT_PLACES] = [4, 2] as const;
const HUNDRED = toScaled("100", PERCENT_PLACES);
/** What one minor unit is, once it is scaled. */
const SCALE = 10n ** BigInt(QUANTITY_PLACES) * HUNDRED * HUNDRED;

/** Less than 0, 0 or more: as fractions, of which nothing is 0. */
const compareFractions = (one: Fraction, other: Fraction): number => {
  const [left, right] = [one.numerator * (other.denominator || 1n), other.numerator * (one.denominator || 1n)];
  return left < right ? -1 : left > right ? 1 : 0;
};

const addFractions = (one: Fraction, other: Fraction): Fraction => ({
  denominator: one.denominator + other.denominator,
  numerator: one.numerator + other.numerator,
});
const emptyFraction: Fraction = { denominator: 0n, numerator: 0n };
const zeroFraction: Fraction = { denominator: 1n, numerator: 0n };
const pickGreatest = (parts: readonly Fraction[]): Fraction =>
  parts.reduce((most, each) => (compareFractions(each, most) > 0 ? each : most), emptyFraction);
const capFraction = ({ denominator: of, numerator: part }: Fraction): Fraction => ({
  denominator: of,
  numerator: part > of ? of : part,
});

interface MeasuredLine {
  list: bigint;
  /** What the line comes to, before the discount of the whole. */
  net: bigint;
  group: string | null;
}

/** Optional lines stand for themselves, or with their bundle; others are in no group. */
function measureLine(line: DiscountedLine, at: number, places: number): MeasuredLine {
  const quantity = toScaled(line.quantity, QUANTITY_PLACES);
  const list = toScaled(line.list_price ?? line.unit_price, places) * quantity * HUNDRED * HUNDRED;
  const own =
    toScaled(line.unit_price, places) * quantity * (HUNDRED - toScaled(line.discount_percent, PERCENT_PLACES)) * HUNDRED;
  return { list, net: own, group: line.optional ? (line.bundle === null ? String(at) : `bundle ${line.bundle}`) : null };
}

/**
 * What is taken off a line where so much of what it comes to is taken off the whole; what is dearer than the list makes up for
 * nothing.
 */
const computeLineDiscount = ({ list, net: own }: MeasuredLine, whole: Fraction): Fraction => {
  const [of, kept] = [list * whole.denominator, own * (whole.denominator - whole.numerator)];
  return { denominator: of, numerator: of > kept ? of - kept : 0n };
};

/** What the discount of the whole takes of each line, where nothing optional is chosen: of more it takes less. */
function computeQuoteDiscount(
  { discount_percent, fixed_discount }: QuoteDiscount,
  lines: readonly MeasuredLine[],
  places: number,
): Fraction {
  if (fixed_discount === null) return { denominator: HUNDRED, numerator: toScaled(discount_percent, PERCENT_PLACES) };
  const fixed = toScaled(fixed_discount, places) * SCALE;
  const always = lines.filter(({ group }) => group === null).reduce((sum, { net: own }) => sum + own, 0n);
  return fixed === 0n
    ? zeroFraction
    : always === 0n
      ? { denominator: 1n, numerator: 1n }
      : capFraction({ denominator: always, numerator: fixed });
}

/**
 * The greatest part that can be taken off by choosing among groups: each that is above what the others come to raises it, so the
 * dearest come first.
 */
export function computeMaxDiscount(always: Fraction, groups: readonly Fraction[]): Fraction {
  const ordered = groups.filter(({ denominator: of }) => of > 0n).sort((one, other) => -compareFractions(one, other));
  const from = (start: Fraction, among: readonly Fraction[]): Fraction =>
    among.reduce((sum, each) => (compareFractions(each, sum) > 0 ? addFractions(sum, each) : sum), start);
  if (always.denominator > 0n) return from(always, ordered);
  return pickGreatest(
    ordered.map((first) =>
      from(
        addFractions(always, first),
        ordered.filter((each) => each !== first),
      ),
    ),
  );
}

export interface Measures {
  highest_line: Fraction;
  whole: Fraction;
  discount_amount: Amount;
  net_amount: Amount;
}

/** How much is taken off, of the line with the highest discount and of all, by the choice that is the dearest to us. */
export function measureDiscounts(lines: readonly DiscountedLine[], whole: QuoteDiscount, currency: string): Measures {
  const places = Money.currencyDecimals(currency);
  const each = lines.map((line, at) => measureLine(line, at, places));
  const taken = computeQuoteDiscount(whole, each, places);
  // A fixed amount is taken once, whatever is chosen; so many percent of each line.
  const fixed = whole.fixed_discount === null ? 0n : toScaled(whole.fixed_discount, places) * SCALE;
  const share = fixed > 0n ? zeroFraction : taken;
  const parts = each.map((line) => ({ group: line.group, ...computeLineDiscount(line, share) }));
  const always = parts
    .filter(({ group }) => group === null)
    .reduce<Fraction>(addFractions, { denominator: 0n, numerator: fixed });
  const groups = [...Map.groupBy(parts, ({ group }) => group)].flatMap(([group, of]) =>
    group === null ? [] : [of.reduce<Fraction>(addFractions, emptyFraction)],
  );
  const discount = [...groups.map(({ numerator: part }) => part), always.numerator].reduce((sum, part) => sum + part, 0n);
  const net = each.reduce((sum, { net: own }) => sum + own * (share.denominator - share.numerator), 0n) - fixed;
  return {
    highest_line: pickGreatest(each.map((line) => computeLineDiscount(line, taken))),
    whole: capFraction(computeMaxDiscount(always, groups)),
    discount_amount: roundToAmount(discount, SCALE * share.denominator, places),
    net_amount: roundToAmount(net > 0n ? net : 0n, SCALE * share.denominator, places),
  };
}

/** Half up to the minor unit. */
const roundToAmount = (measure: bigint, scale: bigint, places: number): Amount =>
  Money.fromMinor((2n * measure + scale) / (2n * scale), places);

/** Cut, so that what is below a limit is never shown as the limit. */
export function toPercent({ denominator: of, numerator: part }: Fraction): string {
  if (of === 0n) return "0";
  const cut = String((part * 1_000_000n) / of).padStart(5, "0");
  return Money.normalizeDecimal(`${cut.slice(0, -4)}.${cut.slice(-4)}`);
}

/** Why a level is reached; empty where it is not. */
function reasonsFor(level: Level, measures: Measures, currency: string): string[] {
  const limit = (percent: string): Fraction => ({ denominator: HUNDRED, numerator: toScaled(percent, PERCENT_PLACES) });
  const { discount_from: from, discount_over: over } = level;
  const discounts = [
    ["The discount of a line", measures.highest_line],
    ["The discount of the whole", measures.whole],
  ] as const;
  const amountOfLevel = (among: readonly CurrencyAmount[] | undefined) =>
    among?.find((each) => each.currency === currency)?.amount;
  const amounts = [
    ["What is taken off", measures.discount_amount, amountOfLevel(level.discount_amount_from)],
    ["The net amount", measures.net_amount, amountOfLevel(level.net_amount_from)],
  ] as const;
  return [
    ...discounts.flatMap(([what, part]) => [
      ...(from && compareFractions(part, limit(from)) >= 0 ? [`${what} is ${toPercent(part)} %: ${from} % or more`] : []),
      ...(over && compareFractions(part, limit(over)) > 0 ? [`${what} is ${toPercent(part)} %: over ${over} %`] : []),
    ]),
    ...amounts.flatMap(([what, amount, least]) =>
      least !== undefined && Money.compare(amount, least) >= 0 ? [`${what} is ${amount} ${currency}: ${least} or more`] : [],
    ),
  ];
}

/** What a quote needs: the last level that it reaches. */
export function determineApprovalNeed(
  levels: readonly Level[],
  lines: readonly DiscountedLine[],
  whole: QuoteDiscount,
  currency: string,
): Need {
  const measures = measureDiscounts(lines, whole, currency);
  const reached = levels.map((level) => ({ level, reasons: reasonsFor(level, measures, currency) }));
  const last = reached.findLast(({ reasons }) => reasons.length > 0);
  return {
    level: last?.level.name ?? null,
    approvers: last?.level.approvers ?? [],
    side_by_side: last?.level.side_by_side ?? false,
    patience: last?.level.patience ?? defaultDeadlines,
    highest_line_percent: toPercent(measures.highest_line),
    whole_percent: toPercent(measures.whole),
    discount_amount: measures.discount_amount,
    net_amount: measures.net_amount,
    reasons: last?.reasons ?? [],
  };
}
