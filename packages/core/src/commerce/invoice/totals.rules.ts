import { type Amount, Money } from "../../kernel/money.ts";

/** Pure rules: totals of an invoice or credit note, and its tax by rate. */

export interface TaxedAmount {
  tax_percent: string;
  net_amount: Amount;
  tax_amount: Amount;
}

interface Totals {
  net_amount: Amount;
  tax_amount: Amount;
  /** Net amounts and taxes by rate, the lowest rate first. Shipping has no tax. */
  taxes: TaxedAmount[];
  total: Amount;
}

export function computeTotals(lines: readonly TaxedAmount[], shipping_amount: Amount, places: number): Totals {
  const net_amount = sumField(lines, "net_amount", places);
  const tax_amount = sumField(lines, "tax_amount", places);
  const shipping = { tax_percent: "0", net_amount: shipping_amount, tax_amount: Money.zero(places) };
  return {
    net_amount,
    tax_amount,
    taxes: sumByRate(Money.isZero(shipping_amount) ? lines : [...lines, shipping], places),
    total: Money.sum([net_amount, tax_amount, shipping_amount], places),
  };
}

/** Sums amounts by tax rate, the lowest rate first. */
export function sumByRate(amounts: readonly TaxedAmount[], places: number): TaxedAmount[] {
  const rates = [...Map.groupBy(amounts, ({ tax_percent }) => Money.normalizeDecimal(tax_percent))];
  return rates
    .map(([tax_percent, group]) => ({
      tax_percent,
      net_amount: sumField(group, "net_amount", places),
      tax_amount: sumField(group, "tax_amount", places),
    }))
    .sort((a, b) => Money.compare(a.tax_percent, b.tax_percent));
}

const sumField = (amounts: readonly TaxedAmount[], field: "net_amount" | "tax_amount", places: number): Amount =>
  Money.sum(
    amounts.map((each) => each[field]),
    places,
  );

/** Returns the amounts by rate of an invoice less those that credit notes took back. */
export const subtractRates = (whole: readonly TaxedAmount[], taken: readonly TaxedAmount[], places: number): TaxedAmount[] =>
  sumByRate(
    [
      ...whole,
      ...taken.map(({ tax_percent, net_amount, tax_amount }) => ({
        tax_percent,
        net_amount: Money.negate(net_amount),
        tax_amount: Money.negate(tax_amount),
      })),
    ],
    places,
  );

export const grossOf = ({ net_amount, tax_amount }: Omit<TaxedAmount, "tax_percent">): Amount =>
  Money.add(net_amount, tax_amount);

/**
 * Distributes an amount with tax over the rates of what is left of an invoice, in proportion. Within a rate, tax and net keep the proportion of
 * what is left, so an amount of all that is left gives exactly that.
 */
export function allocateByRate(amount: Amount, left: readonly TaxedAmount[]): TaxedAmount[] {
  const rates = left.filter((rate) => Money.compare(grossOf(rate), 0) > 0);
  if (rates.length === 0) return [];
  const shares = Money.allocate(amount, rates.map(grossOf));
  return rates.flatMap(({ tax_percent, net_amount, tax_amount }, index) => {
    const share = shares[index] as Amount;
    if (Money.isZero(share)) return [];
    const [net, tax] = Money.allocate(share, [net_amount, tax_amount]) as [Amount, Amount];
    return [{ tax_percent, net_amount: net, tax_amount: tax }];
  });
}
