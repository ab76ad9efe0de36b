import type * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { newId } from "../../kernel/id.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { toStoredFields } from "../../kernel/schema.ts";
import { type ProductPrice, priceProducts } from "../../sales/product/prices.ts";
import { DEAL_ITEM } from "./deal.domain.ts";
import { type Item, itemFields } from "./deal.entity.ts";

/** Items of a deal as they are stored: what is left out of one that names a product is the product's. */

export type ItemInput = z.output<z.ZodObject<typeof itemFields>>;
export type ItemRecord = z.output<typeof Item>;

const MAX_PARALLEL_READS = 8;

interface ItemOptions {
  /** Of the deal. */
  currency: string;
  /** Where the items stand in the input. */
  pathAt: (item: number) => string;
  /** The product of an item that is replaced: it may be sold no longer. */
  replacedProductId?: string | null;
}

/** Without what follows from them; all that is wrong is said at once. */
export async function buildItems(
  given: readonly ItemInput[],
  { currency, pathAt: at, replacedProductId: had = null }: ItemOptions,
): Promise<ItemRecord[]> {
  const details: ErrorDetail[] = [];
  const limited = limitConcurrency(MAX_PARALLEL_READS);
  const products = await Promise.all(given.map((item) => limited(() => loadProduct(item, currency))));
  const items = given.map((item, index): ItemRecord => {
    const [product, path] = [products[index], at(index)];
    const isGood = !item.product_id || (product && (product.is_offered || item.product_id === had));
    if (!isGood) details.push({ field: `${path}product_id`, message: product ? "It is sold no longer" : "No such product" });
    const name = item.name ?? product?.name ?? "";
    details.push(...LineItems.findMissingName(item, `${path}name`));
    const unit_price = item.unit_price === undefined ? (product?.unit_price ?? null) : item.unit_price;
    return { ...toStoredFields(itemFields, item), name, unit_price, id: newId(DEAL_ITEM), total_price: null } as ItemRecord;
  });
  if (details.length > 0) throw invalidAll(details);
  return items;
}

async function loadProduct({ product_id, quantity }: ItemInput, currency: string): Promise<ProductPrice | undefined> {
  return product_id ? (await priceProducts([product_id], { currency, quantity }))[0] : undefined;
}
