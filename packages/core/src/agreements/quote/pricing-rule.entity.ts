import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { CUSTOMER_TYPES } from "../../accounts/customer/customer.masters.ts";
import { tiers } from "../../accounts/customer/customer.rules.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, master, name, oneOf, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { PRODUCT_CATEGORIES } from "../../sales/product/product.masters.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { effects } from "./pricing.rules.ts";
import { PRICING_RULE, PRICING_RULE_REVISION } from "./quote.kind.ts";

const listField = <S extends z.ZodType>(itemSchema: S) => z.array(itemSchema).max(100).default([]);

/** Fields of a pricing rule that a caller writes. All conditions must hold; an empty one always holds. */
export const fields = {
  name: personalData("none", name(100)),
  description: personalData("none", text(1000).nullish()),
  is_active: z.boolean().default(true).describe("false: retired; the rule changes no price"),
  priority: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe("The matching rule with the highest priority wins; of equal ones, the older"),
  stacks: z.boolean().default(false).describe("true: combined with other rules that stack; false: applied alone"),
  effect: oneOf(effects),
  percent: LineItems.discountPercent().nullish().describe("Only for PERCENT: percentage off the price"),
  amount: personalData(
    "none",
    amount().nullish().describe("With the effect AMOUNT, what is taken off the unit price. Else the new unit price"),
  ),
  currency: personalData(
    "none",
    currency()
      .nullish()
      .describe("Currency of amount; the rule applies only to quotes in it")
      .meta(createHelp("Default: the tenant's currency")),
  ),
  min_quantity: LineItems.quantity().nullish().describe("Minimum quantity of the line"),
  valid_from: personalData("none", date().nullish().describe("First day, compared with quote_date")),
  valid_to: personalData("none", date().nullish().describe("Last day, inclusive")),
  customer_ids: listField(id(CUSTOMER)),
  customer_type_ids: personalData("none", listField(master(CUSTOMER_TYPES))),
  tiers: listField(oneOf(tiers)).describe("Tiers of the customer"),
  customer_tags: personalData("none", tags().default([]).describe("The customer has at least one of these tags")),
  product_ids: personalData("none", listField(id(PRODUCT))),
  category_ids: personalData("none", listField(master(PRODUCT_CATEGORIES)).describe("Includes the categories below these")),
  together_with: personalData(
    "none",
    z.array(id(PRODUCT)).max(20).default([]).describe("The quote also contains all of these products"),
  ),
};

const revisionField = { revision: z.number().int().describe("Increases with each change; prices refer to it") };

export const Stored = z.object({ ...toStoredShape(fields), ...revisionField, revised_at: personalData("none", instant()) });

export type PricingRuleRecord = z.output<typeof Stored> & BaseRecord;

export const PricingRules = new Collection<PricingRuleRecord>({
  kind: PRICING_RULE,
  schema: Stored,
  personalData: { purpose: "Compute discounts by rules.", subject: aboutPerson(reach("customer_ids[]", CUSTOMER)) },
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
export const Revision = z.object({
  ...toStoredShape(fields),
  ...revisionField,
  pricing_rule_id: personalData("none", id(PRICING_RULE)),
});

export type RevisionRecord = z.output<typeof Revision> & BaseRecord;

export const revisedFields = Object.keys(fields) as (keyof typeof fields)[];

export const Revisions = new HistoryCollection<RevisionRecord>({
  kind: PRICING_RULE_REVISION,
  schema: Revision,
  personalData: { purpose: "Explain prices by the rules that applied.", subject: aboutPerson(reach("customer_ids[]", CUSTOMER)) },
  row: ["pricing_rule_id", "revision", ...revisedFields],
  parent: "pricing_rule_id",
});
