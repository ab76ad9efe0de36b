import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { amount } from "../../kernel/schema.ts";

/** What an approval decides, in figures, as of the submission (docs/agreements/approvals.md, What the approver sees). */

/** The most changes that an approval names. */
export const MAX_CHANGES = 50;

const FigureChange = z.object({
  field: z.string().describe("The changed field; `line_items`, `deliverables` or `clauses` for a part of the record"),
  name: z.string().nullable().describe("The name of the line, deliverable or clause; null for a field of the record"),
  before: z.string().nullable().describe("null: it did not exist, or it is not a figure"),
  after: z.string().nullable().describe("null: it was removed, or it is not a figure"),
});
export type FigureChange = z.output<typeof FigureChange>;

export const DecisionFigures = personalData(
  "financial",
  z.object({
    currency: z.string(),
    total_amount: amount().nullable(),
    discount_percent: z.string().nullable().describe("Discount of all lines, against their list prices"),
    discount_amount: amount().nullable(),
    margin_amount: amount().nullable().describe("Net amount less the costs of the products; null if no cost is known"),
    margin_percent: z.string().nullable().describe("The margin as a percentage of the net amount"),
    is_margin_partial: z
      .boolean()
      .describe("true: some lines have no product with a cost in this currency, and are left out of the margin"),
    changes: z
      .array(FigureChange)
      .max(MAX_CHANGES)
      .describe("Differences from the version before, or the changes of an amendment"),
  }),
);
export type DecisionFigures = z.output<typeof DecisionFigures>;

/** The figures of a record that has an amount alone. */
export const buildPlainFigures = (
  currency: string,
  total_amount: string | null,
  changes: FigureChange[] = [],
): DecisionFigures => ({
  currency,
  total_amount,
  discount_percent: null,
  discount_amount: null,
  margin_amount: null,
  margin_percent: null,
  is_margin_partial: false,
  changes: changes.slice(0, MAX_CHANGES),
});
