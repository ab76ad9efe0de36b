import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { amount, currency, date, IdInput, id, type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { priceProducts } from "../../sales/product/prices.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { createTemplateVerbs } from "../versioned-offer/template.ts";
import { Line, lineFields } from "./line.schema.ts";
import { draftLine, priceLines } from "./lines.ts";
import {
  fields,
  QuoteTemplates,
  Revisions,
  revisedFields,
  Stored,
  Revision as StoredRevision,
  type TemplateRecord,
} from "./template.entity.ts";

/** Templates of quotes: lines and terms that several quotes use. */

export const Info = Stored;
export const Row = rowSchema(Stored, QuoteTemplates.definition.row);
export const Revision = StoredRevision;
export const Create = z.strictObject(fields);

const templateVerbs = createTemplateVerbs(QuoteTemplates, Revisions, revisedFields);
export const { list, listQuery, listRevisions, loadActiveTemplate } = templateVerbs;

export const create = fn(Create, async (input) => templateVerbs.add(await validateFields(toStoredFields(fields, input))));

type TemplateFields = StoredFields<typeof fields>;

export const { get, replace, update, remove, restore } = createRecordVerbs(QuoteTemplates, fields, {
  edit: async (current, changes, tx) =>
    templateVerbs.applyChange(tx, current, { ...current, ...(await validateFields({ ...current, ...changes }, current)) }),
});

type TemplateLines = Pick<TemplateRecord, "line_items">;

/** Checks the lines: a product must be on sale or have been in the template before; a line without a product needs a name and a price. */
async function validateFields<T extends TemplateFields>(next: T, before?: TemplateRecord): Promise<T & TemplateLines> {
  const details: ErrorDetail[] = [];
  const line_items = next.line_items.map((line) => toStoredFields(lineFields, line));
  const existingProductIds = new Set(before?.line_items.map(({ product_id }) => product_id));
  const ids = line_items.flatMap(({ product_id }) => product_id ?? []);
  const products = new Map(
    (await priceProducts([...new Set(ids)], { currency: useSettings().currency })).map((product) => [
      product?.product_id,
      product,
    ]),
  );
  for (const [index, { product_id, name, description, unit_price }] of line_items.entries()) {
    const product = product_id ? products.get(product_id) : undefined;
    const reportFault = (field: string, message: string) => details.push({ field: `line_items[${index}].${field}`, message });
    if (product_id && !product) reportFault("product_id", "No such product");
    else if (product && !product.is_offered && !existingProductIds.has(product.product_id))
      reportFault("product_id", "The product is no longer sold");
    if (product_id) continue;
    if (!name && !description?.trim()) reportFault("name", "Required if there is no product_id");
    if (unit_price === null) reportFault("unit_price", "Required if there is no product_id");
  }
  if (details.length > 0) throw invalidAll(details);
  return { ...next, line_items };
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

/** Prices a quote from the template. Nothing is stored. */
export const preview = fn(
  IdInput.extend({
    customer_id: id(CUSTOMER).nullish(),
    currency: currency().nullish().describe("Default: the tenant's currency"),
    quote_date: date().nullish().describe("Default: today"),
  }),
  async ({ id: templateId, customer_id = null, ...context }): Promise<z.output<typeof Preview>> => {
    const template = await Records.read(QuoteTemplates, templateId);
    if (customer_id !== null && !(await Records.isVisible(CUSTOMER, customer_id)))
      throw invalid("customer_id", "No such customer");
    const unit = context.currency ?? useSettings().currency;
    const { line_items, ...totals } = await priceLines(template.line_items.map(draftLine), {
      currency: unit,
      customer_id,
      quote_date: context.quote_date ?? today(),
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
