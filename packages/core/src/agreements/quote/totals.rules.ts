import { MAX_WHOLE_DIGITS } from "../../kernel/amount.ts";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { computeTotal } from "../../kernel/line-total.rules.ts";
import { type Amount, Money } from "../../kernel/money.ts";

/**
 * Pure rules: the totals of a quote (docs/agreements/quotes.md, Totals). All amounts have the same currency and whole minor units, so the sums of the
 * shown line amounts equal the shown totals.
 */

export interface PricedLine {
  quantity: string;
  unit_price: Amount;
  discount_percent: string;
  tax_percent: string;
  /** An optional line counts only if it is chosen. */
  optional: boolean;
  chosen: boolean;
}

/** Amounts of a line. An optional line that is not chosen has the amounts it would have by itself. */
interface LineTotals {
  /** unit_price × quantity, rounded half up. */
  gross_amount: Amount;
  /** From the line's own discount_percent. */
  discount_amount: Amount;
  /** Its share of the discount of the whole quote. */
  allocated_discount: Amount;
  /** Net: gross_amount − discount_amount − allocated_discount. */
  line_total: Amount;
  /** tax_percent of line_total, rounded half up. */
  tax_amount: Amount;
}

/** Discount of the whole quote, as a percentage or as an amount, and shipping. */
export interface QuoteCharges {
  discount_percent: string;
  fixed_discount: Amount | null;
  shipping_amount: Amount;
}

interface Totals {
  /** Gross amounts of the counted lines, before any discount. */
  subtotal: Amount;
  /** Discounts of the lines and of the whole quote. */
  discount_amount: Amount;
  /** subtotal − discount_amount, without tax and shipping. */
  net_amount: Amount;
  tax_amount: Amount;
  /** net_amount + tax_amount + shipping_amount. */
  total_amount: Amount;
}

export const isCounted = ({ optional, chosen }: Pick<PricedLine, "optional" | "chosen">): boolean => !optional || chosen;

interface LineAmounts {
  gross: Amount;
  net: Amount;
}

/**
 * Computes the amounts before the discount of the whole quote. The net amount is rounded once; the discount is the difference to the gross amount.
 */
function computeLineAmounts(line: PricedLine, currency: string): LineAmounts {
  const gross = computeTotal({ ...line, discount_percent: "0" }, currency) as Amount;
  return { gross, net: computeTotal(line, currency) as Amount };
}

/**
 * Returns the lines with their amounts, and the totals. Throws a VALIDATION_ERROR if a discount is larger than the amount it applies to, or if a sum
 * is too large for an amount.
 */
export function computeTotals<L extends PricedLine>(
  lines: readonly L[],
  charges: QuoteCharges,
  currency: string,
): { lines: (L & LineTotals)[]; totals: Totals } {
  const places = Money.currencyDecimals(currency);
  const lineAmounts = lines.map((line) => computeLineAmounts(line, currency));
  const netAmounts = lineAmounts.map(({ net }, index) => (isCounted(lines[index] as L) ? net : Money.zero(places)));
  const shares = allocateDiscount(computeDiscount(Money.sum(netAmounts, places), charges), netAmounts, places);
  const settled = lines.map((line, index) => withTotals(line, lineAmounts[index] as LineAmounts, shares[index] as Amount));
  const countedLines = settled.filter(isCounted);
  const sum = (readAmount: (line: LineTotals) => Amount): Amount => Money.sum(countedLines.map(readAmount), places);
  const net_amount = sum(({ line_total }) => line_total);
  const tax_amount = sum((line) => line.tax_amount);
  const totals = {
    subtotal: sum(({ gross_amount }) => gross_amount),
    discount_amount: sum((line) => Money.add(line.discount_amount, line.allocated_discount)),
    net_amount,
    tax_amount,
    total_amount: Money.sum([net_amount, tax_amount, charges.shipping_amount], places),
  };
  requireWritable(settled, totals);
  return { lines: settled, totals };
}

function withTotals<L extends PricedLine>(line: L, { gross, net }: LineAmounts, share: Amount): L & LineTotals {
  const line_total = Money.subtract(net, share);
  return {
    ...line,
    gross_amount: gross,
    discount_amount: Money.subtract(gross, net),
    allocated_discount: share,
    line_total,
    tax_amount: Money.computePercent(line_total, line.tax_percent),
  };
}

function computeDiscount(net: Amount, { discount_percent, fixed_discount }: QuoteCharges): Amount {
  const details: ErrorDetail[] = [];
  if (fixed_discount !== null && !Money.isZero(discount_percent))
    details.push({ field: "fixed_discount", message: "Set either discount_percent or fixed_discount, not both" });
  if (fixed_discount !== null && Money.compare(fixed_discount, net) > 0)
    details.push({ field: "fixed_discount", message: `Must not be more than the sum of the lines, ${net}` });
  if (details.length > 0) throw invalidAll(details);
  return fixed_discount ?? Money.computePercent(net, discount_percent);
}

/** Allocates the discount by largest remainder. The shares add up to it, and no share is larger than its line. */
const allocateDiscount = (discount: Amount, amounts: readonly Amount[], places: number): Amount[] =>
  Money.isZero(discount) ? amounts.map(() => Money.zero(places)) : Money.allocate(discount, amounts);

const isTooLong = (amount: Amount): boolean => (amount.split(".")[0] as string).length > MAX_WHOLE_DIGITS;

function requireWritable(lines: readonly LineTotals[], { subtotal, total_amount }: Totals): void {
  const details = lines.flatMap(({ gross_amount }, index) =>
    isTooLong(gross_amount) ? [{ field: `line_items[${index}].quantity`, message: "The amount of the line is too large" }] : [],
  );
  if (isTooLong(subtotal) || isTooLong(total_amount))
    details.push({ field: "line_items", message: "The sum of the lines is too large" });
  if (details.length > 0) throw invalidAll(details);
}
