import { type ApproverKind, type Patience, usual } from "../approval/approver.rules.ts";
import { type Amount, Money } from "../kernel/money.ts";

/**
 * Whether a quote needs approval, and whose (docs/quotes.md, Approval; seed 001, Quote Approval Workflow). Pure. Discounts are
 * compared as exact fractions: exactly 10 % is exactly that, whatever cents come to.
 */

export interface Discounted {
  /** What price book and rules give; null of an invented line, whose own price it is. */
  list_price: Amount | null;
  unit_price: Amount;
  quantity: string;
  discount_percent: string;
  optional: boolean;
  /** Lines of one bundle are chosen together. */
  bundle: string | null;
}

export interface Whole {
  discount_percent: string;
  fixed_discount: Amount | null;
}

interface InCurrency {
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
  discount_amount_from?: readonly InCurrency[] | undefined;
  /** What the quote comes to without tax and shipping, in its currency, or more. */
  net_amount_from?: readonly InCurrency[] | undefined;
  approvers: readonly ApproverKind[];
  /** All are asked at once, and not one after another. */
  side_by_side: boolean;
  patience?: Patience;
}

export interface Need {
  /** Null: none is needed. */
  level: string | null;
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Patience;
  /** Of the line with the highest discount, the discount of the whole with it; percent, cut to four decimal places. */
  highest_line_percent: string;
  whole_percent: string;
  /** By the choice of optional lines that is the dearest to us. */
  discount_amount: Amount;
  net_amount: Amount;
  reasons: readonly string[];
}

/** An exact fraction; the denominator is not negative, and 0 is of nothing at all. */
interface Part {
  of: bigint;
  part: bigint;
}

const scaled = (decimal: string, places: number): bigint => {
  const [digits = "", fraction = ""] = decimal.split(".");
  return BigInt(digits + fraction.padEnd(places, "0"));
};

/** Places of quantities and of percentages; a line is measured in minor units times both of them. */
const [QUANTITY, PERCENT] = [4, 2] as const;
const HUNDRED = scaled("100", PERCENT);
/** What one minor unit is, once it is scaled. */
const SCALE = 10n ** BigInt(QUANTITY) * HUNDRED * HUNDRED;

/** Less than 0, 0 or more: as fractions, of which nothing is 0. */
const compare = (one: Part, other: Part): number => {
  const [left, right] = [one.part * (other.of || 1n), other.part * (one.of || 1n)];
  return left < right ? -1 : left > right ? 1 : 0;
};

const plus = (one: Part, other: Part): Part => ({ of: one.of + other.of, part: one.part + other.part });
const nothing: Part = { of: 0n, part: 0n };
const untouched: Part = { of: 1n, part: 0n };
const greatest = (parts: readonly Part[]): Part => parts.reduce((most, each) => (compare(each, most) > 0 ? each : most), nothing);
const capped = ({ of, part }: Part): Part => ({ of, part: part > of ? of : part });

interface Measured {
  list: bigint;
  /** What the line comes to, before the discount of the whole. */
  own: bigint;
  group: string | null;
}

/** Optional lines stand for themselves, or with their bundle; others are in no group. */
function measured(line: Discounted, at: number, places: number): Measured {
  const quantity = scaled(line.quantity, QUANTITY);
  const list = scaled(line.list_price ?? line.unit_price, places) * quantity * HUNDRED * HUNDRED;
  const own = scaled(line.unit_price, places) * quantity * (HUNDRED - scaled(line.discount_percent, PERCENT)) * HUNDRED;
  return { list, own, group: line.optional ? (line.bundle === null ? String(at) : `bundle ${line.bundle}`) : null };
}

/**
 * What is taken off a line where so much of what it comes to is taken off the whole; what is dearer than the list makes up for
 * nothing.
 */
const offOf = ({ list, own }: Measured, whole: Part): Part => {
  const [of, kept] = [list * whole.of, own * (whole.of - whole.part)];
  return { of, part: of > kept ? of - kept : 0n };
};

/** What the discount of the whole takes of each line, where nothing optional is chosen: of more it takes less. */
function wholeOf({ discount_percent, fixed_discount }: Whole, lines: readonly Measured[], places: number): Part {
  if (fixed_discount === null) return { of: HUNDRED, part: scaled(discount_percent, PERCENT) };
  const fixed = scaled(fixed_discount, places) * SCALE;
  const always = lines.filter(({ group }) => group === null).reduce((sum, { own }) => sum + own, 0n);
  return fixed === 0n ? untouched : always === 0n ? { of: 1n, part: 1n } : capped({ of: always, part: fixed });
}

/**
 * The greatest part that can be taken off by choosing among groups: each that is above what the others come to raises it, so the
 * dearest come first.
 */
export function dearest(always: Part, groups: readonly Part[]): Part {
  const ordered = groups.filter(({ of }) => of > 0n).sort((one, other) => -compare(one, other));
  const from = (start: Part, among: readonly Part[]): Part =>
    among.reduce((sum, each) => (compare(each, sum) > 0 ? plus(sum, each) : sum), start);
  if (always.of > 0n) return from(always, ordered);
  return greatest(
    ordered.map((first) =>
      from(
        plus(always, first),
        ordered.filter((each) => each !== first),
      ),
    ),
  );
}

export interface Measures {
  highest_line: Part;
  whole: Part;
  discount_amount: Amount;
  net_amount: Amount;
}

/** How much is taken off, of the line with the highest discount and of all, by the choice that is the dearest to us. */
export function measuresOf(lines: readonly Discounted[], whole: Whole, currency: string): Measures {
  const places = Money.digitsOf(currency);
  const each = lines.map((line, at) => measured(line, at, places));
  const taken = wholeOf(whole, each, places);
  // A fixed amount is taken once, whatever is chosen; so many percent of each line.
  const fixed = whole.fixed_discount === null ? 0n : scaled(whole.fixed_discount, places) * SCALE;
  const share = fixed > 0n ? untouched : taken;
  const parts = each.map((line) => ({ group: line.group, ...offOf(line, share) }));
  const always = parts.filter(({ group }) => group === null).reduce<Part>(plus, { of: 0n, part: fixed });
  const groups = [...Map.groupBy(parts, ({ group }) => group)].flatMap(([group, of]) =>
    group === null ? [] : [of.reduce<Part>(plus, nothing)],
  );
  const discount = [...groups.map(({ part }) => part), always.part].reduce((sum, part) => sum + part, 0n);
  const net = each.reduce((sum, { own }) => sum + own * (share.of - share.part), 0n) - fixed;
  return {
    highest_line: greatest(each.map((line) => offOf(line, taken))),
    whole: capped(dearest(always, groups)),
    discount_amount: amountOf(discount, SCALE * share.of, places),
    net_amount: amountOf(net > 0n ? net : 0n, SCALE * share.of, places),
  };
}

/** Half up to the minor unit. */
const amountOf = (measure: bigint, scale: bigint, places: number): Amount =>
  Money.fromMinor((2n * measure + scale) / (2n * scale), places);

/** Cut, so that what is below a limit is never shown as the limit. */
export function percentOf({ of, part }: Part): string {
  if (of === 0n) return "0";
  const cut = String((part * 1_000_000n) / of).padStart(5, "0");
  return Money.plain(`${cut.slice(0, -4)}.${cut.slice(-4)}`);
}

/** Why a level is reached; empty where it is not. */
function reasonsFor(level: Level, measures: Measures, currency: string): string[] {
  const limit = (percent: string): Part => ({ of: HUNDRED, part: scaled(percent, PERCENT) });
  const { discount_from: from, discount_over: over } = level;
  const discounts = [
    ["The discount of a line", measures.highest_line],
    ["The discount of the whole", measures.whole],
  ] as const;
  const amountOfLevel = (among: readonly InCurrency[] | undefined) => among?.find((each) => each.currency === currency)?.amount;
  const amounts = [
    ["What is taken off", measures.discount_amount, amountOfLevel(level.discount_amount_from)],
    ["The net amount", measures.net_amount, amountOfLevel(level.net_amount_from)],
  ] as const;
  return [
    ...discounts.flatMap(([what, part]) => [
      ...(from && compare(part, limit(from)) >= 0 ? [`${what} is ${percentOf(part)} %: ${from} % or more`] : []),
      ...(over && compare(part, limit(over)) > 0 ? [`${what} is ${percentOf(part)} %: over ${over} %`] : []),
    ]),
    ...amounts.flatMap(([what, amount, least]) =>
      least !== undefined && Money.compare(amount, least) >= 0 ? [`${what} is ${amount} ${currency}: ${least} or more`] : [],
    ),
  ];
}

/** What a quote needs: the last level that it reaches. */
export function needOf(levels: readonly Level[], lines: readonly Discounted[], whole: Whole, currency: string): Need {
  const measures = measuresOf(lines, whole, currency);
  const reached = levels.map((level) => ({ level, reasons: reasonsFor(level, measures, currency) }));
  const last = reached.findLast(({ reasons }) => reasons.length > 0);
  return {
    level: last?.level.name ?? null,
    approvers: last?.level.approvers ?? [],
    side_by_side: last?.level.side_by_side ?? false,
    patience: last?.level.patience ?? usual,
    highest_line_percent: percentOf(measures.highest_line),
    whole_percent: percentOf(measures.whole),
    discount_amount: measures.discount_amount,
    net_amount: measures.net_amount,
    reasons: last?.reasons ?? [],
  };
}
