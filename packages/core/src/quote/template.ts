import * as z from "zod";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { type Detail, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { amount, currency, date, type Filled, filled, id, patched, patchOf, query, text } from "../kernel/schema.ts";
import { priced } from "../product/prices.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Revised } from "../storage/write/revised.ts";
import { transaction } from "../storage/write/transaction.ts";
import { drafted, settled } from "./lines.ts";
import { Line, lineFields } from "./quote.entity.ts";
import {
  fields,
  QuoteTemplates,
  Revisions,
  Stored,
  Revision as StoredRevision,
  said,
  type TemplateRecord,
} from "./template.entity.ts";

/** Templates of quotes: lines and terms that are offered more than once (seed 001, quote_templates). */

export const Info = Stored;
export const Row = rowOf(Stored, QuoteTemplates.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields);

const One = z.strictObject({ id: text(64) });
const Query = listSchema(QuoteTemplates, { is_active: query.boolean().optional() });

export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(QuoteTemplates, input);

const revised = new Revised(QuoteTemplates, Revisions, said);

export const list = fn(Query, async (input) => listRecords(QuoteTemplates, await asked(input)));

export const get = fn(One, ({ id: wanted }) => Records.read(QuoteTemplates, wanted));

export const create = fn(Create, async (input) => {
  const written = await checked(filled(fields, input));
  const template = Records.born(QuoteTemplates, { ...written, ...revised.first() });
  return revised.keep(transaction().create(QuoteTemplates, template), template).commit(template);
});

export const replace = fn(Create.extend(One.shape), ({ id: wanted, ...input }) => edit(wanted, filled(fields, input)));

export const update = fn(patchOf(fields).extend(One.shape), ({ id: wanted, ...patch }) => edit(wanted, patched(fields, patch)));

type Written = Filled<typeof fields>;

const edit = (wanted: string, changes: Partial<Written>): Promise<TemplateRecord> =>
  Records.change(QuoteTemplates, wanted, async (current, tx) =>
    revised.follow(tx, current, { ...current, ...(await checked({ ...current, ...changes }, current)) }),
  );

export const remove = fn(One, ({ id: wanted }) => Records.remove(QuoteTemplates, wanted));

export const restore = fn(One, ({ id: wanted }) => Records.restore(QuoteTemplates, wanted));

export const revisions = revised.list();

type Lined = Pick<TemplateRecord, "line_items">;

/** Each line names a product that is sold, or one that it named before, or says what it is. */
async function checked<T extends Written>(next: T, before?: TemplateRecord): Promise<T & Lined> {
  const details: Detail[] = [];
  const line_items = next.line_items.map((line) => filled(lineFields, line));
  const had = new Set(before?.line_items.map(({ product_id }) => product_id));
  const ids = line_items.flatMap(({ product_id }) => product_id ?? []);
  const products = new Map(
    (await priced([...new Set(ids)], { currency: useSettings().currency })).map((each) => [each?.product_id, each]),
  );
  for (const [at, { product_id, name, description, unit_price }] of line_items.entries()) {
    const product = product_id ? products.get(product_id) : undefined;
    const wrong = (field: string, message: string) => details.push({ field: `line_items[${at}].${field}`, message });
    if (product_id && !product) wrong("product_id", "No such product");
    else if (product && !product.is_offered && !had.has(product.product_id)) wrong("product_id", "It is sold no longer");
    if (product_id) continue;
    if (!name && !description?.trim()) wrong("name", "Required where no product is named");
    if (unit_price === null) wrong("unit_price", "Required where no product is named");
  }
  if (details.length > 0) throw invalidAll(details);
  return { ...next, line_items };
}

/** The template that a quote is made of. */
export async function inUse(wanted: string): Promise<TemplateRecord> {
  const template = await Records.find(QuoteTemplates, wanted);
  if (!template) throw invalid("template_id", "No such template");
  if (!template.is_active) throw invalid("template_id", "It is retired");
  return template;
}

export const Preview = z.object({
  revision: z.number().int(),
  currency: currency(),
  line_items: z.array(Line.omit({ id: true, created_at: true })),
  subtotal: amount(),
  discount_amount: amount(),
  net_amount: amount(),
  tax_amount: amount(),
  total_amount: amount(),
});

/** What a quote of the template would come to; nothing is stored. */
export const preview = fn(
  One.extend({
    customer_id: id(CUSTOMER).nullish(),
    currency: currency().nullish().describe("The tenant's unless told otherwise"),
    quote_date: date().nullish().describe("Today unless told otherwise"),
  }),
  async ({ id: wanted, customer_id = null, ...about }): Promise<z.output<typeof Preview>> => {
    const template = await Records.read(QuoteTemplates, wanted);
    if (customer_id !== null && !(await Records.isShown(CUSTOMER, customer_id))) throw invalid("customer_id", "No such customer");
    const unit = about.currency ?? useSettings().currency;
    const { line_items, ...totals } = await settled(template.line_items.map(drafted), {
      currency: unit,
      customer_id,
      quote_date: about.quote_date ?? today(),
      price_book_id: null,
      discount_percent: template.discount_percent,
      fixed_discount: null,
      shipping_amount: "0",
    });
    const lines = line_items.map(({ id: _id, created_at: _at, ...line }) => line);
    return { revision: template.revision, currency: unit, line_items: lines, ...totals };
  },
);

export * as QuoteTemplate from "./template.ts";
