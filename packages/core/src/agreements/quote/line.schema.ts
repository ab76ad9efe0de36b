import * as z from "zod";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { amount, id, instant, name, text, toStoredShape } from "../../kernel/schema.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { PRODUCT_CATEGORIES } from "../../sales/product/product.masters.ts";
import { PriceExplanation } from "./list-prices.ts";
import { QUOTE_LINE } from "./quote.kind.ts";

/** The lines of quotes. Orders have the same prices and totals. */

export const MAX_LINES = 300;

/** Fields of a line that a caller writes. */
export const lineFields = {
  product_id: id(PRODUCT).nullish(),
  name: name(255).nullish().describe("If empty, the name of the product"),
  description: text(2000).nullish(),
  quantity: LineItems.quantity().default("1"),
  unit_price: amount().nullish().describe("If empty, the price from price book and pricing rules"),
  discount_percent: LineItems.discountPercent().default("0"),
  tax_percent: LineItems.percent("a tax").default("0"),
  section: name(100).nullish().describe("Heading above the line"),
  bundle: name(100).nullish().describe("Optional lines of the same bundle are chosen together"),
  optional: z.boolean().default(false).describe("An optional line counts only if it is chosen"),
  chosen: z.boolean().default(false).describe("Only for an optional line"),
};

export const Line = z.object({
  ...toStoredShape(lineFields),
  id: id(QUOTE_LINE),
  sequence: z.number().int().describe("Starts at 1"),
  created_at: instant(),
  unit_price: amount(),
  unit_price_is_manual: z.boolean().describe("true: entered by hand; the price does not follow list_price"),
  list_price: amount().nullable().describe("Price from the price book and the pricing rules; discounts are measured against it"),
  price_explanation: PriceExplanation.nullable().describe("null: the line has no product"),
  product_category_id: z.string().nullable().meta({ "x-master": PRODUCT_CATEGORIES.name }),
  gross_amount: amount().describe("unit_price × quantity, rounded half up"),
  discount_amount: amount().describe("From the discount_percent of the line"),
  allocated_discount: amount().describe("The line's share of the discount on the whole quote"),
  line_total: amount().describe("Net: gross_amount − discount_amount − allocated_discount"),
  tax_amount: amount().describe("tax_percent of line_total, rounded half up"),
});

export type LineRecord = z.output<typeof Line>;
