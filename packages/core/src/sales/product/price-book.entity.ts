import * as z from "zod";
import { createHelp } from "../../kernel/create-help.ts";
import { amount, currency, date, id, name, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords, textSortKey } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { PRICE_BOOK, PRICE_BOOK_ENTRY, PRODUCT } from "./product.kind.ts";
import { MAX_QUANTITY, toEntrySortKey } from "./product.rules.ts";

export const fields = {
  name: name(100),
  description: text(1000).nullish(),
  is_default: z
    .boolean()
    .default(false)
    .describe("Used if no book is named. Each currency has one default book; setting this replaces the previous one"),
  currency: currency()
    .nullish()
    .describe("Currency of all its prices; cannot be changed")
    .meta(createHelp("Default: the tenant's currency")),
  is_active: z.boolean().default(true),
  valid_from: date().nullish(),
  valid_to: date().nullish().describe("Last day"),
};

export const Stored = z.object({ ...toStoredShape(fields), currency: currency() });

export type PriceBookRecord = z.output<typeof Stored> & BaseRecord;

export const PriceBooks = new Collection<PriceBookRecord>({
  kind: PRICE_BOOK,
  schema: Stored,
  personalData: { purpose: "Hold prices by market." },
  row: ["name", "is_default", "currency", "is_active", "valid_from", "valid_to"],
  links: { below: ["entries"] },
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("is_active"),
    by_class: indexBy("currency"),
    by_outcome: indexBy("is_default"),
    by_rank: sortedIndexBy((book) => textSortKey(book.name)),
  },
  filters: {
    is_default: { index: "by_outcome", field: "is_default" },
    currency: { index: "by_class", field: "currency" },
    is_active: { index: "by_status", field: "is_active" },
  },
  sorts: { name: "by_rank" },
  searchWords: (book) => textSearchWords(book.name),
});

export const entryFields = {
  product_id: id(PRODUCT),
  unit_price: amount(),
  min_quantity: z.number().int().min(1).max(MAX_QUANTITY).default(1).describe("Minimum number of pieces"),
  valid_from: date().nullish(),
  valid_to: date().nullish().describe("Last day"),
  is_active: z.boolean().default(true),
};

export const StoredEntry = z.object({
  price_book_id: id(PRICE_BOOK),
  ...toStoredShape(entryFields),
  currency: currency().describe("Currency of the book"),
  slot: z.string(),
});

export type EntryRecord = z.output<typeof StoredEntry> & BaseRecord;

/** Returns the key by which the prices of a product in a book are found. */
export const slotFor = ({ price_book_id, product_id }: { price_book_id: string; product_id: string }): string =>
  `${price_book_id}-${product_id}`;

export const PriceBookEntries = new Collection<EntryRecord>({
  kind: PRICE_BOOK_ENTRY,
  schema: StoredEntry,
  personalData: { purpose: "Hold the price of a product in a price book." },
  row: ["price_book_id", "product_id", "unit_price", "min_quantity", "valid_from", "valid_to", "is_active", "currency", "slot"],
  indexes: {
    by_time: indexBy(),
    by_related: indexBy("price_book_id"),
    by_class: indexBy("product_id"),
    by_rank: sortedIndexBy<EntryRecord>(toEntrySortKey, "slot"),
  },
  filters: {
    price_book: { index: "by_related", field: "price_book_id", hasOwnCounters: true },
    product: { index: "by_class", field: "product_id", hasOwnCounters: true },
  },
  internal: ["slot"],
});
