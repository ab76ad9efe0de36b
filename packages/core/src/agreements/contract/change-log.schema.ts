import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { amount, date, instant, oneOf } from "../../kernel/schema.ts";
import { billingFrequencies } from "./billing-plan.rules.ts";
import { changeKinds } from "./effective-figures.rules.ts";

/** Schemas for the change log that a contract stores. */

/** Maximum amendments of a contract, including deleted ones. All of them are read by key in one batch. */
export const MAX_AMENDMENTS = 100;

const Figures = personalData(
  "financial",
  z.object({
    contract_value: amount(),
    monthly_fee: amount().nullable(),
    billing_frequency: oneOf(billingFrequencies),
    payment_terms: z.string().nullable(),
    term_start_date: date(),
    end_date: date(),
  }),
);
export type StoredFigures = z.output<typeof Figures>;

/** A change of the figures that has taken effect. */
export const AppliedChange = z.object({
  kind: oneOf(changeKinds),
  number: z.number().int().describe("Amendment: its number within the contract. Renewal: the number of its term"),
  effective_date: date(),
  billed_from: date().describe(
    "Instalments from this day on follow the change: effective_date or, if later, the day of the agreement",
  ),
  applied_at: instant(),
  amendment_id: z.string().nullable().describe("null for a renewal"),
  set: Figures.partial(),
  clauses: z.array(z.string()).describe("Keys of the terms whose text has changed since"),
  is_scope: z.boolean().describe("true: the amendment changed deliverables, and lists them"),
});
export type AppliedChange = z.output<typeof AppliedChange>;

/** An amendment that is agreed by both sides but not effective yet. */
const PendingAmendment = z.object({
  amendment_id: z.string(),
  number: z.number().int(),
  effective_date: date(),
  effective_at: instant(),
});

export const changeLogFields = {
  first_agreed: Figures.nullable().describe("Figures before the first change; null: no change yet"),
  changes: personalData(
    "financial",
    z.array(AppliedChange).describe("Changes that have taken effect, in the order in which they apply"),
  ),
  amendments_ahead: personalData(
    "reference",
    z.array(PendingAmendment).describe("Agreed amendments that take effect on a later day"),
  ),
  amendment_ids: personalData(
    "reference",
    z.array(z.string()).describe("All amendments in the order of their numbers, including deleted ones"),
  ),
};

/** Values for a contract without changes. */
export const emptyChangeLog = { first_agreed: null, changes: [], amendments_ahead: [], amendment_ids: [] };
