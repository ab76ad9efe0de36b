import * as z from "zod";
import * as Amount from "../../kernel/amount.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import {
  currency,
  date,
  IdInput,
  id,
  patchSchema,
  query,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { countRows } from "../../storage/read/partition-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import {
  type EntryRecord,
  entryFields,
  fields,
  PriceBookEntries,
  type PriceBookRecord,
  PriceBooks,
  Stored,
  StoredEntry,
  slotFor,
} from "./price-book.entity.ts";
import { defaultBook, MAX_ENTRIES, priceProducts } from "./prices.ts";
import { Products } from "./product.entity.ts";
import { PRODUCT } from "./product.kind.ts";
import { bookReasons, MAX_QUANTITY, priceReasons } from "./product.rules.ts";

/** Price books and their entries. */

export const Info = Stored;
export const Row = rowSchema(Stored, PriceBooks.definition.row);
export const Entry = StoredEntry.omit({ slot: true });
export const EntryRow = rowSchema(
  Entry,
  PriceBookEntries.definition.row.filter((field) => field !== "slot"),
);

const Query = listSchema(PriceBooks, {
  is_default: query.boolean().optional(),
  currency: currency().optional(),
  is_active: query.boolean().optional(),
});

export const list = fn(Query, async (input) => listRecords(PriceBooks, await listQuery(input)));

/** Builds the list query of price books. */
export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(PriceBooks, input);

/** The list definition, for exports. */
export const listDefinition = { collection: PriceBooks, query: Query, listQuery, info: Info, fields };

export const create = fn(z.strictObject(fields), async (input) => {
  const next = toStoredFields(fields, input);
  const book = Records.init(PriceBooks, validateBook({ ...next, currency: next.currency ?? useSettings().currency }));
  return retryOnConflict(async () => {
    const tx = transaction().create(PriceBooks, book);
    await defaultBook.applyChange(tx, undefined, book);
    return tx.commit(book);
  });
});

export const { get, replace, update, remove, restore } = createRecordVerbs(PriceBooks, fields, {
  async edit(current, { currency: requestedCurrency, ...changes }, tx) {
    if (requestedCurrency && requestedCurrency !== current.currency)
      throw invalid("currency", "Cannot be changed, because the prices are in this currency: create another book");
    const next = validateBook({ ...current, ...changes });
    await defaultBook.applyChange(tx, current, next);
    return next;
  },
  /** A deleted price book is no longer the default. Its entries stay, and come back with it. */
  async remove(current, tx) {
    const next = { ...current, is_default: false };
    await defaultBook.applyChange(tx, current, next);
    return next;
  },
});

function validateBook<T extends StoredFields<typeof fields>>(book: T): T {
  const details = validatePeriod(book);
  if (book.is_default && !book.is_active)
    details.push({ field: "is_default", message: "An inactive book cannot be the default" });
  if (details.length > 0) throw invalidAll(details);
  return book;
}

const validatePeriod = ({ valid_from, valid_to }: { valid_from: string | null; valid_to: string | null }): ErrorDetail[] =>
  valid_from !== null && valid_to !== null && valid_to < valid_from
    ? [{ field: "valid_to", message: "Must not be before valid_from" }]
    : [];

/** Entries of a price book. */

const EntryIdInput = IdInput.extend({ entry_id: text(64) });

const EntryQuery = listSchema(PriceBookEntries, { product: id(PRODUCT).optional() }).extend(IdInput.shape);

export const listEntries = fn(EntryQuery, async ({ id: bookId, ...input }) => {
  const book = await Records.read(PriceBooks, bookId);
  const entryQuery = buildListQuery(PriceBookEntries, input);
  return listRecords(PriceBookEntries, { ...entryQuery, filters: { ...entryQuery.filters, price_book: book.id } });
});

export const readEntry = fn(EntryIdInput, async ({ id: bookId, entry_id }) => {
  const book = await Records.read(PriceBooks, bookId);
  return requireInBook(await Records.read(PriceBookEntries, entry_id), book.id);
});

function requireInBook(entry: EntryRecord, book: string): EntryRecord {
  if (entry.price_book_id !== book) throw notFound();
  return entry;
}

export const createEntry = fn(z.strictObject({ ...entryFields, ...IdInput.shape }), async ({ id: bookId, ...input }) => {
  const book = await Records.read(PriceBooks, bookId);
  const normalizedEntry = await normalizeEntry(toStoredFields(entryFields, input), book);
  const slot = slotFor({ price_book_id: book.id, product_id: normalizedEntry.product_id });
  const entry = Records.init(PriceBookEntries, { ...normalizedEntry, price_book_id: book.id, currency: book.currency, slot });
  const count = await countRows(PriceBookEntries, [{ index: "by_rank", facets: { slot } }], MAX_ENTRIES);
  if (count >= MAX_ENTRIES)
    throw conflict(`A product can have at most ${MAX_ENTRIES} prices in a book`, [{ field: "product_id", message: "Full" }]);
  const tx = transaction()
    .create(PriceBookEntries, entry)
    .requireLive(book.id, () => notFound());
  reserveEntryKey(tx, entry);
  return tx.commit(entry);
});

export const replaceEntry = fn(z.strictObject({ ...entryFields, ...EntryIdInput.shape }), ({ id: bookId, entry_id, ...input }) =>
  editEntry(bookId, entry_id, toStoredFields(entryFields, input)),
);

export const updateEntry = fn(patchSchema(entryFields).extend(EntryIdInput.shape), ({ id: bookId, entry_id, ...patch }) =>
  editEntry(bookId, entry_id, toStoredPatch(entryFields, patch)),
);

async function editEntry(
  bookId: string,
  entry_id: string,
  changes: Partial<StoredFields<typeof entryFields>>,
): Promise<EntryRecord> {
  const book = await Records.read(PriceBooks, bookId);
  return Records.change(PriceBookEntries, entry_id, async (current, tx) => {
    requireInBook(current, book.id);
    if (changes.product_id !== undefined && changes.product_id !== current.product_id)
      throw invalid("product_id", "Cannot be changed: add a price of the other product");
    const next = await normalizeEntry({ ...current, ...changes }, book, current);
    if (entrySortKey(current) !== entrySortKey(next)) {
      tx.delete(entryKey(current));
      reserveEntryKey(tx, next);
    }
    return next;
  });
}

export const removeEntry = fn(EntryIdInput, async ({ id: bookId, entry_id }) => {
  const book = await Records.read(PriceBooks, bookId);
  return Records.remove(PriceBookEntries, entry_id, (current, tx) => {
    tx.delete(entryKey(requireInBook(current, book.id)));
    return current;
  });
});

type EntryIdentity = Pick<EntryRecord, "price_book_id" | "product_id" | "min_quantity" | "valid_from">;

const entrySortKey = ({ min_quantity, valid_from }: Pick<EntryIdentity, "min_quantity" | "valid_from">): string =>
  `${min_quantity}/${valid_from ?? ""}`;

const entryKey = (entry: EntryIdentity): Key => ({
  pk: tenantKey(useTenant(), "PRICE", entry.price_book_id, entry.product_id),
  sk: entrySortKey(entry),
});

/**
 * Reserves the quantity and first day of an entry. A product has only one price for them in a book, so of two concurrent requests one
 * fails.
 */
const reserveEntryKey = (tx: Transaction, entry: EntryRecord): Transaction =>
  tx.put(
    { ...entryKey(entry), entry_id: entry.id },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () =>
        conflict("The product already has a price from this quantity and day on", [{ field: "min_quantity", message: "Taken" }]),
    },
  );

/** Normalises an entry: the price gets the decimals of the book's currency, and the product must exist. */
async function normalizeEntry<T extends StoredFields<typeof entryFields>>(
  entry: T,
  book: PriceBookRecord,
  before?: EntryRecord,
): Promise<T> {
  const details = validatePeriod(entry);
  const resolved = await collectDetails(details, Master.resolveAll(entryFields, entry, before), entry);
  const inForm = async () => Amount.toCurrencyPrecision("unit_price", entry.unit_price, book.currency);
  const unit_price = await collectDetails(details, inForm(), entry.unit_price);
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, unit_price };
}

/** The price of a product in a book. */
export const Price = z.object({
  price_book_id: z.string(),
  product_id: z.string(),
  quantity: z.number(),
  date: z.string(),
  currency: z.string(),
  unit_price: z.string().nullable(),
  price_book_entry_id: z.string().nullable().describe("The entry of the price; null if no entry matches"),
  reason: z.enum(Object.keys(priceReasons) as [keyof typeof priceReasons]),
  book_reason: z.enum(Object.keys(bookReasons) as [keyof typeof bookReasons]).nullable(),
  message: z.string(),
});

export const resolvePrice = fn(
  IdInput.extend({
    product_id: id(PRODUCT),
    quantity: query.int(1, MAX_QUANTITY).optional().describe("Defaults to 1"),
    date: date().optional().describe("Defaults to today"),
  }),
  async ({ id: bookId, product_id, quantity = 1, date: day = today() }): Promise<z.output<typeof Price>> => {
    const book = await Records.read(PriceBooks, bookId);
    if (!(await Records.find(Products, product_id))) throw invalid("product_id", "No such product");
    const [productPrice] = await priceProducts([product_id], { currency: book.currency, quantity, day, price_book_id: book.id });
    if (!productPrice) throw notFound();
    const { unit_price, price_book_entry_id, reason, book_reason } = productPrice;
    const message = [...(book_reason ? [bookReasons[book_reason]] : []), priceReasons[reason]].join(". ");
    const priceContext = { price_book_id: book.id, product_id, quantity, date: day, currency: book.currency };
    return { ...priceContext, unit_price, price_book_entry_id, reason, book_reason, message };
  },
);

export * as PriceBook from "./price-book.ts";
