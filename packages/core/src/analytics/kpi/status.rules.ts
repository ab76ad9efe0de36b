import { type Amount, Money } from "../../kernel/money.ts";
import type { DayRange } from "../../kernel/period.ts";
import { daysBetween } from "../../kernel/time-zone.ts";

/** The status of a KPI (docs/analytics/kpis.md). Pure. */

export const directions = ["HIGHER", "LOWER"] as const;
type Direction = (typeof directions)[number];

export const statuses = ["ON_TRACK", "AT_RISK", "BEHIND"] as const;
type Status = (typeof statuses)[number];

/** A value is at risk from this percentage of the expectation on, or up to its inverse if lower is better. */
const AT_RISK_PERCENT = 80;
const EXACT_DECIMALS = 20;

const toExact = (value: Amount | number): Amount => Money.convert(Money.normalizeDecimal(value), 1, EXACT_DECIMALS);

interface Progress {
  target: Amount;
  range: DayRange;
  today: string;
  /** Whether the value grows from day to day, as a sum does. The expectation of other figures is the target on each day. */
  accumulates: boolean;
}

/**
 * Returns the value that is expected at the end of today, exactly: target × days that began ÷ days of the period. After the period it is the
 * target, before it 0.
 */
export function computeExpectation({ target, range, today, accumulates }: Progress): Amount {
  if (!accumulates || today >= range.to) return toExact(target);
  if (today < range.from) return toExact(0);
  const [elapsed, whole] = [daysBetween(range.from, today) + 1, daysBetween(range.from, range.to) + 1];
  return Money.divide(Money.convert(toExact(target), elapsed, EXACT_DECIMALS), whole);
}

/** Compares a value with its expectation. */
export function computeStatus(value: Amount | number, expected: Amount, direction: Direction): Status {
  const [reached, hundred] = [Money.convert(toExact(value), 100, EXACT_DECIMALS), Money.convert(expected, 100, EXACT_DECIMALS)];
  if (direction === "HIGHER") {
    if (Money.compare(reached, hundred) >= 0) return "ON_TRACK";
    return Money.compare(reached, Money.convert(expected, AT_RISK_PERCENT, EXACT_DECIMALS)) >= 0 ? "AT_RISK" : "BEHIND";
  }
  if (Money.compare(reached, hundred) <= 0) return "ON_TRACK";
  const limited = Money.convert(toExact(value), AT_RISK_PERCENT, EXACT_DECIMALS);
  return Money.compare(limited, hundred) <= 0 ? "AT_RISK" : "BEHIND";
}
