import { findBestEntry, findBookReason } from "@crm/core/sales/product/product.rules.ts";

/** Rules of the prices in price books. */

export interface PriceEntry {
  readonly id: string;
  readonly version?: number;
  readonly product_id: string;
  readonly unit_price: string;
  readonly min_quantity: number;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly is_active: boolean;
}

interface PricedProduct {
  readonly unit_price: string | null;
  readonly currency: string;
}

interface Book {
  readonly is_active: boolean;
  readonly currency: string;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
}

/** Returns what one piece of a product costs on a day by a price book, as the API does. Null: the book and the product have no price. */
export function findPrice(product: PricedProduct, book: Book, entries: readonly PriceEntry[], day: string): string | null {
  const isUsed = findBookReason(book, { day, currency: book.currency }) === undefined;
  const entry = isUsed ? findBestEntry(entries, { quantity: 1, day }) : undefined;
  return entry?.unit_price ?? (product.currency === book.currency ? product.unit_price : null);
}

/** A price that is not saved yet. */
export interface NewEntry {
  readonly product_id: string | null;
  readonly unit_price: string | null;
  readonly min_quantity: number;
}

export const emptyEntry: NewEntry = { product_id: null, unit_price: null, min_quantity: 1 };

/** Returns the first message for a field, or that of the whole request. */
export const findMessage = (
  errors: Readonly<Record<string, string>>,
  form: string | undefined,
): { readonly field: string; readonly message: string } | undefined => {
  const [first] = Object.entries(errors);
  if (first) return { field: first[0], message: first[1] };
  return form === undefined ? undefined : { field: "", message: form };
};
