import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { CUSTOMER_TYPES } from "../../accounts/customer/customer.masters.ts";
import { tiers } from "../../accounts/customer/customer.rules.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { amount, currency, date, id, instant, master, name, oneOf, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { PRODUCT_CATEGORIES } from "../../sales/product/product.masters.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { effects } from "./pricing.rules.ts";
import { PRICING_RULE, PRICING_RULE_REVISION } from "./quote.kind.ts";

const listField = <S extends z.ZodType>(each: S) => z.array(each).max(100).default([]);

/** Fields of a pricing rule that a caller writes. All conditions must hold; an empty one always holds. */
export const fields = {
  name: name(100),
  description: text(1000).nullish(),
  is_active: z.boolean().default(true).describe("false: it is retired, and changes no price"),
  priority: z.number().int().min(0).max(1000).default(0).describe("The higher, the earlier"),
  stacks: z.boolean().default(false).describe("Applied beside others that stack too; one that does not is applied alone"),
  effect: oneOf(effects),
  percent: LineItems.discountPercent().nullish().describe("Off the price, of PERCENT"),
  amount: amount().nullish().describe("Off the price of a piece (AMOUNT), or that price itself (FIXED_PRICE)"),
  currency: currency().nullish().describe("Of amount, and of the quotes that it holds for; the tenant's unless told otherwise"),
  min_quantity: LineItems.quantity().nullish().describe("Of the line"),
  valid_from: date().nullish().describe("By the date of the quote"),
  valid_to: date().nullish().describe("The last day"),
  customer_ids: listField(id(CUSTOMER)),
  customer_type_ids: listField(master(CUSTOMER_TYPES)),
  tiers: listField(oneOf(tiers)).describe("Of the customer"),
  customer_tags: tags().default([]).describe("Any of these"),
  product_ids: listField(id(PRODUCT)),
  category_ids: listField(master(PRODUCT_CATEGORIES)).describe("And what is below these"),
  together_with: z.array(id(PRODUCT)).max(20).default([]).describe("All of these products are in the quote too"),
};

const revisionField = { revision: z.number().int().describe("Rises with each change: prices name it") };

export const Stored = z.object({ ...toStoredShape(fields), ...revisionField, revised_at: instant() });

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
  indexes: { by_time: indexBy(), by_status: indexBy("is_active"), by_class: indexBy("effect") },
  filters: {
    is_active: { index: "by_status", field: "is_active" },
    effect: { index: "by_class", field: "effect" },
  },
  searchWords: (rule) => textSearchWords(rule.name),
});

/** The content of a rule from one revision on. */
export const Revision = z.object({ ...toStoredShape(fields), ...revisionField, pricing_rule_id: id(PRICING_RULE) });

export type RevisionRecord = z.output<typeof Revision> & BaseRecord;

export const revisedFields = Object.keys(fields) as (keyof typeof fields)[];

export const Revisions = new HistoryCollection<RevisionRecord>({
  kind: PRICING_RULE_REVISION,
  schema: Revision,
  row: ["pricing_rule_id", "revision", ...revisedFields],
  parent: "pricing_rule_id",
});
