import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "products: the last product to claim a SKU gets it",
    at: "product/product#moveSku",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/sales/product/product.test.ts",
  },
  {
    name: "products: a nested package can change while its outer package is written",
    at: "product/product#edit",
    change: edit("tx.requireUnchanged(nestedPackage)", "void nestedPackage"),
    tests: "test/sales/product/product.test.ts",
  },
  {
    name: "products: a product can have two prices for the same quantity and day",
    at: "product/price-book#reserveEntryKey",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/sales/product/product.test.ts",
  },
];
