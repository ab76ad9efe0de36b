import { declared } from "../jobs/export/exportable.ts";
import { PriceBook } from "./price-book.ts";
import { priceBookGrants, productGrants } from "./product.domain.ts";
import { Product } from "./product.ts";

export const products = declared(Product.listed, { entity: "products", read: productGrants.read });
export const priceBooks = declared(PriceBook.listed, { entity: "price-books", read: priceBookGrants.read });
