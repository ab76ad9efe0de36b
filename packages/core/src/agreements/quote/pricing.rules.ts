import { type Amount, Money } from "../../kernel/money.ts";

/** Pure rules: which pricing rules apply to a line of a quote, and the resulting price (docs/agreements/quotes.md, Prices). */

export const effects = ["PERCENT", "AMOUNT", "FIXED_PRICE"] as const;

/** A pricing rule: its conditions, which must all hold, and its effect. An empty condition always holds. */
export interface PricingRule {
  id: string;
  name: string;
  revision: number;
  /** Rules with a higher priority are evaluated first. */
  priority: number;
  /** Can be combined with other rules that stack. A rule that does not stack is applied alone. */
  stacks: boolean;
  effect: (typeof effects)[number];
  /** Discount in percent, for PERCENT. */
  percent: string | null;
  /** Discount per piece (AMOUNT), or the price of a piece (FIXED_PRICE). */
  amount: Amount | null;
  /** Currency of `amount`. The rule applies only to quotes in it. */
  currency: string | null;
  min_quantity: string | null;
  valid_from: string | null;
  valid_to: string | null;
  customer_ids: readonly string[];
  customer_type_ids: readonly string[];
  tiers: readonly string[];
  customer_tags: readonly string[];
  product_ids: readonly string[];
  /** Includes the categories below these. */
  category_ids: readonly string[];
  /** All of these products must be in the quote too. */
  together_with: readonly string[];
}

interface Customer {
  /** Its own id, and those of customers that were merged into it. */
  ids: readonly string[];
  customer_type_id: string | null;
  tier: string | null;
  tags: readonly string[];
}

/** Facts about the quote that rules depend on. */
export interface Circumstances {
  day: string;
  currency: string;
  customer: Customer | null;
  /** The products of the counted lines. */
  product_ids: ReadonlySet<string>;
}

export interface Item {
  product_id: string;
  /** The product's category and its ancestors, nearest first. */
  categories: readonly string[];
  quantity: string;
  /** From the price book, or the product's own; null if there is none in the currency. */
  base_price: Amount | null;
}

export interface AppliedRule {
  pricing_rule_id: string;
  revision: number;
  name: string;
  effect: PricingRule["effect"];
  /** The matching category of the rule that is nearest to the product; null if the rule names none. */
  category_id: string | null;
  /** Price of a piece after the rule. */
  price: Amount;
}

/** Maximum rules for one line. */
const MAX_APPLIED_RULES = 5;

const isAmong = (allowedValues: readonly string[], value: string | null | undefined): boolean =>
  allowedValues.length === 0 || (value !== null && value !== undefined && allowedValues.includes(value));

/** Returns the category of the rule that is nearest to the product: its own, or an ancestor. */
const findMatchingCategory = ({ category_ids }: PricingRule, { categories }: Item): string | null =>
  categories.find((category) => category_ids.includes(category)) ?? null;

const foldCase = (tag: string): string => tag.toLowerCase();

/** Returns whether all conditions of a rule hold. */
function isApplicable(rule: PricingRule, item: Item, { day, currency, customer, product_ids }: Circumstances): boolean {
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

/** Sorts rules by priority, highest first; of equals the older comes first. */
export const sortByPriority = <R extends Pick<PricingRule, "id" | "priority">>(rules: readonly R[]): R[] =>
  [...rules].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));

/**
 * Returns the rules that are applied to a line, in order, and the resulting price. The first matching rule is applied. If it stacks, later matching
 * rules that stack are applied too. Prices are rounded half up to whole minor units and are never below 0.
 */
export function applyRules(
  sortedRules: readonly PricingRule[],
  item: Item,
  circumstances: Circumstances,
): { applied: AppliedRule[]; list_price: Amount | null } {
  const appliedRules: AppliedRule[] = [];
  let price = item.base_price;
  for (const rule of sortedRules) {
    if (appliedRules.length === MAX_APPLIED_RULES) break;
    if ((appliedRules.length > 0 && !rule.stacks) || !isApplicable(rule, item, circumstances)) continue;
    const next = applyRule(rule, price, circumstances.currency);
    if (next === null) continue;
    price = next;
    const { id: pricing_rule_id, revision, name, effect } = rule;
    appliedRules.push({ pricing_rule_id, revision, name, effect, category_id: findMatchingCategory(rule, item), price });
    if (!rule.stacks) break;
  }
  return { applied: appliedRules, list_price: price };
}

/** Returns the new price, or null if there is no price to change. */
function applyRule({ effect, percent, amount }: PricingRule, price: Amount | null, currency: string): Amount | null {
  if (effect === "FIXED_PRICE") return amount;
  if (price === null) return null;
  const discount =
    effect === "PERCENT" ? Money.computePercent(price, percent ?? "0") : (amount ?? Money.zero(Money.currencyDecimals(currency)));
  return Money.compare(discount, price) > 0 ? Money.zero(Money.currencyDecimals(currency)) : Money.subtract(price, discount);
}
