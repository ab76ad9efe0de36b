import type { ErrorDetail } from "../../kernel/error.ts";

/** Pure rules of products and of what they cost. */

export const productTypes = ["PRODUCT", "SERVICE", "PACKAGE"] as const;
export type ProductType = (typeof productTypes)[number];

/** Seed 003, services_packages. */
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

/** What only services have, and packages, which may be of services. */
export const serviceFields = [
  "service_type",
  "deliverables",
  "estimated_hours",
  "complexity",
  "is_recurring",
  "frequency",
  "project_duration",
] as const;

type TypedProduct = { product_type: ProductType; items: readonly unknown[] } & Record<(typeof serviceFields)[number], unknown>;

/** What a record has that its type does not. */
export function listMisplacedFields(product: TypedProduct): ErrorDetail[] {
  const { product_type, items } = product;
  const ofServices =
    product_type === "PRODUCT"
      ? serviceFields.filter((field) => product[field] !== null && product[field] !== undefined && product[field] !== false)
      : [];
  return [
    ...ofServices.map((field) => ({ field, message: "Of a service or a package only" })),
    ...(items.length > 0 && product_type !== "PACKAGE" ? [{ field: "items", message: "Of a package only" }] : []),
  ];
}

/** What a package may be of. */
export const MAX_ITEMS = 50;
/** Packages within packages, the outermost counted. */
export const MAX_LEVELS = 5;
/** Packages within one, at whatever level: each is looked at, and held on to while one is written. */
export const MAX_NESTED_PACKAGES = 40;

/** The price of a product in a book, from a quantity on and between two days; both days are within. */
export interface PriceEntry {
  unit_price: string;
  min_quantity: number;
  valid_from: string | null;
  valid_to: string | null;
  is_active: boolean;
}

/** For what prices are asked. */
export interface PriceQuery {
  quantity: string | number;
  day: string;
}

/** The quantity that an entry must not ask more than: in whole pieces, and of less than one piece as of one. */
export const toPieces = (quantity: string | number): number => Math.min(MAX_QUANTITY, Math.max(1, Math.floor(Number(quantity))));

export const MAX_QUANTITY = 1_000_000_000;

export const isWithin = ({ valid_from, valid_to }: Pick<PriceEntry, "valid_from" | "valid_to">, day: string): boolean =>
  (valid_from === null || valid_from <= day) && (valid_to === null || day <= valid_to);

/** Whether an entry holds for what is asked. */
export const isApplicable = (entry: PriceEntry, { quantity, day }: PriceQuery): boolean =>
  entry.is_active && entry.min_quantity <= toPieces(quantity) && isWithin(entry, day);

/** Of those that hold, the one of the greatest quantity, and among these the latest; undefined where none holds. */
export function findBestEntry<E extends PriceEntry>(entries: readonly E[], asked: PriceQuery): E | undefined {
  let best: E | undefined;
  for (const entry of entries)
    if (isApplicable(entry, asked) && (best === undefined || toEntrySortKey(entry) > toEntrySortKey(best))) best = entry;
  return best;
}

const QUANTITY_DIGITS = 10;

/** The place of an entry among those of its product in its book: by the quantity, then by the first day. */
export const toEntrySortKey = ({ min_quantity, valid_from }: Pick<PriceEntry, "min_quantity" | "valid_from">): string =>
  `${toQuantitySortKey(min_quantity)}/${valid_from ?? ""}`;

export const toQuantitySortKey = (quantity: number): string => String(quantity).padStart(QUANTITY_DIGITS, "0");

/** Why a price is what it is, or why there is none. */
export const priceReasons = {
  ENTRY: "The entry of the price book that fits best",
  PRODUCT: "The product's own price: no entry of a price book fits",
  OTHER_CURRENCY: "No entry of a price book fits, and the product's own price is in another currency",
  NO_PRICE: "No entry of a price book fits, and the product has no price of its own",
} as const;
export type PriceReason = keyof typeof priceReasons;

/** Why a book is not gone by. */
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

/** Why a book says nothing of a price on a day; undefined where it does. */
export function findBookReason(
  book: Book,
  { day, currency }: { day: string; currency: string },
): keyof typeof bookReasons | undefined {
  if (!book.is_active) return "INACTIVE";
  if (book.currency !== currency) return "OTHER_CURRENCY";
  return isWithin(book, day) ? undefined : "OTHER_DAY";
}
