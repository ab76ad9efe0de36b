import {
  applyRules,
  type Circumstances,
  type Item,
  type PricingRule,
  sortByPriority,
} from "@crm/core/agreements/quote/pricing.rules.ts";
import { describe, expect, it } from "vitest";

const buildRule = (id: string, more: Partial<PricingRule> = {}): PricingRule => ({
  id,
  name: id,
  revision: 1,
  priority: 0,
  stacks: false,
  effect: "PERCENT",
  percent: "10",
  amount: null,
  currency: null,
  min_quantity: null,
  valid_from: null,
  valid_to: null,
  customer_ids: [],
  customer_type_ids: [],
  tiers: [],
  customer_tags: [],
  product_ids: [],
  category_ids: [],
  together_with: [],
  ...more,
});
const item: Item = { product_id: "boat", categories: ["hulls", "boats", "goods"], quantity: "10", base_price: "100.00" };
const circumstances: Circumstances = {
  day: "2030-06-15",
  currency: "EUR",
  customer: { ids: ["acme", "acme-of-old"], customer_type_id: "fleet", tier: "GOLD", tags: ["VIP"] },
  product_ids: new Set(["boat", "sail"]),
};
const priceItem = (
  rules: readonly PricingRule[],
  itemFields: Partial<Item> = {},
  circumstanceFields: Partial<Circumstances> = {},
) => {
  const { applied: appliedRules, list_price } = applyRules(
    sortByPriority(rules),
    { ...item, ...itemFields },
    { ...circumstances, ...circumstanceFields },
  );
  return [list_price, ...appliedRules.map(({ pricing_rule_id, price }) => `${pricing_rule_id} ${price}`)];
};

describe("conditions of a pricing rule", () => {
  it.each<[string, Partial<PricingRule>, boolean]>([
    ["nothing", {}, true],
    ["just so many", { min_quantity: "10" }, true],
    ["more than there are", { min_quantity: "10.0001" }, false],
    ["the day it begins", { valid_from: "2030-06-15" }, true],
    ["a day that comes", { valid_from: "2030-06-16" }, false],
    ["the day it ends", { valid_to: "2030-06-15" }, true],
    ["a day that was", { valid_to: "2030-06-14" }, false],
    ["the customer", { customer_ids: ["other", "acme"] }, true],
    ["one that was joined to the customer", { customer_ids: ["acme-of-old"] }, true],
    ["another customer", { customer_ids: ["other"] }, false],
    ["its type", { customer_type_ids: ["fleet"] }, true],
    ["another type", { customer_type_ids: ["yard"] }, false],
    ["its tier", { tiers: ["GOLD"] }, true],
    ["another tier", { tiers: ["SILVER"] }, false],
    ["its tag in any letter case", { customer_tags: ["vip"] }, true],
    ["another tag", { customer_tags: ["new"] }, false],
    ["the product", { product_ids: ["boat"] }, true],
    ["another product", { product_ids: ["sail"] }, false],
    ["its category", { category_ids: ["hulls"] }, true],
    ["the category above that", { category_ids: ["boats"] }, true],
    ["the root of them", { category_ids: ["ropes", "goods"] }, true],
    ["another category", { category_ids: ["ropes"] }, false],
    ["its category, and another product", { category_ids: ["hulls"], product_ids: ["sail"] }, false],
    ["what stands beside it", { together_with: ["sail"] }, true],
    ["what does not", { together_with: ["sail", "oar"] }, false],
    ["the currency", { effect: "AMOUNT", amount: "10.00", currency: "EUR" }, true],
    ["another currency", { effect: "AMOUNT", amount: "10.00", currency: "USD" }, false],
    ["two conditions, one of them true", { tiers: ["GOLD"], customer_ids: ["other"] }, false],
  ])("%s", (_, more, holds) => {
    expect(priceItem([buildRule("r", more)])).toEqual(holds ? ["90.00", "r 90.00"] : ["100.00"]);
  });

  it.each<[string, string[], string[], string | null | undefined]>([
    ["its own", ["hulls"], ["hulls", "boats"], "hulls"],
    ["one above", ["boats"], ["hulls", "boats"], "boats"],
    ["the nearest of several", ["goods", "boats"], ["hulls", "boats", "goods"], "boats"],
    ["none that it asked for", [], ["hulls"], null],
    ["nothing of a product without one", ["hulls"], [], undefined],
    ["nothing of one below the product's", ["hulls"], ["boats", "goods"], undefined],
  ])("names the category that matched: %s", (_, category_ids, categories, expectedCategory) => {
    const { applied: appliedRules } = applyRules([buildRule("r", { category_ids })], { ...item, categories }, circumstances);
    expect(appliedRules.map(({ category_id }) => category_id)).toEqual(expectedCategory === undefined ? [] : [expectedCategory]);
  });

  it("for a customer do not apply without a customer", () => {
    expect(priceItem([buildRule("r", { customer_ids: ["acme"] })], {}, { customer: null })).toEqual(["100.00"]);
  });
});

describe("effects of pricing rules", () => {
  const stacking = { stacks: true };
  it.each<[string, PricingRule[], Partial<Item>, (string | null)[]]>([
    ["percent", [buildRule("r", { percent: "12.5" })], { base_price: "9.99" }, ["8.74", "r 8.74"]],
    ["an amount off", [buildRule("r", { effect: "AMOUNT", amount: "30.00" })], {}, ["70.00", "r 70.00"]],
    ["no more off than there is", [buildRule("r", { effect: "AMOUNT", amount: "100.01" })], {}, ["0.00", "r 0.00"]],
    ["a fixed price", [buildRule("r", { effect: "FIXED_PRICE", amount: "120.00" })], {}, ["120.00", "r 120.00"]],
    [
      "of no price nothing but a fixed one",
      [buildRule("a"), buildRule("b", { effect: "FIXED_PRICE", amount: "5.00" })],
      { base_price: null },
      ["5.00", "b 5.00"],
    ],
    ["the higher priority alone", [buildRule("a"), buildRule("b", { priority: 5, percent: "20" })], {}, ["80.00", "b 80.00"]],
    ["of equals the older", [buildRule("b"), buildRule("a", { percent: "20" })], {}, ["80.00", "a 80.00"]],
    [
      "those that stack one on the other",
      [buildRule("a", stacking), buildRule("b", { ...stacking, priority: 5, effect: "AMOUNT", amount: "10.00" })],
      {},
      ["81.00", "b 90.00", "a 81.00"],
    ],
    [
      "one that does not stack is not put on others",
      [buildRule("a", { ...stacking, priority: 5 }), buildRule("b")],
      {},
      ["90.00", "a 90.00"],
    ],
    ["nor others on it", [buildRule("a", { priority: 5 }), buildRule("b", stacking)], {}, ["90.00", "a 90.00"]],
    [
      "one that does not hold keeps none away",
      [buildRule("a", { priority: 5, min_quantity: "11" }), buildRule("b")],
      {},
      ["90.00", "b 90.00"],
    ],
    [
      "five of them",
      ["a", "b", "c", "d", "e", "f"].map((id) => buildRule(id, { ...stacking, effect: "AMOUNT", amount: "1.00" })),
      {},
      ["95.00", "a 99.00", "b 98.00", "c 97.00", "d 96.00", "e 95.00"],
    ],
  ])("%s", (_, rules, itemFields, expected) => {
    expect(priceItem(rules, itemFields)).toEqual(expected);
  });
});
