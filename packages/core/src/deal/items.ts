import type * as z from "zod";
import { type Detail, invalidAll } from "../kernel/error.ts";
import { newId } from "../kernel/id.ts";
import { Lines } from "../kernel/line.rules.ts";
import { atMost } from "../kernel/pool.ts";
import { filled } from "../kernel/schema.ts";
import { type Priced, priced } from "../product/prices.ts";
import { DEAL_ITEM } from "./deal.domain.ts";
import { type Item, itemFields } from "./deal.entity.ts";

/** Items of a deal as they are stored: what is left out of one that names a product is the product's. */

export type GivenItem = z.output<z.ZodObject<typeof itemFields>>;
export type ItemRecord = z.output<typeof Item>;

const AT_ONCE = 8;

interface Wanted {
  /** Of the deal. */
  currency: string;
  /** Where the items stand in the input. */
  at: (item: number) => string;
  /** The product of an item that is replaced: it may be sold no longer. */
  had?: string | null;
}

/** Without what follows from them; all that is wrong is said at once. */
export async function itemsOf(given: readonly GivenItem[], { currency, at, had = null }: Wanted): Promise<ItemRecord[]> {
  const details: Detail[] = [];
  const limited = atMost(AT_ONCE);
  const products = await Promise.all(given.map((item) => limited(() => productOf(item, currency))));
  const items = given.map((item, index): ItemRecord => {
    const [product, path] = [products[index], at(index)];
    const isGood = !item.product_id || (product && (product.is_offered || item.product_id === had));
    if (!isGood) details.push({ field: `${path}product_id`, message: product ? "It is sold no longer" : "No such product" });
    const name = item.name ?? product?.name ?? "";
    details.push(...Lines.wrongName(item, `${path}name`));
    const unit_price = item.unit_price === undefined ? (product?.unit_price ?? null) : item.unit_price;
    return { ...filled(itemFields, item), name, unit_price, id: newId(DEAL_ITEM), total_price: null } as ItemRecord;
  });
  if (details.length > 0) throw invalidAll(details);
  return items;
}

async function productOf({ product_id, quantity }: GivenItem, currency: string): Promise<Priced | undefined> {
  return product_id ? (await priced([product_id], { currency, quantity }))[0] : undefined;
}
