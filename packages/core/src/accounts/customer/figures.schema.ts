import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { currency, instant, money } from "../../kernel/schema.ts";
import type { Item } from "../../storage/table/item.ts";

/** Totals of a customer's opportunities and sales. The system computes them and stores them on the customer's row. */

const count = () => z.number().int().min(0);

/** An amount that can be below 0, as when a provider reported more refunds than payments. */
const signedMoney = () => z.string().meta({ "x-type": "money", examples: ["1200.00"] });

const opportunityAmounts = { currency: currency(), won_amount: money(), pipeline_value: money() };

/** The totals of opportunities in one currency. */
export const OpportunityAmount = z.object(opportunityAmounts).meta({ id: "OpportunityAmount" });
export type OpportunityAmount = z.output<typeof OpportunityAmount>;

export const CustomerAmount = z.object({ ...opportunityAmounts, lifetime_value: signedMoney() }).meta({ id: "CustomerAmount" });
export type CustomerAmount = z.output<typeof CustomerAmount>;

export const figureFields = {
  total_opportunities: personalData("relationship", count()),
  open_opportunities: personalData("relationship", count()),
  won_opportunities: personalData("relationship", count()),
  won_amount: money().describe("Sum of won opportunities in the customer's currency; those in other currencies are in amounts"),
  pipeline_value: money().describe("Sum of open opportunities in the customer's currency"),
  lifetime_value: signedMoney().describe(
    "Sum of the sales in the customer's currency, less refunds: what was paid for confirmed orders, and the amounts of won opportunities without an order",
  ),
  paid_orders_count: personalData(
    "relationship",
    count().describe(
      "Orders that were paid in full and are neither cancelled nor wholly refunded, and won opportunities without an order",
    ),
  ),
  last_won_at: instant()
    .nullable()
    .describe("Beginning of the day, in the tenant's time zone, on which an opportunity was last won"),
  last_order_at: instant()
    .nullable()
    .describe("Beginning of the day of the last confirmed order, or of the last won opportunity without an order"),
};

export const amounts = personalData(
  "financial",
  z.array(CustomerAmount).describe("Won and open amounts and lifetime value, by currency"),
);

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
