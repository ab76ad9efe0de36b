import * as z from "zod";
import { amount, id, oneOf } from "../../kernel/schema.ts";
import { listAncestors } from "../../platform/master-data/values.ts";
import { PRICE_BOOK, PRICE_BOOK_ENTRY } from "../../sales/product/product.kind.ts";
import { PRODUCT_CATEGORIES } from "../../sales/product/product.masters.ts";
import { type PriceReason, priceReasons } from "../../sales/product/product.rules.ts";
import { loadCustomer } from "../../sales/territory/customer-territory.ts";
import { loadActiveRules } from "./active-rules.ts";
import { type AppliedRule, applyRules, type Circumstances, effects, type PricingRule } from "./pricing.rules.ts";
import { PRICING_RULE } from "./quote.kind.ts";

/** Prices of quote lines from price books and pricing rules, with an explanation. */

const reasonNames = Object.keys(priceReasons) as [PriceReason, ...PriceReason[]];

/** Explains the list price of a line, against which discounts are measured. */
export const PriceExplanation = z.object({
  base_price: amount().nullable().describe("From the price book, or the product's own price"),
  base_reason: oneOf(reasonNames),
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
        .describe("Category of the rule that matched: the product's own category, or one above it"),
      price: amount().describe("Unit price after this rule"),
    }),
  ),
});

type BasePrice = Omit<z.output<typeof PriceExplanation>, "rules">;

/** What prices depend on, for a quote or a preview. */
interface PricingScope {
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

interface Item extends BasePrice {
  product_id: string;
  category_id: string | null;
  quantity: string;
  /** Whether the item counts in the quote; rules with `together_with` look at it. */
  isCounted: boolean;
}

const isCustomerSpecific = (rule: PricingRule): boolean =>
  [rule.customer_ids, rule.customer_type_ids, rule.tiers, rule.customer_tags].some((values) => values.length > 0);

/** Returns the prices of items by the active rules. `instead` replaces the rules, for a preview. */
export async function listPrices(
  items: readonly Item[],
  { customer_id, currency, day }: PricingScope,
  instead?: (rules: readonly PricingRule[]) => readonly PricingRule[],
): Promise<{ applied: AppliedRule[]; list_price: string | null }[]> {
  const rules = instead?.(await loadActiveRules()) ?? (await loadActiveRules());
  const customer = customer_id !== null && rules.some(isCustomerSpecific) ? await loadCustomer<Customer>(customer_id) : undefined;
  const circumstances: Circumstances = {
    day,
    currency,
    customer: customer ? { ...customer, ids: [customer.id, ...customer.merged_ids] } : null,
    product_ids: new Set(items.filter((item) => item.isCounted).map((item) => item.product_id)),
  };
  const lines = rules.some((rule) => rule.category_ids.length > 0)
    ? await loadCategoryPaths(items)
    : new Map<string | null, string[]>();
  return items.map((item) => applyRules(rules, { ...item, categories: lines.get(item.category_id) ?? [] }, circumstances));
}

/** Loads the ancestors of each category, nearest first, including itself. */
async function loadCategoryPaths(items: readonly Item[]): Promise<ReadonlyMap<string | null, string[]>> {
  const categoryIds = [...new Set(items.map(({ category_id }) => category_id))];
  return new Map(
    await Promise.all(
      categoryIds.map(async (id) => [id, id === null ? [] : await listAncestors(PRODUCT_CATEGORIES, id)] as const),
    ),
  );
}
