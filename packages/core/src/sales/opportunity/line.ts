import type * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { invalid, invalidAll } from "../../kernel/error.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { toStoredFields } from "../../kernel/schema.ts";
import { Product } from "../product/product.ts";
import { type competitorFields, lineFields, type OpportunityRecord } from "./opportunity.entity.ts";

/** The lines of an opportunity, written together with it or one by one. */

export const MAX_LINES = 100;
export const MAX_COMPETITORS = 20;

type LineInput = z.output<z.ZodObject<typeof lineFields>>;
type LineDraft = Omit<OpportunityRecord["products"][number], "id" | "total_price">;

/**
 * Builds the stored line, with the name and price of its product unless the input names them. `at` is the path of the line in the input.
 * `had` is the line that it replaces: a line may keep a product that is no longer sold.
 */
export async function build(
  given: LineInput,
  at: string,
  currency: string,
  had?: { product_id: string | null },
): Promise<LineDraft> {
  const field = (name: string): string => (at ? `${at}.${name}` : name);
  const line = toStoredFields(lineFields, given) as LineDraft;
  const wrong = LineItems.findMissingName(given, field("name"));
  if (wrong.length > 0) throw invalidAll(wrong);
  if (!given.product_id) return line;
  const [product] = await Product.priceProducts([given.product_id], { currency, quantity: line.quantity });
  if (!product)
    throw invalidAll([
      { field: field("product_id"), message: "No such product" },
      ...LineItems.findMissingName({ name: given.name }, field("name")),
    ]);
  if (!product.is_offered && product.product_id !== had?.product_id)
    throw invalid(field("product_id"), "The product is no longer sold");
  return {
    ...line,
    name: given.name ?? product.name,
    unit_price: given.unit_price === undefined ? product.unit_price : line.unit_price,
  };
}

/**
 * Requires a name on the line or on its product, for the validation after a refused request. A product that does not exist or cannot be
 * read has no name.
 */
export async function requireName(given: Partial<LineInput>, unread: ReadonlySet<string>): Promise<void> {
  const { product_id, name } = given;
  const asked = { currency: useSettings().currency, quantity: "1" };
  const [product] = product_id && !name ? await Product.priceProducts([product_id], asked) : [];
  await LineItems.requireLineName({ name, product_id: product?.product_id }, unread);
}

/** Requires at most one primary competitor. */
export function requireSinglePrimary(competitors: readonly z.output<z.ZodObject<typeof competitorFields>>[]): void {
  const primary = competitors.flatMap(({ is_primary_competitor }, at) => (is_primary_competitor ? [at] : []));
  if (primary.length > 1)
    throw invalid(`competitors[${primary[1]}].is_primary_competitor`, "Only one competitor can be the primary one");
}

export * as Line from "./line.ts";
