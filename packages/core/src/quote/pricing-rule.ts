import * as z from "zod";
import { CUSTOMER } from "../customer/customer.domain.ts";
import * as Amount from "../kernel/amount.ts";
import { useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { type Detail, gathered, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { Lines } from "../kernel/line.rules.ts";
import { anyOf, currency, date, type Filled, filled, id, oneOf, patched, patchOf, query, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { pricedEach } from "../product/prices.ts";
import { PRICE_BOOK, PRODUCT } from "../product/product.domain.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Revised } from "../storage/write/revised.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Explanation, listPrices } from "./prices.ts";
import { effects, inOrder, type PricingRule as Rule } from "./pricing.rules.ts";
import {
  fields,
  type PricingRuleRecord,
  PricingRules,
  Revisions,
  Stored,
  Revision as StoredRevision,
  said,
} from "./pricing-rule.entity.ts";
import { PRICING_RULE } from "./quote.domain.ts";
import { move } from "./rules-in-use.ts";

/** Pricing rules: what changes the prices of quotes, for whom, when and from how many on (seed 001, pricing_rules). */

export const Info = Stored;
export const Row = rowOf(Stored, PricingRules.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields).meta(anyOf(["percent", "amount"]));

const One = z.strictObject({ id: text(64) });

const Query = listSchema(PricingRules, {
  is_active: query.boolean().optional(),
  effect: oneOf(effects).optional(),
});

export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(PricingRules, input);

const revised = new Revised(PricingRules, Revisions, said);

export const list = fn(Query, async (input) => listRecords(PricingRules, await asked(input)));

export const get = fn(One, ({ id: wanted }) => Records.read(PricingRules, wanted));

export const create = fn(Create, (input) =>
  retryOnConflict(async () => {
    const written = await checked(filled(fields, input));
    const rule = Records.born(PricingRules, { ...written, ...revised.first() });
    const tx = transaction().create(PricingRules, rule);
    await move(tx, rule.id, null, rule);
    return revised.keep(tx, rule).commit(rule);
  }),
);

export const replace = fn(Create.extend(One.shape), ({ id: wanted, ...input }) => edit(wanted, filled(fields, input)));

export const update = fn(patchOf(fields).extend(One.shape), ({ id: wanted, ...patch }) => edit(wanted, patched(fields, patch)));

type Written = Filled<typeof fields>;

const edit = (wanted: string, changes: Partial<Written>): Promise<PricingRuleRecord> =>
  Records.change(PricingRules, wanted, async (current, tx) => {
    const next = revised.follow(tx, current, { ...current, ...(await checked({ ...current, ...changes }, current)) });
    if (next.revision !== current.revision) await move(tx, wanted, current, next);
    return next;
  });

export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(PricingRules, wanted, async (current, tx) => {
    await move(tx, wanted, current, null);
    return current;
  }),
);

export const restore = fn(One, ({ id: wanted }) =>
  Records.restore(PricingRules, wanted, async (current, tx) => {
    await move(tx, wanted, null, { ...current, deleted_at: null });
    return current;
  }),
);

export const revisions = revised.list();

/** The effect with all that it takes and nothing else, and what it names; all that is wrong is said at once. */
async function checked<T extends Written>(next: T, before?: PricingRuleRecord): Promise<T> {
  const details: Detail[] = [...wrongWith(next)];
  const isPercent = next.effect === "PERCENT";
  const unit = isPercent ? null : (next.currency ?? useSettings().currency);
  const worth = unit === null ? next.amount : await gathered(details, inForm(next.amount, unit), next.amount);
  const resolved = await gathered(details, Master.resolveAll(fields, next, before), next);
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, amount: worth, currency: unit };
}

const inForm = async (given: string | null, unit: string) => Amount.inCurrency("amount", given, unit);

function wrongWith({ effect, percent, amount, currency: unit, valid_from, valid_to, ...rule }: Written): Detail[] {
  const isPercent = effect === "PERCENT";
  const wrong = (field: string, isWrong: boolean, message: string): Detail[] => (isWrong ? [{ field, message }] : []);
  return [
    ...wrong("percent", isPercent && percent === null, "Required of PERCENT"),
    ...wrong("percent", !isPercent && percent !== null, "Of PERCENT only"),
    ...wrong("amount", !isPercent && amount === null, `Required of ${effect}`),
    ...wrong("amount", isPercent && amount !== null, "Not of PERCENT"),
    ...wrong("currency", isPercent && unit !== null, "Not of PERCENT"),
    ...wrong("valid_to", valid_from !== null && valid_to !== null && valid_to < valid_from, "Before valid_from"),
    ...wrong(
      "product_ids",
      effect === "FIXED_PRICE" && rule.product_ids.length === 0 && rule.category_ids.length === 0,
      "Required of FIXED_PRICE, or category_ids",
    ),
  ];
}

const MOST_PREVIEWED = 50;

export const Preview = z.array(
  z.object({
    product_id: id(PRODUCT),
    quantity: z.string(),
    list_price: z.string().nullable().describe("What a piece costs; null: it has no price in the currency"),
    explanation: Explanation,
  }),
);

/** What products would cost in a quote, and why; `rule` is tried beside those in use, or in place of the one with its id. */
export const preview = fn(
  z.strictObject({
    customer_id: id(CUSTOMER).nullish(),
    currency: currency().nullish().describe("The tenant's unless told otherwise"),
    quote_date: date().nullish().describe("Today unless told otherwise"),
    price_book_id: id(PRICE_BOOK).nullish(),
    line_items: z
      .array(z.strictObject({ product_id: id(PRODUCT), quantity: Lines.quantity().default("1") }))
      .min(1)
      .max(MOST_PREVIEWED),
    rule: Create.extend({ id: id(PRICING_RULE).optional() })
      .optional()
      .describe("Tried as if it were in use"),
  }),
  async ({ line_items, rule, ...about }) => {
    const details: Detail[] = [];
    const unit = about.currency ?? useSettings().currency;
    const day = about.quote_date ?? today();
    await gathered(details, Master.resolveAll({ customer_id: fields.customer_ids.unwrap().element.optional() }, about), about);
    const products = await pricedEach(line_items, { currency: unit, day, price_book_id: about.price_book_id });
    const items = products.flatMap((product, at) => {
      if (!product) details.push({ field: `line_items[${at}].product_id`, message: "No such product" });
      const { quantity } = line_items[at] as (typeof line_items)[number];
      return product ? [{ ...product, base_price: product.unit_price, base_reason: product.reason, quantity, counts: true }] : [];
    });
    const wrong: Detail[] = [];
    const tried = rule && (await gathered(wrong, triedOf(rule), undefined));
    details.push(...wrong.map(({ field, message }) => ({ field: `rule.${field}`, message })));
    if (details.length > 0) throw invalidAll(details);
    const among = (rules: readonly Rule[]) => (tried ? inOrder([...rules.filter((each) => each.id !== tried.id), tried]) : rules);
    const prices = await listPrices(items, { customer_id: about.customer_id ?? null, currency: unit, day }, among);
    return items.map(({ product_id, quantity, base_price, base_reason, price_book_id, price_book_entry_id }, at) => {
      const { applied, list_price } = prices[at] as (typeof prices)[number];
      return {
        ...{ product_id, quantity, list_price },
        explanation: { base_price, base_reason, price_book_id, price_book_entry_id, rules: applied },
      };
    });
  },
);

const triedOf = async ({ id: own, ...rule }: z.output<typeof Create> & { id?: string | undefined }): Promise<Rule> => ({
  ...(await checked(filled(fields, rule))),
  id: own ?? newId(PRICING_RULE),
  revision: 0,
});

export * as PricingRule from "./pricing-rule.ts";
