import { PriceBook } from "@crm/core/product/price-book.ts";
import { priceBookGrants, productGrants } from "@crm/core/product/product.domain.ts";
import { Products } from "@crm/core/product/product.entity.ts";
import { Product } from "@crm/core/product/product.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exchangeRates } from "./exchange-rates.ts";
import { exporting, importing } from "./files.ts";
import { linksOf, priceBookEntryLinks, priceBookLinks } from "./links.ts";

const entry = { tag: "Price books", links: priceBookEntryLinks, output: recordOf("PriceBookEntry", PriceBook.Entry) } as const;

const operations = [
  ...crud({
    noun: "Product",
    plural: "Products",
    tag: "Products",
    path: "/products",
    read: productGrants.read,
    write: productGrants.write,
    remove: productGrants.write,
    domain: Product,
    output: recordOf("Product", Product.Info),
    row: recordOf("ProductRow", Product.Row),
    links: linksOf(Products),
  }),
  importing(
    "importProducts",
    "products",
    "Products",
    productGrants.write,
    "Each row is a product, a service or a package; one whose SKU there is already is left as it is, unless `on_duplicate` says otherwise.",
    async () => (await import("@crm/core/product/product.import.ts")).products,
  ),
  exporting(
    "exportProducts",
    "products",
    "Products",
    productGrants.read,
    Product.list.schema,
    async () => (await import("@crm/core/product/product.export.ts")).products,
  ),
  ...crud({
    noun: "PriceBook",
    plural: "PriceBooks",
    tag: "Price books",
    path: "/price-books",
    read: priceBookGrants.read,
    write: priceBookGrants.write,
    remove: priceBookGrants.write,
    domain: PriceBook,
    output: recordOf("PriceBook", PriceBook.Info),
    row: recordOf("PriceBookRow", PriceBook.Row),
    links: priceBookLinks,
  }),
  exporting(
    "exportPriceBooks",
    "price-books",
    "Price books",
    priceBookGrants.read,
    PriceBook.list.schema,
    async () => (await import("@crm/core/product/product.export.ts")).priceBooks,
  ),
  operation({
    name: "listPriceBookEntries",
    method: "GET",
    path: "/price-books/{id}/entries",
    access: priceBookGrants.read,
    summary: "List the prices in a price book",
    verb: PriceBook.listEntries,
    kind: "list",
    ...entry,
    output: recordOf("PriceBookEntryRow", PriceBook.EntryRow),
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
    verb: PriceBook.getEntry,
    kind: "record",
    ...entry,
  }),
  operation({
    name: "replacePriceBookEntry",
    method: "PUT",
    path: "/price-books/{id}/entries/{entry_id}",
    access: priceBookGrants.write,
    summary: "Replace a price in a price book",
    description: "A field that is left out is cleared.",
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
    description: "Only the fields named; `null` clears one.",
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
    summary: "Take a price out of a price book",
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
    summary: "Say what a product costs by a price book, and why",
    verb: PriceBook.price,
    output: PriceBook.Price,
  }),
] as const;

export const products = serves([...operations, ...exchangeRates], {
  uses: ["domains", "objects:uploads:put", "objects:uploads:get"],
});
