import * as z from "zod";
import { currency, instant, money } from "../../kernel/schema.ts";
import type { Item } from "../../storage/table/item.ts";

/** Totals of a customer's opportunities. The system computes them and stores them on the customer's row. */

const count = () => z.number().int().min(0);

export const CustomerAmount = z
  .object({ currency: currency(), won_amount: money(), pipeline_value: money() })
  .meta({ id: "CustomerAmount" });
export type CustomerAmount = z.output<typeof CustomerAmount>;

export const figureFields = {
  total_opportunities: count(),
  open_opportunities: count(),
  won_opportunities: count(),
  won_amount: money().describe("Sum of won opportunities in the customer's currency; those in other currencies are in amounts"),
  pipeline_value: money().describe("Sum of open opportunities in the customer's currency"),
  lifetime_value: money().describe("Sum of paid orders; equals won_amount until there are orders"),
  paid_orders_count: count().describe("Equals won_opportunities until there are orders"),
  last_won_at: instant()
    .nullable()
    .describe("Beginning of the day, in the tenant's time zone, on which an opportunity was last won"),
  last_order_at: instant().nullable().describe("Equals last_won_at until there are orders"),
};

export const amounts = z.array(CustomerAmount).describe("Won and open amounts, by currency");

/** Figures of a customer without opportunities, and of stored customers that no release has counted yet. */
export const noFigures = {
  total_opportunities: 0,
  open_opportunities: 0,
  won_opportunities: 0,
  won_amount: "0.00",
  pipeline_value: "0.00",
  lifetime_value: "0.00",
  paid_orders_count: 0,
  last_won_at: null,
  last_order_at: null,
} as const satisfies Item;
