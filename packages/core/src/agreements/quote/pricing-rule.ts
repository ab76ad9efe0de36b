import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import * as Amount from "../../kernel/amount.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { collectDetails, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { anyOf, currency, date, id, oneOf, query, type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { priceEach } from "../../sales/product/prices.ts";
import { PRICE_BOOK, PRODUCT } from "../../sales/product/product.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { RevisionHistory } from "../../storage/write/revision-history.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { trackRule } from "./active-rules.ts";
import { listPrices, PriceExplanation } from "./list-prices.ts";
import { effects, type PricingRule as Rule, sortByPriority } from "./pricing.rules.ts";
import {
  fields,
  type PricingRuleRecord,
  PricingRules,
  Revisions,
  revisedFields,
  Stored,
  Revision as StoredRevision,
} from "./pricing-rule.entity.ts";
import { PRICING_RULE } from "./quote.kind.ts";

/** Pricing rules: change the prices of quotes by customer, product, day and quantity. */

export const Info = Stored;
export const Row = rowSchema(Stored, PricingRules.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields).meta(anyOf(["percent", "amount"]));

const Query = listSchema(PricingRules, {
  is_active: query.boolean().optional(),
  effect: oneOf(effects).optional(),
});

export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(PricingRules, input);

const revisionWriter = new RevisionHistory(PricingRules, Revisions, revisedFields);

export const list = fn(Query, async (input) => listRecords(PricingRules, await listQuery(input)));

export const create = fn(Create, (input) =>
  retryOnConflict(async () => {
    const values = await validateFields(toStoredFields(fields, input));
    const rule = Records.init(PricingRules, { ...values, ...revisionWriter.initialFields() });
    const tx = transaction().create(PricingRules, rule);
    await trackRule(tx, rule.id, null, rule);
    return revisionWriter.addEntry(tx, rule).commit(rule);
  }),
);

type RuleFields = StoredFields<typeof fields>;

export const { get, replace, update, remove, restore } = createRecordVerbs(PricingRules, fields, {
  async edit(current, changes, tx) {
    const valid = await validateFields({ ...current, ...changes }, current);
    const next = revisionWriter.applyChange(tx, current, { ...current, ...valid });
    if (next.revision !== current.revision) await trackRule(tx, current.id, current, next);
    return next;
  },
  async remove(current, tx) {
    await trackRule(tx, current.id, current, null);
    return current;
  },
  async restore(current, tx) {
    await trackRule(tx, current.id, null, { ...current, deleted_at: null });
    return current;
  },
});

export const listRevisions = revisionWriter.list();

/** Checks that the effect has exactly its fields, and that the named records exist. Throws one error with all faults. */
async function validateFields<T extends RuleFields>(next: T, before?: PricingRuleRecord): Promise<T> {
  const details: ErrorDetail[] = [...findFaults(next)];
  const isPercent = next.effect === "PERCENT";
  const unit = isPercent ? null : (next.currency ?? useSettings().currency);
  const normalizedAmount =
    unit === null ? next.amount : await collectDetails(details, normalizeAmount(next.amount, unit), next.amount);
  const resolved = await collectDetails(details, Master.resolveAll(fields, next, before), next);
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, amount: normalizedAmount, currency: unit };
}

const normalizeAmount = async (value: string | null, unit: string) => Amount.toCurrencyPrecision("amount", value, unit);

function findFaults({ effect, percent, amount, currency: unit, valid_from, valid_to, ...rule }: RuleFields): ErrorDetail[] {
  const isPercent = effect === "PERCENT";
  const checkField = (field: string, isWrong: boolean, message: string): ErrorDetail[] => (isWrong ? [{ field, message }] : []);
  return [
    ...checkField("percent", isPercent && percent === null, "Required for PERCENT"),
    ...checkField("percent", !isPercent && percent !== null, "Only allowed for PERCENT"),
    ...checkField("amount", !isPercent && amount === null, `Required for ${effect}`),
    ...checkField("amount", isPercent && amount !== null, "Not allowed for PERCENT"),
    ...checkField("currency", isPercent && unit !== null, "Not allowed for PERCENT"),
    ...checkField("valid_to", valid_from !== null && valid_to !== null && valid_to < valid_from, "Must not be before valid_from"),
    ...checkField(
      "product_ids",
      effect === "FIXED_PRICE" && rule.product_ids.length === 0 && rule.category_ids.length === 0,
      "Required for FIXED_PRICE if there are no category_ids",
    ),
  ];
}

const MAX_PREVIEW_LINES = 50;

export const Preview = z.array(
  z.object({
    product_id: id(PRODUCT),
    quantity: z.string(),
    list_price: z.string().nullable().describe("Unit price; null: the product has no price in the currency"),
    explanation: PriceExplanation,
  }),
);

/** Prices products as a quote would, with explanations. `rule` is evaluated with the active ones; it replaces the one with its id. */
export const preview = fn(
  z.strictObject({
    customer_id: id(CUSTOMER).nullish(),
    currency: currency().nullish().describe("Default: the tenant's currency"),
    quote_date: date().nullish().describe("Default: today"),
    price_book_id: id(PRICE_BOOK).nullish(),
    line_items: z
      .array(z.strictObject({ product_id: id(PRODUCT), quantity: LineItems.quantity().default("1") }))
      .min(1)
      .max(MAX_PREVIEW_LINES),
    rule: Create.extend({ id: id(PRICING_RULE).optional() })
      .optional()
      .describe("A rule to test as if it were active"),
  }),
  async ({ line_items, rule, ...context }) => {
    const details: ErrorDetail[] = [];
    const unit = context.currency ?? useSettings().currency;
    const day = context.quote_date ?? today();
    await collectDetails(
      details,
      Master.resolveAll({ customer_id: fields.customer_ids.unwrap().element.optional() }, context),
      context,
    );
    const products = await priceEach(line_items, { currency: unit, day, price_book_id: context.price_book_id });
    const items = products.flatMap((product, index) => {
      if (!product) details.push({ field: `line_items[${index}].product_id`, message: "No such product" });
      const { quantity } = line_items[index] as (typeof line_items)[number];
      return product
        ? [{ ...product, base_price: product.unit_price, base_reason: product.reason, quantity, isCounted: true }]
        : [];
    });
    const ruleDetails: ErrorDetail[] = [];
    const tried = rule && (await collectDetails(ruleDetails, buildTrialRule(rule), undefined));
    details.push(...ruleDetails.map(({ field, message }) => ({ field: `rule.${field}`, message })));
    if (details.length > 0) throw invalidAll(details);
    const among = (rules: readonly Rule[]) =>
      tried ? sortByPriority([...rules.filter((each) => each.id !== tried.id), tried]) : rules;
    const prices = await listPrices(items, { customer_id: context.customer_id ?? null, currency: unit, day }, among);
    return items.map(({ product_id, quantity, base_price, base_reason, price_book_id, price_book_entry_id }, index) => {
      const { applied, list_price } = prices[index] as (typeof prices)[number];
      return {
        ...{ product_id, quantity, list_price },
        explanation: { base_price, base_reason, price_book_id, price_book_entry_id, rules: applied },
      };
    });
  },
);

const buildTrialRule = async ({ id: ruleId, ...rule }: z.output<typeof Create> & { id?: string | undefined }): Promise<Rule> => ({
  ...(await validateFields(toStoredFields(fields, rule))),
  id: ruleId ?? newId(PRICING_RULE),
  revision: 0,
});

export * as PricingRule from "./pricing-rule.ts";
