import * as z from "zod";
import * as Amount from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { newId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import { text, toStoredFields } from "../../kernel/schema.ts";
import { type ProductPrice, priceEach } from "../../sales/product/prices.ts";
import { matchNamedItems } from "../versioned-offer/stored-items.rules.ts";
import { type LineRecord, lineFields, MAX_LINES } from "./line.schema.ts";
import { listPrices } from "./list-prices.ts";
import type { QuoteRecord } from "./quote.entity.ts";
import { QUOTE_LINE } from "./quote.kind.ts";
import { computeTotals, isCounted } from "./totals.rules.ts";

/** Lines of a quote: builds them from input, prices them and computes the totals. */

export type LineInput = z.output<z.ZodObject<typeof lineFields>>;

/** A line of a rewritten list. */
export const ChangedLineInput = z.strictObject({
  ...lineFields,
  id: text(64).optional().describe("The stored line that it replaces. Without it, a line with the same values stays that line"),
});
type ChangedLineInput = z.output<typeof ChangedLineInput>;

/** A line before pricing: its input, and the stored line if there is one. */
export interface LineDraft {
  id: string;
  created_at: string;
  input: LineInput;
  /** The line as it was priced before. */
  previous?: LineRecord | undefined;
}

/** The fields of a quote that prices and totals depend on. */
interface PricingFrame
  extends Pick<
    QuoteRecord,
    "currency" | "price_book_id" | "quote_date" | "discount_percent" | "fixed_discount" | "shipping_amount"
  > {
  customer_id: string | null;
}

export const draftLine = (input: LineInput): LineDraft => ({ id: newId(QUOTE_LINE), created_at: Clock.now(), input: input });

/** Returns a stored line as a draft to be priced again. A price that was typed stays. */
export const redraftLine = (line: LineRecord): LineDraft => ({
  id: line.id,
  created_at: line.created_at,
  input: { ...line, unit_price: line.unit_price_is_manual ? line.unit_price : null },
  previous: line,
});

/**
 * Returns the lines of a changed quote as drafts. A line that is named by its id, or that equals a stored one, stays that line. If nothing of it changed,
 * its price does not become a typed one.
 */
export const redraftLines = (inputs: readonly ChangedLineInput[], lines: readonly LineRecord[]): LineDraft[] =>
  matchNamedItems(lineFields, inputs, lines, (index, isRepeated) => ({
    field: `line_items[${index}].id`,
    message: isRepeated ? "Another line has the same id" : "The quote has no line with this id",
  })).map((match, index) => {
    const { id: _id, ...input } = inputs[index] as ChangedLineInput;
    if (!match) return draftLine(input);
    return match.isUnchanged ? redraftLine(match.item) : { ...redraftLine(match.item), input };
  });

/** Returns whether the base price is still valid: product, quantity, day, currency and price book are unchanged. */
const isPriceKnown = ({ input, previous }: LineDraft, frame: PricingFrame, before: PricingFrame | undefined): boolean =>
  previous !== undefined &&
  before !== undefined &&
  previous.price_explanation !== null &&
  previous.product_id === input.product_id &&
  previous.quantity === input.quantity &&
  (["currency", "price_book_id", "quote_date"] as const).every((field) => frame[field] === before[field]);

type ProductFacts = Pick<ProductPrice, "name" | "category_id" | "price_book_id" | "price_book_entry_id"> & {
  base_price: string | null;
  base_reason: ProductPrice["reason"];
};

/** Returns the path of a line in the input. */
export type LinePath = (line: number) => string;
export const lineItemPath: LinePath = (line) => `line_items[${line}].`;

/**
 * Loads the product facts of each line. Only new or changed lines are looked up, or all of them without `before`. Throws one error with all faults.
 */
async function loadProductFacts(
  drafts: readonly LineDraft[],
  frame: PricingFrame,
  { before, pathAt }: { before: PricingFrame | undefined; pathAt: LinePath },
): Promise<(ProductFacts | undefined)[]> {
  const details: ErrorDetail[] = [];
  const facts = drafts.map((draft) => (isPriceKnown(draft, frame, before) ? readKnownFacts(draft) : undefined));
  const lookups = drafts.flatMap(({ input }, line) =>
    input.product_id && !facts[line] ? [{ line, product_id: input.product_id, quantity: input.quantity }] : [],
  );
  if (lookups.length > 0) {
    const { currency, price_book_id, quote_date } = frame;
    const products = await priceEach(lookups, { currency, price_book_id, day: quote_date });
    for (const [nth, { line, product_id }] of lookups.entries()) {
      const product = products[nth];
      const wasThere = drafts[line]?.previous?.product_id === product_id;
      if (!product || !(product.is_offered || wasThere))
        details.push({
          field: `${pathAt(line)}product_id`,
          message: product ? "The product is no longer sold" : "No such product",
        });
      else facts[line] = { ...product, base_price: product.unit_price, base_reason: product.reason };
    }
  }
  if (details.length > 0) throw invalidAll(details);
  return facts;
}

const readKnownFacts = ({ previous }: LineDraft): ProductFacts | undefined =>
  previous?.price_explanation
    ? { ...previous.price_explanation, name: previous.name ?? "", category_id: previous.product_category_id }
    : undefined;

interface PricedLines {
  line_items: LineRecord[];
  subtotal: string;
  discount_amount: string;
  net_amount: string;
  tax_amount: string;
  total_amount: string;
}

interface PricingOptions {
  /** The former frame: base prices that were looked up under it stay valid. If left out, all are looked up again. */
  previous?: PricingFrame | undefined;
  pathAt?: LinePath;
}

/** Returns the priced lines in order, with their explanations and totals. */
export async function priceLines(
  drafts: readonly LineDraft[],
  frame: PricingFrame,
  { previous, pathAt = lineItemPath }: PricingOptions = {},
): Promise<PricedLines> {
  if (drafts.length > MAX_LINES) throw invalid("line_items", `Must have at most ${MAX_LINES} lines`);
  const facts = await loadProductFacts(drafts, frame, { before: previous, pathAt });
  const products = drafts.flatMap(({ input }, line) => {
    const productFacts = facts[line];
    return productFacts && input.product_id
      ? [{ ...productFacts, ...input, product_id: input.product_id, isCounted: isCounted(input), line }]
      : [];
  });
  const context = { customer_id: frame.customer_id, currency: frame.currency, day: frame.quote_date };
  const prices = products.length > 0 ? await listPrices(products, context) : [];
  const priceAt = new Map(products.map(({ line }, nth) => [line, prices[nth]]));
  const details: ErrorDetail[] = [];
  const priced: UntotalledLine[] = [];
  for (const [line, draft] of drafts.entries()) {
    const linePromise = priceLine(draft, {
      facts: facts[line],
      price: priceAt.get(line),
      currency: frame.currency,
      path: pathAt(line),
    });
    priced.push({ ...(await collectDetails(details, linePromise, placeholderLine)), sequence: line + 1 });
  }
  const shipping_amount = await collectDetails(
    details,
    parseAmountIn("shipping_amount", frame.shipping_amount, frame.currency),
    "0",
  );
  const fixed_discount = await collectDetails(
    details,
    parseAmountIn("fixed_discount", frame.fixed_discount, frame.currency),
    null,
  );
  if (details.length > 0) throw invalidAll(details);
  const { lines, totals } = computeTotals(priced, { ...frame, shipping_amount, fixed_discount }, frame.currency);
  return { line_items: lines, ...totals };
}

const parseAmountIn = async <A extends string | null>(field: string, amount: A, currency: string): Promise<A> =>
  Amount.toCurrencyPrecision(field, amount, currency);

type TotalField = "gross_amount" | "discount_amount" | "allocated_discount" | "line_total" | "tax_amount";
type UntotalledLine = Omit<LineRecord, TotalField>;

/** Placeholder for a line with errors. */
const placeholderLine = {} as UntotalledLine;

interface LinePricing {
  facts: ProductFacts | undefined;
  price: Awaited<ReturnType<typeof listPrices>>[number] | undefined;
  currency: string;
  path: string;
}

async function priceLine(
  { id, created_at, input }: LineDraft,
  { facts, price, currency, path }: LinePricing,
): Promise<UntotalledLine> {
  const list_price = price?.list_price ?? null;
  const typed = await parseAmountIn(`${path}unit_price`, input.unit_price ?? null, currency);
  const unit_price = typed ?? list_price;
  if (!facts && !input.name && !input.description?.trim()) throw invalid(`${path}name`, "Required if there is no product_id");
  if (unit_price === null)
    throw invalid(
      `${path}unit_price`,
      facts ? `Required: the product has no price in ${currency}` : "Required if there is no product_id",
    );
  const line = toStoredFields(lineFields, input);
  return {
    ...line,
    name: input.name ?? facts?.name ?? null,
    id,
    sequence: 0,
    created_at,
    chosen: line.optional && line.chosen,
    unit_price,
    unit_price_is_manual: list_price === null || Money.compare(unit_price, list_price) !== 0,
    list_price,
    price_explanation: facts
      ? {
          base_price: facts.base_price,
          base_reason: facts.base_reason,
          price_book_id: facts.price_book_id,
          price_book_entry_id: facts.price_book_entry_id,
          rules: price?.applied ?? [],
        }
      : null,
    product_category_id: facts?.category_id ?? null,
  };
}

/** Normalises amounts to the decimals of the currency. `priceLines` reports amounts with too many decimals first. */
export const normalizeAmounts = ({
  shipping_amount,
  fixed_discount,
  currency,
}: Pick<PricingFrame, "shipping_amount" | "fixed_discount" | "currency">) => ({
  shipping_amount: Amount.toCurrencyPrecision("shipping_amount", shipping_amount, currency),
  fixed_discount: Amount.toCurrencyPrecision("fixed_discount", fixed_discount, currency),
});
