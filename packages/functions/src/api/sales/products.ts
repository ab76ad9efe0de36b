import { PriceBooks } from "@crm/core/sales/product/price-book.entity.ts";
import { PriceBook } from "@crm/core/sales/product/price-book.ts";
import { Products } from "@crm/core/sales/product/product.entity.ts";
import { PRODUCT, priceBookGrants, productGrants } from "@crm/core/sales/product/product.kind.ts";
import { Product } from "@crm/core/sales/product/product.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { exchangeRates } from "./exchange-rates.ts";

const entry = {
  tag: "Price books",
  links: linksFrom({
    self: "/price-books/{price_book_id}/entries/{id}",
    price_book: "/price-books/{price_book_id}",
    product: "/products/{product_id}",
  }),
  output: recordSchema("PriceBookEntry", PriceBook.Entry),
} as const;

const operations = [
  ...buildFollowOperations("Product", PRODUCT),
  ...crud({
    noun: "Product",
    plural: "Products",
    tag: "Products",
    path: "/products",
    read: productGrants.read,
    write: productGrants.write,
    remove: productGrants.write,
    domain: Product,
    output: recordSchema("Product", Product.Info),
    row: recordSchema("ProductRow", Product.Row),
    links: linksFor(Products),
  }),
  buildImportOperation(
    "importProducts",
    "products",
    "Products",
    productGrants.write,
    "Each row is a product, a service or a package. An existing one with the same SKU does not change, unless `on_duplicate` says otherwise.",
    async () => (await import("@crm/core/sales/product/product.import.ts")).products,
  ),
  buildExportOperation("exportProducts", "products", "Products", productGrants.read, Product.listDefinition),
  ...crud({
    noun: "PriceBook",
    plural: "PriceBooks",
    tag: "Price books",
    path: "/price-books",
    read: priceBookGrants.read,
    write: priceBookGrants.write,
    remove: priceBookGrants.write,
    domain: PriceBook,
    output: recordSchema("PriceBook", PriceBook.Info),
    row: recordSchema("PriceBookRow", PriceBook.Row),
    links: linksFor(PriceBooks),
  }),
  buildExportOperation("exportPriceBooks", "price-books", "Price books", priceBookGrants.read, PriceBook.listDefinition),
  operation({
    name: "listPriceBookEntries",
    method: "GET",
    path: "/price-books/{id}/entries",
    access: priceBookGrants.read,
    summary: "List the prices in a price book",
    verb: PriceBook.listEntries,
    kind: "list",
    ...entry,
    output: recordSchema("PriceBookEntryRow", PriceBook.EntryRow),
  }),
  operation({
    name: "createPriceBookEntry",
    method: "POST",
    path: "/price-books/{id}/entries",
    access: priceBookGrants.write,
    summary: "Add the price of a product to a price book",
    verb: PriceBook.createEntry,
    status: 201,
    kind: "record",
    ...entry,
  }),
  operation({
    name: "getPriceBookEntry",
    method: "GET",
    path: "/price-books/{id}/entries/{entry_id}",
    access: priceBookGrants.read,
    summary: "Read a price in a price book",
    verb: PriceBook.readEntry,
    kind: "record",
    ...entry,
  }),
  operation({
    name: "replacePriceBookEntry",
    method: "PUT",
    path: "/price-books/{id}/entries/{entry_id}",
    access: priceBookGrants.write,
    summary: "Replace a price in a price book",
    description: "Omitted fields are cleared.",
    writes: "entry_id",
    verb: PriceBook.replaceEntry,
    kind: "record",
    ...entry,
  }),
  operation({
    name: "updatePriceBookEntry",
    method: "PATCH",
    path: "/price-books/{id}/entries/{entry_id}",
    access: priceBookGrants.write,
    summary: "Change fields of a price in a price book",
    description: "Changes only the named fields; `null` clears one.",
    writes: "entry_id",
    verb: PriceBook.updateEntry,
    kind: "record",
    ...entry,
  }),
  operation({
    name: "deletePriceBookEntry",
    method: "DELETE",
    path: "/price-books/{id}/entries/{entry_id}",
    access: priceBookGrants.write,
    summary: "Remove a price from a price book",
    writes: "entry_id",
    verb: PriceBook.removeEntry,
    kind: "record",
    ...entry,
  }),
  operation({
    name: "getPriceBookPrice",
    method: "GET",
    path: "/price-books/{id}/price",
    tag: "Price books",
    access: priceBookGrants.read,
    summary: "Calculate the price of a product in a price book, with an explanation",
    verb: PriceBook.resolvePrice,
    output: PriceBook.Price,
  }),
] as const;

export const products = defineApiFunction([...operations, ...exchangeRates], {
  uses: ["domains", "objects:uploads:put", "objects:uploads:get"],
});
