import { type Amount, Money } from "../../kernel/money.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { computeRatio, roundAmount } from "./multi-currency-sum.rules.ts";

/**
 * Pure rules of the forecast (seed 002, `forecast_sales_revenue`). The sum of a month is exact, and rounded once in each column; a month
 * lists its own risks only, and one without anything is at risk (decisions, Sales).
 */

/** In the currency of the tenant. */
export const LOW_COVERAGE_THRESHOLD = "100000";
const [UPSIDE_FACTOR, DOWNSIDE_FACTOR] = ["1.2", "0.8"];
/** Days before a month begins by which more leads are wanted for it. */
const ACTION_LEAD_DAYS = 30;

/** What is expected of a month, and what is open at all; `period` is its first day. */
export interface MonthExpectation {
  period: string;
  weighted: Amount;
  open: Amount;
}

export function buildForecast({ period, weighted, open }: MonthExpectation, currency: string) {
  const isLow = Money.compare(weighted, LOW_COVERAGE_THRESHOLD) < 0;
  return {
    forecast_period: period,
    best_case_revenue: roundAmount(weighted, currency, UPSIDE_FACTOR),
    expected_revenue: roundAmount(weighted, currency),
    worst_case_revenue: roundAmount(weighted, currency, DOWNSIDE_FACTOR),
    pipeline_coverage_ratio: computeRatio(weighted, open),
    risk_factors: isLow
      ? [
          {
            period,
            risk_type: "low_pipeline_coverage" as const,
            severity: "high" as const,
            description: "Pipeline coverage below target threshold",
          },
        ]
      : [],
    recommended_actions: isLow
      ? [
          {
            action: "increase_lead_generation" as const,
            priority: "high" as const,
            target_date: addDays(period, -ACTION_LEAD_DAYS),
          },
        ]
      : [],
  };
}

/** The month `months` after (or, negative, before) another, `YYYY-MM`. */
export function addMonths(month: string, months: number): string {
  const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months;
  return `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;
}

/** The same day twelve months before, or the last one of that month. */
export function subtractYear(day: string): string {
  const before = `${String(Number(day.slice(0, 4)) - 1).padStart(4, "0")}${day.slice(4)}`;
  return day.endsWith("-02-29") ? `${before.slice(0, 8)}28` : before;
}
