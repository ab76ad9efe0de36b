import * as z from "zod";
import * as Amount from "../kernel/amount.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { conflict, type Detail, gathered, invalid, invalidAll, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { currency, date, type Filled, filled, id, patched, patchOf, query, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { countRows } from "../storage/read/scan.ts";
import { rowOf } from "../storage/table/collection.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import {
  type EntryRecord,
  entryFields,
  fields,
  PriceBookEntries,
  type PriceBookRecord,
  PriceBooks,
  Stored,
  StoredEntry,
  slotOf,
} from "./price-book.entity.ts";
import { defaultBook, MOST_ENTRIES, priced } from "./prices.ts";
import { PRODUCT } from "./product.domain.ts";
import { Products } from "./product.entity.ts";
import { bookReasons, MOST_QUANTITY, reasons } from "./product.rules.ts";

/** Price books, and the prices in them (seed 001). */

export const Info = Stored;
export const Row = rowOf(Stored, PriceBooks.definition.row);
export const Entry = StoredEntry.omit({ slot: true });
export const EntryRow = rowOf(
  Entry,
  PriceBookEntries.definition.row.filter((field) => field !== "slot"),
);

const One = z.strictObject({ id: text(64) });

const Query = listSchema(PriceBooks, {
  is_default: query.boolean().optional(),
  currency: currency().optional(),
  is_active: query.boolean().optional(),
});

export const list = fn(Query, async (input) => listRecords(PriceBooks, await asked(input)));

/** What a list of price books is asked for. */
export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(PriceBooks, input);

/** What an export has to know of the list. */
export const listed = { collection: PriceBooks, query: Query, asked, info: Info, fields };

export const get = fn(One, ({ id: wanted }) => Records.read(PriceBooks, wanted));

export const create = fn(z.strictObject(fields), async (input) => {
  const next = filled(fields, input);
  const book = Records.born(PriceBooks, checked({ ...next, currency: next.currency ?? useSettings().currency }));
  return retryOnConflict(async () => {
    const tx = transaction().create(PriceBooks, book);
    await defaultBook.follow(tx, undefined, book);
    return tx.commit(book);
  });
});

export const replace = fn(z.strictObject({ ...fields, ...One.shape }), ({ id: wanted, ...input }) =>
  edit(wanted, filled(fields, input)),
);

export const update = fn(patchOf(fields).extend(One.shape), ({ id: wanted, ...patch }) => edit(wanted, patched(fields, patch)));

const edit = (wanted: string, { currency: given, ...changes }: Partial<Filled<typeof fields>>): Promise<PriceBookRecord> =>
  Records.change(PriceBooks, wanted, async (current, tx) => {
    if (given && given !== current.currency)
      throw invalid("currency", "It stays as it was made, because the prices are in it: make another book");
    const next = checked({ ...current, ...changes });
    await defaultBook.follow(tx, current, next);
    return next;
  });

/** A default is one no more; the prices in a book stay, and come back with it. */
export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(PriceBooks, wanted, async (current, tx) => {
    const next = { ...current, is_default: false };
    await defaultBook.follow(tx, current, next);
    return next;
  }),
);

export const restore = fn(One, ({ id: wanted }) => Records.restore(PriceBooks, wanted));

function checked<T extends Filled<typeof fields>>(book: T): T {
  const details = wrongSpan(book);
  if (book.is_default && !book.is_active)
    details.push({ field: "is_default", message: "A book that is not active is no default" });
  if (details.length > 0) throw invalidAll(details);
  return book;
}

const wrongSpan = ({ valid_from, valid_to }: { valid_from: string | null; valid_to: string | null }): Detail[] =>
  valid_from !== null && valid_to !== null && valid_to < valid_from ? [{ field: "valid_to", message: "Before valid_from" }] : [];

/** Prices in a book. */

const OfBook = One.extend({ entry_id: text(64) });

const EntryQuery = listSchema(PriceBookEntries, { product: id(PRODUCT).optional() }).extend(One.shape);

export const listEntries = fn(EntryQuery, async ({ id: wanted, ...input }) => {
  const book = await Records.read(PriceBooks, wanted);
  const asked = queryOf(PriceBookEntries, input);
  return listRecords(PriceBookEntries, { ...asked, filters: { ...asked.filters, price_book: book.id } });
});

export const getEntry = fn(OfBook, async ({ id: wanted, entry_id }) => {
  const book = await Records.read(PriceBooks, wanted);
  return ofBook(await Records.read(PriceBookEntries, entry_id), book.id);
});

function ofBook(entry: EntryRecord, book: string): EntryRecord {
  if (entry.price_book_id !== book) throw notFound();
  return entry;
}

export const createEntry = fn(z.strictObject({ ...entryFields, ...One.shape }), async ({ id: wanted, ...input }) => {
  const book = await Records.read(PriceBooks, wanted);
  const known = await checkedEntry(filled(entryFields, input), book);
  const slot = slotOf({ price_book_id: book.id, product_id: known.product_id });
  const entry = Records.born(PriceBookEntries, { ...known, price_book_id: book.id, currency: book.currency, slot });
  const count = await countRows(PriceBookEntries, [{ index: "by_rank", facets: { slot } }], MOST_ENTRIES);
  if (count >= MOST_ENTRIES)
    throw conflict(`A product has ${MOST_ENTRIES} prices in a book at most`, [{ field: "product_id", message: "Full" }]);
  const tx = transaction()
    .create(PriceBookEntries, entry)
    .alive(book.id, () => notFound());
  take(tx, entry);
  return tx.commit(entry);
});

export const replaceEntry = fn(z.strictObject({ ...entryFields, ...OfBook.shape }), ({ id: wanted, entry_id, ...input }) =>
  editEntry(wanted, entry_id, filled(entryFields, input)),
);

export const updateEntry = fn(patchOf(entryFields).extend(OfBook.shape), ({ id: wanted, entry_id, ...patch }) =>
  editEntry(wanted, entry_id, patched(entryFields, patch)),
);

async function editEntry(wanted: string, entry_id: string, changes: Partial<Filled<typeof entryFields>>): Promise<EntryRecord> {
  const book = await Records.read(PriceBooks, wanted);
  return Records.change(PriceBookEntries, entry_id, async (current, tx) => {
    ofBook(current, book.id);
    if (changes.product_id !== undefined && changes.product_id !== current.product_id)
      throw invalid("product_id", "It stays: add a price of the other product");
    const next = await checkedEntry({ ...current, ...changes }, book, current);
    if (nameOf(current) !== nameOf(next)) {
      tx.delete(entryKey(current));
      take(tx, next);
    }
    return next;
  });
}

export const removeEntry = fn(OfBook, async ({ id: wanted, entry_id }) => {
  const book = await Records.read(PriceBooks, wanted);
  return Records.remove(PriceBookEntries, entry_id, (current, tx) => {
    tx.delete(entryKey(ofBook(current, book.id)));
    return current;
  });
});

type Named = Pick<EntryRecord, "price_book_id" | "product_id" | "min_quantity" | "valid_from">;

const nameOf = ({ min_quantity, valid_from }: Pick<Named, "min_quantity" | "valid_from">): string =>
  `${min_quantity}/${valid_from ?? ""}`;

const entryKey = (entry: Named): Key => ({
  pk: tenantKey(useTenant(), "PRICE", entry.price_book_id, entry.product_id),
  sk: nameOf(entry),
});

/** A product has one price in a book from a quantity and a day on: of two who add it at once, one does. */
const take = (tx: Transaction, entry: EntryRecord): Transaction =>
  tx.put(
    { ...entryKey(entry), entry_id: entry.id },
    {
      condition: "attribute_not_exists(pk)",
      refused: () =>
        conflict("The product has a price from this quantity and day on", [{ field: "min_quantity", message: "Taken" }]),
    },
  );

/** A price in the form of the book's currency, of a product that is there. */
async function checkedEntry<T extends Filled<typeof entryFields>>(
  entry: T,
  book: PriceBookRecord,
  before?: EntryRecord,
): Promise<T> {
  const details = wrongSpan(entry);
  const resolved = await gathered(details, Master.resolveAll(entryFields, entry, before), entry);
  const inForm = async () => Amount.inCurrency("unit_price", entry.unit_price, book.currency);
  const unit_price = await gathered(details, inForm(), entry.unit_price);
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, unit_price };
}

/** What a product costs by a book. */
export const Price = z.object({
  price_book_id: z.string(),
  product_id: z.string(),
  quantity: z.number(),
  date: z.string(),
  currency: z.string(),
  unit_price: z.string().nullable(),
  price_book_entry_id: z.string().nullable().describe("The entry that it is of; null where none fits"),
  reason: z.enum(Object.keys(reasons) as [keyof typeof reasons]),
  book_reason: z.enum(Object.keys(bookReasons) as [keyof typeof bookReasons]).nullable(),
  message: z.string(),
});

export const price = fn(
  One.extend({
    product_id: id(PRODUCT),
    quantity: query.int(1, MOST_QUANTITY).optional().describe("1 unless told otherwise"),
    date: date().optional().describe("Today unless told otherwise"),
  }),
  async ({ id: wanted, product_id, quantity = 1, date: day = today() }): Promise<z.output<typeof Price>> => {
    const book = await Records.read(PriceBooks, wanted);
    if (!(await Records.find(Products, product_id))) throw invalid("product_id", "No such product");
    const [found] = await priced([product_id], { currency: book.currency, quantity, day, price_book_id: book.id });
    if (!found) throw notFound();
    const { unit_price, price_book_entry_id, reason, book_reason } = found;
    const message = [...(book_reason ? [bookReasons[book_reason]] : []), reasons[reason]].join(". ");
    const of = { price_book_id: book.id, product_id, quantity, date: day, currency: book.currency };
    return { ...of, unit_price, price_book_entry_id, reason, book_reason, message };
  },
);

export * as PriceBook from "./price-book.ts";
