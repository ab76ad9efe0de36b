import { declareExport } from "../../platform/export/exportable.ts";
import { PriceBook } from "./price-book.ts";
import { priceBookGrants, productGrants } from "./product.kind.ts";
import { Product } from "./product.ts";

export const products = declareExport(Product.listDefinition, { entity: "products", read: productGrants.read });
export const priceBooks = declareExport(PriceBook.listDefinition, { entity: "price-books", read: priceBookGrants.read });
