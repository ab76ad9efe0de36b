import { Money } from "../../kernel/money.ts";
import type { CustomerRecord } from "./customer.entity.ts";
import type { CustomerAmount } from "./figures.schema.ts";

type FigureSource = Pick<CustomerRecord, "amounts" | "currency">;

/** Derives the amounts in the customer's currency. */
export function deriveFigures({ amounts, currency }: FigureSource) {
  const currencyAmount = amounts.find((amount) => amount.currency === currency);
  return {
    won_amount: currencyAmount?.won_amount ?? Money.zero(),
    pipeline_value: currencyAmount?.pipeline_value ?? Money.zero(),
    lifetime_value: currencyAmount?.lifetime_value ?? Money.zero(),
  };
}

/** Joins the totals of opportunities and of sales by currency. */
export function joinAmounts(
  opportunities: readonly { currency: string; won: string; open: string }[],
  sales: readonly { currency: string; lifetime_value: string }[],
): CustomerAmount[] {
  const currencies = [...new Set([...opportunities, ...sales].map(({ currency }) => currency))].sort();
  return currencies.flatMap((currency) => {
    const zero = Money.zero(Money.currencyDecimals(currency));
    const sold = opportunities.find((amount) => amount.currency === currency);
    const amount = {
      currency,
      won_amount: sold?.won ?? zero,
      pipeline_value: sold?.open ?? zero,
      lifetime_value: sales.find((sale) => sale.currency === currency)?.lifetime_value ?? zero,
    };
    const isZero = [amount.won_amount, amount.pipeline_value, amount.lifetime_value].every((value) => Money.isZero(value));
    return isZero ? [] : [amount];
  });
}
