import { Money } from "../../kernel/money.ts";
import { Product } from "../../sales/product/product.ts";
import { Records } from "../../storage/write/records.ts";
import { type DecisionFigures, type FigureChange, MAX_CHANGES } from "../approval/decision-figures.ts";
import { compareFields, compareLines } from "../versioned-offer/comparison.rules.ts";
import { computeMargin } from "./margin.rules.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";

/** What the approver of a quote decides, in figures: total, discount, margin, and what differs from the version before. */

const comparedFields = [
  "total_amount",
  "net_amount",
  "discount_amount",
  "shipping_amount",
  "expiration_date",
  "payment_terms",
  "delivery_terms",
] as const;

export async function buildQuoteFigures(quote: QuoteRecord, discountPercent: string): Promise<DecisionFigures> {
  const { currency, line_items, total_amount, discount_amount } = quote;
  const [costs, changes] = await Promise.all([loadCosts(quote), listChanges(quote)]);
  return {
    ...{ currency, total_amount, discount_amount, discount_percent: discountPercent },
    ...computeMargin(line_items, costs, Money.currencyDecimals(currency)),
    changes: changes.slice(0, MAX_CHANGES),
  };
}

/** Returns the costs of the products of the lines that are in the currency of the quote. */
async function loadCosts({ line_items, currency }: QuoteRecord): Promise<Map<string, string>> {
  const ids = new Set(line_items.flatMap(({ product_id }) => product_id ?? []));
  const products = await Product.loadMany([...ids]);
  return new Map(
    products.flatMap((product) => (product?.cost && product.currency === currency ? [[product.id, product.cost] as const] : [])),
  );
}

async function listChanges(quote: QuoteRecord): Promise<FigureChange[]> {
  const previous = quote.previous_version_id === null ? undefined : await Records.load(Quotes, quote.previous_version_id);
  if (!previous) return [];
  const fields = compareFields(previous, quote, comparedFields).map(({ field, from, to }) => ({
    ...{ field, name: null, before: from, after: to },
  }));
  const lines = compareLines(previous.line_items, quote.line_items, ["line_total", "quantity", "unit_price", "discount_percent"]);
  const total = (version: QuoteRecord, id: string): string | null =>
    version.line_items.find((line) => line.id === id)?.line_total ?? null;
  return [
    ...fields,
    ...lines.map(({ line_id, name }) => ({
      ...{ field: "line_items", name, before: total(previous, line_id), after: total(quote, line_id) },
    })),
  ];
}
