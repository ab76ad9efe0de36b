import { type Amount, Money } from "../../kernel/money.ts";

/**
 * Which pricing rules hold for a line of a quote, and what they make of its price (docs/agreements/quotes.md, Prices; seed 001, Pricing
 * rules engine). Pure.
 */

export const effects = ["PERCENT", "AMOUNT", "FIXED_PRICE"] as const;

/** What a rule asks, all of which must hold, and what it does; what is empty asks nothing. */
export interface PricingRule {
  id: string;
  name: string;
  revision: number;
  /** The higher, the earlier. */
  priority: number;
  /** Whether it is applied beside others that do too; one that does not is applied alone. */
  stacks: boolean;
  effect: (typeof effects)[number];
  /** Off the price, of PERCENT. */
  percent: string | null;
  /** Off the price of a piece, or that price itself. */
  amount: Amount | null;
  /** Of `amount`, and so of the quotes that it holds for. */
  currency: string | null;
  min_quantity: string | null;
  valid_from: string | null;
  valid_to: string | null;
  customer_ids: readonly string[];
  customer_type_ids: readonly string[];
  tiers: readonly string[];
  customer_tags: readonly string[];
  product_ids: readonly string[];
  /** Products of categories below these are meant too. */
  category_ids: readonly string[];
  /** All of these products are in the quote too. */
  together_with: readonly string[];
}

interface Customer {
  /** Its own, and those of customers that were joined to it. */
  ids: readonly string[];
  customer_type_id: string | null;
  tier: string | null;
  tags: readonly string[];
}

/** What of a quote prices go by. */
export interface Circumstances {
  day: string;
  currency: string;
  customer: Customer | null;
  /** The products that count in the quote. */
  product_ids: ReadonlySet<string>;
}

export interface Item {
  product_id: string;
  /** Its category and those above it, the nearest first. */
  categories: readonly string[];
  quantity: string;
  /** Of the price book, or the product's own; null where there is none in the currency. */
  base_price: Amount | null;
}

export interface AppliedRule {
  pricing_rule_id: string;
  revision: number;
  name: string;
  effect: PricingRule["effect"];
  /** Of those that the rule names the one by which it holds, the nearest to the product; null where it names none. */
  category_id: string | null;
  /** What a piece costs once it is applied. */
  price: Amount;
}

/** Rules that are applied to one line at most. */
export const MAX_APPLIED_RULES = 5;

const isAmong = (wanted: readonly string[], value: string | null | undefined): boolean =>
  wanted.length === 0 || (value !== null && value !== undefined && wanted.includes(value));

/** Of the categories that a rule names the nearest to the product: its own, or one above that. */
const findMatchingCategory = ({ category_ids }: PricingRule, { categories }: Item): string | null =>
  categories.find((category) => category_ids.includes(category)) ?? null;

const foldCase = (tag: string): string => tag.toLowerCase();

/** Whether all that a rule asks is so. */
export function isApplicable(rule: PricingRule, item: Item, { day, currency, customer, product_ids }: Circumstances): boolean {
  const tags = new Set(customer?.tags.map(foldCase));
  return (
    (rule.currency === null || rule.currency === currency) &&
    (rule.valid_from === null || rule.valid_from <= day) &&
    (rule.valid_to === null || day <= rule.valid_to) &&
    (rule.min_quantity === null || Money.compare(item.quantity, rule.min_quantity) >= 0) &&
    isAmong(rule.product_ids, item.product_id) &&
    (rule.category_ids.length === 0 || findMatchingCategory(rule, item) !== null) &&
    (rule.customer_ids.length === 0 || rule.customer_ids.some((id) => customer?.ids.includes(id))) &&
    isAmong(rule.customer_type_ids, customer?.customer_type_id) &&
    isAmong(rule.tiers, customer?.tier) &&
    (rule.customer_tags.length === 0 || rule.customer_tags.some((tag) => tags.has(foldCase(tag)))) &&
    rule.together_with.every((product) => product_ids.has(product))
  );
}

/** The order in which rules are asked: by priority, and of equals the older first. */
export const sortByPriority = <R extends Pick<PricingRule, "id" | "priority">>(rules: readonly R[]): R[] =>
  [...rules].sort((one, other) => other.priority - one.priority || (one.id < other.id ? -1 : 1));

/**
 * The rules that are applied to a line, in their order, and the price that they give. The first that holds is; where it stacks,
 * those after it that stack are too. No price falls below 0, and each is in whole minor units, half up.
 */
export function applyRules(
  ordered: readonly PricingRule[],
  item: Item,
  circumstances: Circumstances,
): { applied: AppliedRule[]; list_price: Amount | null } {
  const applied: AppliedRule[] = [];
  let price = item.base_price;
  for (const rule of ordered) {
    if (applied.length === MAX_APPLIED_RULES) break;
    if ((applied.length > 0 && !rule.stacks) || !isApplicable(rule, item, circumstances)) continue;
    const next = applyRule(rule, price, circumstances.currency);
    if (next === null) continue;
    price = next;
    const { id: pricing_rule_id, revision, name, effect } = rule;
    applied.push({ pricing_rule_id, revision, name, effect, category_id: findMatchingCategory(rule, item), price });
    if (!rule.stacks) break;
  }
  return { applied, list_price: price };
}

/** Null where there is no price that it could change. */
function applyRule({ effect, percent, amount }: PricingRule, price: Amount | null, currency: string): Amount | null {
  if (effect === "FIXED_PRICE") return amount;
  if (price === null) return null;
  const off =
    effect === "PERCENT" ? Money.computePercent(price, percent ?? "0") : (amount ?? Money.zero(Money.currencyDecimals(currency)));
  return Money.compare(off, price) > 0 ? Money.zero(Money.currencyDecimals(currency)) : Money.subtract(price, off);
}

export * as PricingEngine from "./pricing.rules.ts";
