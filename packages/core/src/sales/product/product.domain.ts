import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";
import { PRODUCT_CATEGORIES } from "./product.masters.ts";

export const PRODUCT = kind("product", "prd", {
  path: "/products",
  load: () => import("./product.entity.ts"),
  display: { icon: "package" },
});

export const PRICE_BOOK = kind("price_book", "prb", {
  path: "/price-books",
  load: () => import("./price-book.entity.ts"),
  display: { icon: "book-open" },
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

export const product = domain({
  name: "product",
  kinds: [PRODUCT, PRICE_BOOK, PRICE_BOOK_ENTRY],
  grants: [productGrants, priceBookGrants],
  masters: [PRODUCT_CATEGORIES],
  imports: { products: async () => (await import("./product.import.ts")).products },
  exports: {
    products: async () => (await import("./product.export.ts")).products,
    "price-books": async () => (await import("./product.export.ts")).priceBooks,
  },
  bulk: {
    product: {
      write: productGrants.write,
      remove: productGrants.write,
      load: async () => (await import("./product.ts")).Product,
    },
    price_book: {
      write: priceBookGrants.write,
      remove: priceBookGrants.write,
      load: async () => (await import("./price-book.ts")).PriceBook,
    },
  },
});
