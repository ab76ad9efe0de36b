import { limitConcurrency } from "../../kernel/concurrency.ts";
import { today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { DefaultRecord } from "../../storage/write/default-record.ts";
import { Records } from "../../storage/write/records.ts";
import { type EntryRecord, PriceBookEntries, type PriceBookRecord, PriceBooks, slotFor } from "./price-book.entity.ts";
import { type ProductRecord, Products } from "./product.entity.ts";
import {
  type bookReasons,
  findBookReason,
  isApplicable,
  type PriceQuery,
  type PriceReason,
  toPieces,
  toQuantitySortKey,
} from "./product.rules.ts";

/** Prices of products: the best entry of a price book, or else the product's own price. */

/** The most entries of one product in one book. */
export const MAX_ENTRIES = 200;
/** Entries that one query reads. The search ends at the first entry that applies, which usually is the first one. */
const CHUNK_SIZE = 25;
const MAX_CONCURRENCY = 8;
/** The most products of one call. */
const MAX_PRODUCTS = 500;

/** The default price book of each currency. */
export const defaultBook = new DefaultRecord(PriceBooks, {
  keyPart: "PRICEBOOK",
  group: ({ currency }) => currency,
  noun: "book",
});

/** Returns the partition with the entries of a product in a book up to a quantity, the best entry last. */
const entryPartition = (slot: string, quantity: string | number) => ({
  index: "by_rank" as const,
  facets: { slot },
  to: toQuantitySortKey(toPieces(quantity)),
});

/** Finds the entry of a product in a book that applies. One query, which ends at the first entry that does. */
async function findEntry(price_book_id: string, product_id: string, query: PriceQuery): Promise<EntryRecord | undefined> {
  let count = 0;
  for await (const row of queryPartitions(
    PriceBookEntries,
    [entryPartition(slotFor({ price_book_id, product_id }), query.quantity)],
    {
      order: "desc",
      after: undefined,
      chunk: CHUNK_SIZE,
    },
  )) {
    const entry = PriceBookEntries.fromRow(row);
    if (isApplicable(entry, query)) return entry;
    if (++count >= MAX_ENTRIES) break;
  }
  return undefined;
}

export interface ProductPrice {
  product_id: string;
  name: string;
  sku: string | null;
  product_type: ProductRecord["product_type"];
  category_id: string | null;
  family: string | null;
  /** Whether the product may be added to other records. A deleted or inactive product keeps its name for records that already have it. */
  is_offered: boolean;
  /** With the decimals of the requested currency. */
  unit_price: string | null;
  currency: string;
  price_book_id: string | null;
  price_book_entry_id: string | null;
  reason: PriceReason;
  /** Why the named or default book is not used. */
  book_reason: keyof typeof bookReasons | null;
}

interface PriceRequest {
  currency: string;
  /** The default is today. */
  day?: string | undefined;
  /** The default is the default book of the currency. */
  price_book_id?: string | null | undefined;
}

/**
 * Returns the name and price of each of these products, in their order; undefined if the tenant has no such product. An unknown
 * `price_book_id` is a VALIDATION_ERROR.
 */
export const priceProducts = (
  product_ids: readonly string[],
  { quantity = 1, ...request }: PriceRequest & { quantity?: string | number },
): Promise<(ProductPrice | undefined)[]> =>
  priceEach(
    product_ids.map((product_id) => ({ product_id, quantity })),
    request,
  );

/** Prices products like `priceProducts`, each with a quantity of its own. */
export async function priceEach(
  items: readonly { product_id: string; quantity: string | number }[],
  { currency, day = today(), price_book_id }: PriceRequest,
): Promise<(ProductPrice | undefined)[]> {
  if (items.length > MAX_PRODUCTS) throw new RangeError(`At most ${MAX_PRODUCTS} products are allowed`);
  const ids = items.map(({ product_id }) => product_id);
  const [products, book] = await Promise.all([Records.loadMany(Products, ids), findBook(price_book_id, currency)]);
  const book_reason = (book && findBookReason(book, { day, currency })) ?? null;
  const limited = limitConcurrency(MAX_CONCURRENCY);
  return Promise.all(
    items.map(async ({ quantity }, index) => {
      const product = products[index];
      if (!product) return undefined;
      const entry = book && !book_reason ? await limited(() => findEntry(book.id, product.id, { quantity, day })) : undefined;
      const { name, sku, product_type, category_id, family } = product;
      return {
        product_id: product.id,
        ...{ name, sku, product_type, category_id, family },
        is_offered: product.is_active && !product.deleted_at,
        ...chooseUnitPrice(product, entry, currency),
        currency,
        price_book_id: entry?.price_book_id ?? null,
        price_book_entry_id: entry?.id ?? null,
        book_reason,
      };
    }),
  );
}

function chooseUnitPrice(
  product: ProductRecord,
  entry: EntryRecord | undefined,
  currency: string,
): { unit_price: string | null; reason: PriceReason } {
  if (entry) return { unit_price: entry.unit_price, reason: "ENTRY" };
  if (product.unit_price === null) return { unit_price: null, reason: "NO_PRICE" };
  if (product.currency !== currency) return { unit_price: null, reason: "OTHER_CURRENCY" };
  return { unit_price: product.unit_price, reason: "PRODUCT" };
}

async function findBook(bookId: string | null | undefined, currency: string): Promise<PriceBookRecord | undefined> {
  if (bookId) {
    const book = await Records.find(PriceBooks, bookId);
    if (!book) throw invalid("price_book_id", "No such price book");
    return book;
  }
  const holder = await defaultBook.findId(currency);
  return holder === undefined ? undefined : Records.find(PriceBooks, holder);
}
