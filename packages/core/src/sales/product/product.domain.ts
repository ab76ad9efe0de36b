import { domain } from "../../kernel/domain.ts";
import { PRICE_BOOK, PRICE_BOOK_ENTRY, PRODUCT, priceBookGrants, productGrants } from "./product.kind.ts";
import { PRODUCT_CATEGORIES } from "./product.masters.ts";

export const product = domain({
  name: "product",
  kinds: [PRODUCT, PRICE_BOOK, PRICE_BOOK_ENTRY],
  layouts: { product: async () => (await import("./product.layout.ts")).product },
  grants: [productGrants, priceBookGrants],
  masters: [PRODUCT_CATEGORIES],
  imports: { products: async () => (await import("./product.import.ts")).products },
  features: { comments: [PRODUCT] },
  exports: {
    products: { read: productGrants.read, load: async () => (await import("./product.ts")).listDefinition },
    "price-books": { read: priceBookGrants.read, load: async () => (await import("./price-book.ts")).listDefinition },
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
