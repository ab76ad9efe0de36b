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
 * Builds the stored line, with the name and price of its product unless the input names them. `path` is the path of the line in the input.
 * `currentLine` is the line that it replaces: a line may keep a product that is no longer sold.
 */
export async function build(
  input: LineInput,
  path: string,
  currency: string,
  currentLine?: { product_id: string | null },
): Promise<LineDraft> {
  const field = (name: string): string => (path ? `${path}.${name}` : name);
  const line = toStoredFields(lineFields, input) as LineDraft;
  const errors = LineItems.findMissingName(input, field("name"));
  if (errors.length > 0) throw invalidAll(errors);
  if (!input.product_id) return line;
  const [product] = await Product.priceProducts([input.product_id], { currency, quantity: line.quantity });
  if (!product)
    throw invalidAll([
      { field: field("product_id"), message: "No such product" },
      ...LineItems.findMissingName({ name: input.name }, field("name")),
    ]);
  if (!product.is_offered && product.product_id !== currentLine?.product_id)
    throw invalid(field("product_id"), "The product is no longer sold");
  return {
    ...line,
    name: input.name ?? product.name,
    unit_price: input.unit_price === undefined ? product.unit_price : line.unit_price,
  };
}

/**
 * Requires a name on the line or on its product, for the validation after a refused request. A product that does not exist or cannot be
 * read has no name.
 */
export async function requireName(input: Partial<LineInput>, unread: ReadonlySet<string>): Promise<void> {
  const { product_id, name } = input;
  const priceRequest = { currency: useSettings().currency, quantity: "1" };
  const [product] = product_id && !name ? await Product.priceProducts([product_id], priceRequest) : [];
  await LineItems.requireLineName({ name, product_id: product?.product_id }, unread);
}

/** Requires at most one primary competitor. */
export function requireSinglePrimary(competitors: readonly z.output<z.ZodObject<typeof competitorFields>>[]): void {
  const primary = competitors.flatMap(({ is_primary_competitor }, index) => (is_primary_competitor ? [index] : []));
  if (primary.length > 1)
    throw invalid(`competitors[${primary[1]}].is_primary_competitor`, "Only one competitor can be the primary one");
}

export * as Line from "./line.ts";
