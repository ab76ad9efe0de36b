import type * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { newId } from "../../kernel/id.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { toStoredFields } from "../../kernel/schema.ts";
import { type ProductPrice, priceProducts } from "../../sales/product/prices.ts";
import { type Item, itemFields } from "./deal.entity.ts";
import { DEAL_ITEM } from "./deal.kind.ts";

/** Builds the stored items of a deal. Name and price of an item default to those of its product. */

type ItemInput = z.output<z.ZodObject<typeof itemFields>>;
export type ItemRecord = z.output<typeof Item>;

const MAX_PARALLEL_READS = 8;

interface ItemOptions {
  /** Currency of the deal. */
  currency: string;
  /** Returns the path of an item in the input. */
  pathAt: (item: number) => string;
  /** Product of the item that is replaced. It stays allowed even if it is no longer sold. */
  replacedProductId?: string | null;
}

/** Builds items without their totals. Throws one error with all faults. */
export async function buildItems(
  inputs: readonly ItemInput[],
  { currency, pathAt, replacedProductId = null }: ItemOptions,
): Promise<ItemRecord[]> {
  const details: ErrorDetail[] = [];
  const limited = limitConcurrency(MAX_PARALLEL_READS);
  const products = await Promise.all(inputs.map((item) => limited(() => loadProduct(item, currency))));
  const items = inputs.map((item, index): ItemRecord => {
    const [product, path] = [products[index], pathAt(index)];
    const isGood = !item.product_id || (product && (product.is_offered || item.product_id === replacedProductId));
    if (!isGood)
      details.push({ field: `${path}product_id`, message: product ? "The product is no longer sold" : "No such product" });
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
