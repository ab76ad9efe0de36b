import { Money } from "../../kernel/money.ts";
import type { CustomerRecord } from "./customer.entity.ts";

type FigureSource = Pick<CustomerRecord, "amounts" | "currency" | "won_opportunities" | "last_won_at">;

/** Derives the figures in the customer's currency. The figures of orders come from won opportunities until orders exist. */
export function deriveFigures({ amounts, currency, won_opportunities, last_won_at }: FigureSource) {
  const currencyAmount = amounts.find((amount) => amount.currency === currency);
  const [won_amount, pipeline_value] = [
    currencyAmount?.won_amount ?? Money.zero(),
    currencyAmount?.pipeline_value ?? Money.zero(),
  ];
  return {
    won_amount,
    pipeline_value,
    lifetime_value: won_amount,
    paid_orders_count: won_opportunities,
    last_order_at: last_won_at,
  };
}
