import * as z from "zod";
import { amount, id, oneOf } from "../kernel/schema.ts";
import { lineOf } from "../masters/values.ts";
import { PRICE_BOOK, PRICE_BOOK_ENTRY } from "../product/product.domain.ts";
import { PRODUCT_CATEGORIES } from "../product/product.masters.ts";
import { type Reason, reasons } from "../product/product.rules.ts";
import { customerWith } from "../territory/of-customer.ts";
import { type Applied, type Circumstances, effects, type PricingRule, pricedBy } from "./pricing.rules.ts";
import { PRICING_RULE } from "./quote.domain.ts";
import { inUse } from "./rules-in-use.ts";

/** What lines of quotes cost by price books and pricing rules, and why. */

const names = Object.keys(reasons) as [Reason, ...Reason[]];

/** Why a line has the price that discounts are measured against. */
export const Explanation = z.object({
  base_price: amount().nullable().describe("Of the price book, or the product's own"),
  base_reason: oneOf(names),
  price_book_id: id(PRICE_BOOK).nullable(),
  price_book_entry_id: id(PRICE_BOOK_ENTRY).nullable(),
  rules: z.array(
    z.object({
      pricing_rule_id: id(PRICING_RULE),
      revision: z.number().int(),
      name: z.string(),
      effect: oneOf(effects),
      category_id: z
        .string()
        .nullish()
        .meta({ "x-master": PRODUCT_CATEGORIES.name })
        .describe("Of the rule's, by which it holds: the product's own, or one above it"),
      price: amount().describe("What a piece costs once it is applied"),
    }),
  ),
});

export type Base = Omit<z.output<typeof Explanation>, "rules">;

/** What prices go by, of a quote or of what is asked for. */
export interface About {
  customer_id: string | null;
  currency: string;
  day: string;
}

interface Customer {
  id: string;
  merged_ids: readonly string[];
  customer_type_id: string | null;
  tier: string | null;
  tags: readonly string[];
}

interface Item extends Base {
  product_id: string;
  category_id: string | null;
  quantity: string;
  /** Whether it is in the quote, for rules of what stands together. */
  counts: boolean;
}

const asksCustomers = (rule: PricingRule): boolean =>
  [rule.customer_ids, rule.customer_type_ids, rule.tiers, rule.customer_tags].some((asked) => asked.length > 0);

/** Prices of items by the rules in use; `instead` of them by others, that are tried. */
export async function listPrices(
  items: readonly Item[],
  { customer_id, currency, day }: About,
  instead?: (rules: readonly PricingRule[]) => readonly PricingRule[],
): Promise<{ applied: Applied[]; list_price: string | null }[]> {
  const rules = instead?.(await inUse()) ?? (await inUse());
  const found = customer_id !== null && rules.some(asksCustomers) ? await customerWith<Customer>(customer_id) : undefined;
  const circumstances: Circumstances = {
    day,
    currency,
    customer: found ? { ...found, ids: [found.id, ...found.merged_ids] } : null,
    product_ids: new Set(items.filter((item) => item.counts).map((item) => item.product_id)),
  };
  const lines = rules.some((rule) => rule.category_ids.length > 0)
    ? await categoriesOf(items)
    : new Map<string | null, string[]>();
  return items.map((item) => pricedBy(rules, { ...item, categories: lines.get(item.category_id) ?? [] }, circumstances));
}

/** Of each category of items itself and those above it. */
async function categoriesOf(items: readonly Item[]): Promise<ReadonlyMap<string | null, string[]>> {
  const own = [...new Set(items.map(({ category_id }) => category_id))];
  return new Map(
    await Promise.all(own.map(async (id) => [id, id === null ? [] : await lineOf(PRODUCT_CATEGORIES, id)] as const)),
  );
}
