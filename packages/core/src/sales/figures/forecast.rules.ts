import { type Amount, Money } from "../../kernel/money.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { computeRatio, roundAmount } from "./multi-currency-sum.rules.ts";

/**
 * Pure rules of the forecast. The sum of a month is exact, and each column is rounded once. A month lists only its own risks. A month
 * without any revenue is at risk.
 */

/** In the tenant's currency. */
const LOW_COVERAGE_THRESHOLD = "100000";
const [UPSIDE_FACTOR, DOWNSIDE_FACTOR] = ["1.2", "0.8"];
/** Days before a month begins by which its recommended action is due. */
const ACTION_LEAD_DAYS = 30;

/** The weighted and the open amounts of a month; `period` is its first day. */
interface MonthExpectation {
  period: string;
  weighted: Amount;
  open: Amount;
  /** A month that is over has no risks and no recommended actions. */
  isPast?: boolean;
}

export function buildForecast({ period, weighted, open, isPast = false }: MonthExpectation, currency: string) {
  const isLow = !isPast && Money.compare(weighted, LOW_COVERAGE_THRESHOLD) < 0;
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

/** Adds months to a month (`YYYY-MM`); `months` may be negative. */
export function addMonths(month: string, months: number): string {
  const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months;
  return `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;
}

/** Returns the same day one year earlier; 29 February becomes 28 February. */
export function subtractYear(day: string): string {
  const before = `${String(Number(day.slice(0, 4)) - 1).padStart(4, "0")}${day.slice(4)}`;
  return day.endsWith("-02-29") ? `${before.slice(0, 8)}28` : before;
}
