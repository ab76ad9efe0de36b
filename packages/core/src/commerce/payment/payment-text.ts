import type * as z from "zod";
import { oneLine, text } from "../../kernel/schema.ts";
import { hasCardNumber } from "./card-number.rules.ts";

const withoutCardNumber = (schema: z.ZodString): z.ZodString =>
  schema.refine(
    (value) => !hasCardNumber(value),
    "Must not have a card number: card numbers are never stored. Use the last four digits",
  );

/** A text of up to `max` characters about a payment, which must not have the number of a card. */
export const paymentText = (max: number): z.ZodString => withoutCardNumber(text(max));

/** One line about a payment, such as the id of a transaction, which must not have the number of a card. */
export const paymentLine = (max: number): z.ZodString => withoutCardNumber(oneLine(max));
