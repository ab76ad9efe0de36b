import * as z from "zod";
import { useActorId } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { Signing } from "../signature/signing.ts";
import { compareLines } from "../versioned-offer/comparison.rules.ts";
import {
  buildComparisonSchema,
  CompareInput,
  compareVersions,
  continueSeries,
  createVersion,
  Difference,
} from "../versioned-offer/versions.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";
import { QUOTE, QUOTE_LINE } from "./quote.kind.ts";
import { initialState } from "./quote.ts";

/** Creates the next version of a quote. An open signature request of the previous version is withdrawn. */
export const create = fn(IdInput, ({ id: quoteId }) =>
  createVersion(Quotes, quoteId, buildNextVersion, (tx, previous) =>
    Signing.withdraw(tx, previous.id, "A later version has replaced this quote"),
  ),
);

function buildNextVersion(previous: QuoteRecord): QuoteRecord {
  const { number, series } = continueSeries(previous, { number: previous.quote_number, date: previous.quote_date });
  return Records.init(Quotes, {
    ...previous,
    ...initialState,
    ...series,
    quote_number: number,
    quote_date: today(),
    priced_by: [...new Set([...previous.priced_by, useActorId()])],
  });
}

const comparedFields = [
  "name",
  "description",
  "opportunity_id",
  "customer_id",
  "contact_id",
  "status",
  "quote_date",
  "expiration_date",
  "currency",
  "price_book_id",
  "discount_percent",
  "fixed_discount",
  "shipping_amount",
  "payment_terms",
  "delivery_terms",
  "requires_signature",
  "subtotal",
  "discount_amount",
  "net_amount",
  "tax_amount",
  "total_amount",
] as const;

const comparedLineFields = [
  "sequence",
  "product_id",
  "name",
  "description",
  "quantity",
  "unit_price",
  "discount_percent",
  "tax_percent",
  "section",
  "bundle",
  "optional",
  "chosen",
  "list_price",
  "line_total",
  "tax_amount",
] as const;

export const Comparison = buildComparisonSchema(QUOTE).extend({
  line_items: z.array(
    z.object({
      line_id: id(QUOTE_LINE),
      change: z.enum(["ADDED", "REMOVED", "CHANGED"]),
      name: z.string().nullable(),
      differences: z.array(Difference),
    }),
  ),
});

/** Lists the differences between two versions. */
export const compare = fn(CompareInput(QUOTE), async (input) => {
  const { from, to, comparison } = await compareVersions(Quotes, input, comparedFields);
  return { ...comparison, line_items: compareLines(from.line_items, to.line_items, comparedLineFields) };
});

export * as QuoteVersions from "./versions.ts";
