import * as z from "zod";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { CUSTOMER_TYPES } from "../customer/customer.masters.ts";
import { tiers } from "../customer/customer.rules.ts";
import { Lines } from "../kernel/line.rules.ts";
import { amount, currency, date, id, instant, master, name, oneOf, storedOf, tags, text } from "../kernel/schema.ts";
import { wordsOf } from "../kernel/text.ts";
import { PRODUCT } from "../product/product.domain.ts";
import { PRODUCT_CATEGORIES } from "../product/product.masters.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import { History } from "../storage/table/history.ts";
import { effects } from "./pricing.rules.ts";
import { PRICING_RULE, PRICING_RULE_REVISION } from "./quote.domain.ts";

const among = <S extends z.ZodType>(each: S) => z.array(each).max(100).default([]);

/**
 * What people write of a pricing rule (seed 001, pricing_rules). What a rule asks of a quote is all asked; what is empty asks
 * nothing.
 */
export const fields = {
  name: name(100),
  description: text(1000).nullish(),
  is_active: z.boolean().default(true).describe("false: it is retired, and changes no price"),
  priority: z.number().int().min(0).max(1000).default(0).describe("The higher, the earlier"),
  stacks: z.boolean().default(false).describe("Applied beside others that stack too; one that does not is applied alone"),
  effect: oneOf(effects),
  percent: Lines.discountPercent().nullish().describe("Off the price, of PERCENT"),
  amount: amount().nullish().describe("Off the price of a piece (AMOUNT), or that price itself (FIXED_PRICE)"),
  currency: currency().nullish().describe("Of amount, and of the quotes that it holds for; the tenant's unless told otherwise"),
  min_quantity: Lines.quantity().nullish().describe("Of the line"),
  valid_from: date().nullish().describe("By the date of the quote"),
  valid_to: date().nullish().describe("The last day"),
  customer_ids: among(id(CUSTOMER)),
  customer_type_ids: among(master(CUSTOMER_TYPES)),
  tiers: among(oneOf(tiers)).describe("Of the customer"),
  customer_tags: tags().default([]).describe("Any of these"),
  product_ids: among(id(PRODUCT)),
  category_ids: among(master(PRODUCT_CATEGORIES)).describe("And what is below these"),
  together_with: z.array(id(PRODUCT)).max(20).default([]).describe("All of these products are in the quote too"),
};

const kept = { revision: z.number().int().describe("Rises with each change: prices name it") };

export const Stored = z.object({ ...storedOf(fields), ...kept, revised_at: instant() });

export type PricingRuleRecord = z.output<typeof Stored> & BaseRecord;

export const PricingRules = new Collection<PricingRuleRecord>({
  kind: PRICING_RULE,
  schema: Stored,
  row: [
    "name",
    "is_active",
    "priority",
    "stacks",
    "effect",
    "percent",
    "amount",
    "currency",
    "min_quantity",
    "valid_from",
    "valid_to",
    "revision",
  ],
  indexes: { by_time: by(), by_status: by("is_active"), by_class: by("effect") },
  filters: {
    is_active: { index: "by_status", field: "is_active" },
    effect: { index: "by_class", field: "effect" },
  },
  words: (rule) => wordsOf(rule.name),
});

/** What a rule said from then on. */
export const Revision = z.object({ ...storedOf(fields), ...kept, pricing_rule_id: id(PRICING_RULE) });

export type RevisionRecord = z.output<typeof Revision> & BaseRecord;

export const said = Object.keys(fields) as (keyof typeof fields)[];

export const Revisions = new History<RevisionRecord>({
  kind: PRICING_RULE_REVISION,
  schema: Revision,
  row: ["pricing_rule_id", "revision", ...said],
  parent: "pricing_rule_id",
});
