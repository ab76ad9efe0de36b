import type { Permission } from "../../kernel/permission.ts";
import type { MultiCurrencySum } from "../../sales/figures/multi-currency-sum.rules.ts";
import type { FigureData } from "./figure-data.ts";

/** A figure: the one definition of a number that operations, dashboards, KPIs and documents show (docs/analytics/figures.md). */

/**
 * Units of values. `count`: a whole number; `money`: an amount in the tenant's currency; `percent`: two decimals; `ratio`: from 0 to 1, four
 * decimals; `days`: four decimals; `months`, `hours`, `minutes`, `points`: one decimal; `rating`: 1 to 5, two decimals; `score`: −1 to 1, two decimals.
 */
export const units = [
  "count",
  "money",
  "percent",
  "ratio",
  "days",
  "months",
  "hours",
  "minutes",
  "rating",
  "points",
  "score",
] as const;
export type Unit = (typeof units)[number];

/** An amount before its conversion into the tenant's currency. */
export interface MoneyValue {
  readonly sum: MultiCurrencySum;
  /** Decimal places of the units beyond those of the currency: 2 for weighted amounts. */
  readonly finer?: number;
  /** Divides the converted amount: the number of records of an average. */
  readonly divisor?: number;
}

/** Null if the divisor is 0. */
export type ComputedValue = number | string | MoneyValue | null;

/** `owner`: a row for each owner; `period`: a row for each day, week, month, quarter or year. */
type FigureGroup = "owner" | "period";

export interface Figure {
  readonly label: string;
  readonly unit: Unit;
  readonly formula: string;
  /** The stored data from which the figure is computed. */
  readonly source: string;
  readonly example: string;
  /** The permissions of the records that are counted. Callers without one of them do not get the figure. */
  readonly access: readonly Permission[];
  /** `period`: of the days of the request; `now`: the state at the time of the request, which has no comparison. */
  readonly time: "period" | "now";
  /** How the figure can be divided into rows. */
  readonly groups: readonly FigureGroup[];
  /** A count or an amount that is a quotient or a difference of shares, so that values of parts do not add up to that of the whole. */
  readonly isQuotient?: true;
  compute(data: FigureData): Promise<ComputedValue> | ComputedValue;
}
