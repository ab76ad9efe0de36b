import type * as z from "zod";
import * as Amount from "../kernel/amount.ts";
import { Clock } from "../kernel/clock.ts";
import { type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { newId } from "../kernel/id.ts";
import { Money } from "../kernel/money.ts";
import { filled } from "../kernel/schema.ts";
import { type Priced, pricedEach } from "../product/prices.ts";
import { listPrices } from "./prices.ts";
import { QUOTE_LINE } from "./quote.domain.ts";
import { type LineRecord, lineFields, MOST_LINES, type QuoteRecord } from "./quote.entity.ts";
import { counts, totalled } from "./totals.rules.ts";

/** Lines of a quote: what is written of them, with the prices that follow, and what all come to. */

export type GivenLine = z.output<z.ZodObject<typeof lineFields>>;

/** A line before it is priced: what was said of its price, and what stands of it from before. */
export interface Draft {
  id: string;
  created_at: string;
  said: GivenLine;
  /** As it was priced before. */
  had?: LineRecord | undefined;
}

/** What prices and totals of a quote go by. */
export interface Frame
  extends Pick<
    QuoteRecord,
    "currency" | "price_book_id" | "quote_date" | "discount_percent" | "fixed_discount" | "shipping_amount"
  > {
  customer_id: string | null;
}

export const drafted = (said: GivenLine): Draft => ({ id: newId(QUOTE_LINE), created_at: Clock.now(), said });

/** A line as it stands, to be priced again: a price that was typed stays. */
export const standing = (had: LineRecord): Draft => ({
  id: had.id,
  created_at: had.created_at,
  said: { ...had, unit_price: had.unit_price_is_manual ? had.unit_price : null },
  had,
});

/** Whether the price of the product has to be asked for: it was, of the same product, quantity, day, currency and book. */
const isKnown = ({ said, had }: Draft, frame: Frame, before: Frame | undefined): boolean =>
  had !== undefined &&
  before !== undefined &&
  had.price_explanation !== null &&
  had.product_id === said.product_id &&
  had.quantity === said.quantity &&
  (["currency", "price_book_id", "quote_date"] as const).every((field) => frame[field] === before[field]);

type Facts = Pick<Priced, "name" | "category_id" | "price_book_id" | "price_book_entry_id"> & {
  base_price: string | null;
  base_reason: Priced["reason"];
};

/** Where the lines stand in the input. */
export type At = (line: number) => string;
export const inItems: At = (line) => `line_items[${line}].`;

/** What each line's product says; all that is wrong is said at once. Asked for is what is new, or `afresh` all. */
async function factsOf(
  drafts: readonly Draft[],
  frame: Frame,
  { before, at }: { before: Frame | undefined; at: At },
): Promise<(Facts | undefined)[]> {
  const details: Detail[] = [];
  const facts = drafts.map((draft) => (isKnown(draft, frame, before) ? knownOf(draft) : undefined));
  const asked = drafts.flatMap(({ said }, line) =>
    said.product_id && !facts[line] ? [{ line, product_id: said.product_id, quantity: said.quantity }] : [],
  );
  if (asked.length > 0) {
    const { currency, price_book_id, quote_date } = frame;
    const products = await pricedEach(asked, { currency, price_book_id, day: quote_date });
    for (const [nth, { line, product_id }] of asked.entries()) {
      const product = products[nth];
      const wasThere = drafts[line]?.had?.product_id === product_id;
      if (!product || !(product.is_offered || wasThere))
        details.push({ field: `${at(line)}product_id`, message: product ? "It is sold no longer" : "No such product" });
      else facts[line] = { ...product, base_price: product.unit_price, base_reason: product.reason };
    }
  }
  if (details.length > 0) throw invalidAll(details);
  return facts;
}

const knownOf = ({ had }: Draft): Facts | undefined =>
  had?.price_explanation ? { ...had.price_explanation, name: had.name ?? "", category_id: had.product_category_id } : undefined;

export interface Settled {
  line_items: LineRecord[];
  subtotal: string;
  discount_amount: string;
  net_amount: string;
  tax_amount: string;
  total_amount: string;
}

interface How {
  /** As it stood: prices of products that were asked for under it are known. Left out, all are asked for. */
  before?: Frame | undefined;
  at?: At;
}

/** The lines in their order with prices and explanations, and what they come to. */
export async function settled(drafts: readonly Draft[], frame: Frame, { before, at = inItems }: How = {}): Promise<Settled> {
  if (drafts.length > MOST_LINES) throw invalid("line_items", `At most ${MOST_LINES}`);
  const facts = await factsOf(drafts, frame, { before, at });
  const products = drafts.flatMap(({ said }, line) => {
    const known = facts[line];
    return known && said.product_id ? [{ ...known, ...said, product_id: said.product_id, counts: counts(said), line }] : [];
  });
  const about = { customer_id: frame.customer_id, currency: frame.currency, day: frame.quote_date };
  const prices = products.length > 0 ? await listPrices(products, about) : [];
  const priceAt = new Map(products.map(({ line }, nth) => [line, prices[nth]]));
  const details: Detail[] = [];
  const priced: Unsettled[] = [];
  for (const [line, draft] of drafts.entries()) {
    const of = pricedLine(draft, { facts: facts[line], price: priceAt.get(line), currency: frame.currency, at: at(line) });
    priced.push({ ...(await gathered(details, of, unpriced)), sequence: line + 1 });
  }
  const shipping_amount = await gathered(details, formed("shipping_amount", frame.shipping_amount, frame.currency), "0");
  const fixed_discount = await gathered(details, formed("fixed_discount", frame.fixed_discount, frame.currency), null);
  if (details.length > 0) throw invalidAll(details);
  const { lines, totals } = totalled(priced, { ...frame, shipping_amount, fixed_discount }, frame.currency);
  return { line_items: lines, ...totals };
}

const formed = async <A extends string | null>(field: string, given: A, currency: string): Promise<A> =>
  Amount.inCurrency(field, given, currency);

type Totals = "gross_amount" | "discount_amount" | "allocated_discount" | "line_total" | "tax_amount";
type Unsettled = Omit<LineRecord, Totals>;

/** Stands for one that is refused. */
const unpriced = {} as Unsettled;

interface Pricing {
  facts: Facts | undefined;
  price: Awaited<ReturnType<typeof listPrices>>[number] | undefined;
  currency: string;
  at: string;
}

async function pricedLine({ id, created_at, said }: Draft, { facts, price, currency, at }: Pricing): Promise<Unsettled> {
  const list_price = price?.list_price ?? null;
  const typed = await formed(`${at}unit_price`, said.unit_price ?? null, currency);
  const unit_price = typed ?? list_price;
  if (!facts && !said.name && !said.description?.trim()) throw invalid(`${at}name`, "Required where no product is named");
  if (unit_price === null)
    throw invalid(
      `${at}unit_price`,
      facts ? `Required: the product has no price in ${currency}` : "Required where no product is named",
    );
  const line = filled(lineFields, said);
  return {
    ...line,
    name: said.name ?? facts?.name ?? null,
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

/** The frame in the form of its currency; what is too fine is refused by `settled`. */
export const inForm = ({ shipping_amount, fixed_discount, currency }: Frame) => ({
  shipping_amount: Amount.inCurrency("shipping_amount", shipping_amount, currency),
  fixed_discount: Amount.inCurrency("fixed_discount", fixed_discount, currency),
});
