import type * as z from "zod";
import { text } from "../../kernel/schema.ts";
import { hasCardNumber } from "./card-number.rules.ts";

/** A text of up to `max` characters about a payment, which must not have the number of a card. */
export const paymentText = (max: number): z.ZodString =>
  text(max).refine(
    (value) => !hasCardNumber(value),
    "Must not have a card number: card numbers are never stored. Use the last four digits",
  );
