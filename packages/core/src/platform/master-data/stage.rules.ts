import { invalid } from "../../kernel/error.ts";

/** Pure rules of opportunity stages. */

/** How far the forecast counts opportunities in a stage. */
export const forecastCategories = ["PIPELINE", "BEST_CASE", "COMMIT", "CLOSED", "OMITTED"] as const;
export type ForecastCategory = (typeof forecastCategories)[number];

/** Fields that a stage can require of its opportunities. */
export const requirableFields = [
  "amount",
  "close_date",
  "competitors",
  "contact_id",
  "customer_id",
  "description",
  "lead_source_id",
  "next_step",
  "next_step_date",
  "products",
  "territory_id",
  "type",
] as const;
export type RequirableField = (typeof requirableFields)[number];

/**
 * Conditions for leaving a stage: the opportunity has a contact, a line item, a competitor or a next step, or an activity since it entered the stage.
 */
export const exitChecks = ["HAS_CONTACT", "HAS_PRODUCTS", "HAS_COMPETITOR", "HAS_NEXT_STEP", "HAS_ACTIVITY"] as const;
export type ExitCheck = (typeof exitChecks)[number];

export interface Stage {
  /** Percent. */
  probability: number;
  forecast_category: ForecastCategory;
  is_closed: boolean;
  is_won: boolean;
}

/** Returns the fields of a closed stage. */
export const buildClosedStage = (is_won: boolean): Stage => ({
  probability: is_won ? 100 : 0,
  forecast_category: is_won ? "CLOSED" : "OMITTED",
  is_closed: true,
  is_won,
});

/**
 * Returns the stage with the fields that follow from being closed. Whether a stage is closed or won never changes, because opportunities in it keep
 * their outcome.
 */
export function normalizeStage<S extends Partial<Stage>>(stage: S, before?: Partial<Stage>): S {
  for (const field of ["is_closed", "is_won"] as const)
    if (before && before[field] !== stage[field]) throw invalid(field, "Cannot be changed: create another stage");
  if (stage.is_closed) return { ...stage, ...buildClosedStage(stage.is_won ?? false) };
  if (stage.is_won) throw invalid("is_won", "Only allowed for a closed stage");
  if (stage.forecast_category === "CLOSED") throw invalid("forecast_category", "Only allowed for a closed stage");
  return stage;
}
