import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { fn } from "../../kernel/fn.ts";
import { id, master, oneOf, outputInstant } from "../../kernel/schema.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { Product } from "../../sales/product/product.ts";
import { Counter } from "../../storage/read/counter.ts";
import { separateScope } from "../../storage/table/collection.ts";
import { AFTER_SALES_CASE } from "./after-sales.kind.ts";
import { AFTER_SALES_REASONS } from "./after-sales.masters.ts";
import { resolutions } from "./after-sales.rules.ts";
import { parseProductFigures } from "./product-figures.rules.ts";

/** How many items of a product came back, why, and what became of them. */

const quantityText = () => z.string().meta({ "x-type": "number" });

export const Info = z.object({
  product_id: id(PRODUCT),
  cases: z.number().int().describe("Cases that were not rejected or cancelled"),
  quantity: quantityText().describe("Items in these cases"),
  by_reason: z.array(
    z
      .object({
        reason_id: master(AFTER_SALES_REASONS).nullable().describe("null: no reason was given"),
        quantity: quantityText(),
      })
      .meta({ id: "AfterSalesReasonFigure" }),
  ),
  by_resolution: z.array(
    z
      .object({ resolution: oneOf(resolutions), quantity: quantityText().describe("Accepted items in resolved cases") })
      .meta({ id: "AfterSalesResolutionFigure" }),
  ),
  as_of: outputInstant().describe("The instant up to which the cases are counted"),
});

/** Reads the figures of a product from its counter, over all cases of the tenant. */
export const read = fn(z.strictObject({ product_id: id(PRODUCT) }), async ({ product_id }) => {
  await Product.get({ id: product_id });
  const scope = separateScope("product", product_id);
  const { scopes, as_of } = await Counter.read(AFTER_SALES_CASE.name, [scope]);
  return { product_id, ...parseProductFigures(scopes.get(scope) ?? {}), as_of: as_of ?? Clock.now() };
});

export * as AfterSalesFigures from "./figures.ts";
