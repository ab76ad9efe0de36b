import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const PRODUCT = kind("product", "prd", {
  shape: 2,
  path: "/products",
  load: () => import("./product.entity.ts"),
  display: { menu: "catalog", icon: "package" },
});

export const PRICE_BOOK = kind("price_book", "prb", {
  path: "/price-books",
  load: () => import("./price-book.entity.ts"),
  display: { menu: "catalog", icon: "book-open" },
});

/** The price of a product in a book. Its endpoints are below those of the book. */
export const PRICE_BOOK_ENTRY = kind("price_book_entry", "pbe", { load: () => import("./price-book.entity.ts") });

export const productGrants = declarePermissions("product", {
  read: everyone,
  write: leaders,
});

export const priceBookGrants = declarePermissions("price_book", {
  read: everyone,
  write: leaders,
});
