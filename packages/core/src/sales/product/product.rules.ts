import type { ErrorDetail } from "../../kernel/error.ts";

/** Pure rules of products and prices. */

export const productTypes = ["PRODUCT", "SERVICE", "PACKAGE"] as const;
type ProductType = (typeof productTypes)[number];

export const serviceTypes = [
  "SOCIAL_MEDIA",
  "SEO",
  "CONTENT_MARKETING",
  "PPC",
  "EMAIL_MARKETING",
  "ANALYTICS",
  "STRATEGY",
] as const;
export const complexities = ["LOW", "MEDIUM", "HIGH", "VERY_HIGH"] as const;

/** Fields that only services have, and packages, which may contain services. */
const serviceFields = [
  "service_type",
  "deliverables",
  "estimated_hours",
  "complexity",
  "is_recurring",
  "frequency",
  "project_duration",
] as const;

type TypedProduct = { product_type: ProductType; items: readonly unknown[] } & Record<(typeof serviceFields)[number], unknown>;

/** Lists the fields of a record that its type does not have. */
export function listMisplacedFields(product: TypedProduct): ErrorDetail[] {
  const { product_type, items } = product;
  const ofServices =
    product_type === "PRODUCT"
      ? serviceFields.filter((field) => product[field] !== null && product[field] !== undefined && product[field] !== false)
      : [];
  return [
    ...ofServices.map((field) => ({ field, message: "Only allowed for a service or a package" })),
    ...(items.length > 0 && product_type !== "PACKAGE" ? [{ field: "items", message: "Only allowed for a package" }] : []),
  ];
}

/** The most items of a package. */
export const MAX_ITEMS = 50;
/** The most levels of packages within packages, including the outermost. */
export const MAX_LEVELS = 5;
/** The most packages within a package, on all levels. Each is read, and must not change until the package is written. */
export const MAX_NESTED_PACKAGES = 40;

/** An entry: the price of a product in a book from a quantity on, between two days, both included. */
interface PriceEntry {
  unit_price: string;
  min_quantity: number;
  valid_from: string | null;
  valid_to: string | null;
  is_active: boolean;
}

/** The quantity and day for which a price is requested. */
export interface PriceQuery {
  quantity: string | number;
  day: string;
}

/** Returns the number of whole pieces that `min_quantity` is compared with. Less than one piece counts as one. */
export const toPieces = (quantity: string | number): number => Math.min(MAX_QUANTITY, Math.max(1, Math.floor(Number(quantity))));

export const MAX_QUANTITY = 1_000_000_000;

const isWithin = ({ valid_from, valid_to }: Pick<PriceEntry, "valid_from" | "valid_to">, day: string): boolean =>
  (valid_from === null || valid_from <= day) && (valid_to === null || day <= valid_to);

/** Whether an entry applies to a request. */
export const isApplicable = (entry: PriceEntry, { quantity, day }: PriceQuery): boolean =>
  entry.is_active && entry.min_quantity <= toPieces(quantity) && isWithin(entry, day);

/**
 * Finds the best entry that applies: the one with the greatest minimum quantity, and among these the latest first day. Undefined if none
 * applies.
 */
export function findBestEntry<E extends PriceEntry>(entries: readonly E[], query: PriceQuery): E | undefined {
  let best: E | undefined;
  for (const entry of entries)
    if (isApplicable(entry, query) && (best === undefined || toEntrySortKey(entry) > toEntrySortKey(best))) best = entry;
  return best;
}

const QUANTITY_DIGITS = 10;

/** Returns the sort key of an entry in its book and product: minimum quantity, then first day. */
export const toEntrySortKey = ({ min_quantity, valid_from }: Pick<PriceEntry, "min_quantity" | "valid_from">): string =>
  `${toQuantitySortKey(min_quantity)}/${valid_from ?? ""}`;

export const toQuantitySortKey = (quantity: number): string => String(quantity).padStart(QUANTITY_DIGITS, "0");

/** Explanations of a price, or of a missing price. */
export const priceReasons = {
  ENTRY: "The best matching entry of the price book",
  PRODUCT: "The product's own price: no entry of a price book matches",
  OTHER_CURRENCY: "No entry of a price book matches, and the product's own price is in another currency",
  NO_PRICE: "No entry of a price book matches, and the product has no price of its own",
} as const;
export type PriceReason = keyof typeof priceReasons;

/** Reasons for which a price book is not used. */
export const bookReasons = {
  INACTIVE: "The price book is not active",
  OTHER_DAY: "The price book is not valid on this day",
  OTHER_CURRENCY: "The price book is in another currency",
} as const;

interface Book {
  is_active: boolean;
  currency: string;
  valid_from: string | null;
  valid_to: string | null;
}

/** Returns why a book has no prices for a day and currency; undefined if it has. */
export function findBookReason(
  book: Book,
  { day, currency }: { day: string; currency: string },
): keyof typeof bookReasons | undefined {
  if (!book.is_active) return "INACTIVE";
  if (book.currency !== currency) return "OTHER_CURRENCY";
  return isWithin(book, day) ? undefined : "OTHER_DAY";
}
