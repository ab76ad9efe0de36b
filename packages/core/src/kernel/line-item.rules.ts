import * as z from "zod";
import { type ErrorDetail, invalidAll } from "./error.ts";
import { Money } from "./money.ts";
import { amount, name, text } from "./schema.ts";

/**
 * Line items: a quantity of something at a price. Lines are stored inside their record, so that one write keeps lines and total consistent.
 */

const decimalSchema = (pattern: RegExp, message: string, example: string) =>
  z
    .preprocess(
      (input) => (typeof input === "number" ? String(input) : input),
      z.string().regex(pattern, { error: message, abort: true }),
    )
    .meta({ "x-type": "number", examples: [example] })
    .overwrite((value) => Money.normalizeDecimal(value));

/** A quantity above 0 with up to four decimal places, because hours and metres are sold too. */
export const quantity = () =>
  decimalSchema(/^(?=.*[1-9])\d{1,9}(\.\d{1,4})?$/, 'Must be a quantity above 0, as a decimal string such as "2" or "1.5"', "2");

/** A percentage from 0 to 100 with up to two decimal places. `label` names it in error messages. */
export const percent = (label: string) =>
  decimalSchema(/^(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)$/, `Must be ${label} from 0 to 100 percent, such as "12.5"`, "12.5");

export const discountPercent = () => percent("a discount");

/** The input fields of a line, without the product. */
export const lineFields = {
  name: name(255).optional().describe("If empty, the name of the product"),
  quantity: quantity().default("1"),
  unit_price: amount().nullish(),
  discount_percent: discountPercent().default("0"),
  description: text(2000).nullish(),
};

/** Returns an error if a line has neither a name nor a product that gives it one. */
export const findMissingName = ({ product_id, name }: NamedLine, field = "name"): ErrorDetail[] =>
  product_id || name ? [] : [{ field, message: "Required if the line has no product" }];

interface NamedLine {
  product_id?: string | null | undefined;
  name?: string | undefined;
}

/** Refuses a line without a name. Skips the check if `name` could not be parsed; a product that could not be parsed counts as missing. */
export async function requireLineName(line: NamedLine, unread: ReadonlySet<string> = new Set()): Promise<void> {
  const details = unread.has("name") ? [] : findMissingName(line);
  if (details.length > 0) throw invalidAll(details);
}

export * as LineItems from "./line-item.rules.ts";
export { computeTotal, type PricedLine, sumLines } from "./line-total.rules.ts";
