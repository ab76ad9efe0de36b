import { divide } from "./rounding.rules.ts";

/** The overall health of the operation, from 0 to 100 (docs/analytics/figures.md). Pure. */

interface HealthFacts {
  rated: number;
  stars: number;
  won: number;
  resolved: number;
  resolution_minutes: number;
  /** Conversions of active campaigns in percent of their clicks; null without clicks. */
  conversion_rate: string | null;
}

const MAX_STARS = 5;
const FAST_MINUTES = 24 * 60;
const [RATING_POINTS, WIN_POINTS, FAST_POINTS, SLOW_POINTS, CONVERSION_POINTS] = [25, 30, 20, 10, 25];
/** The conversion rate, in percent, from which on campaigns get all points. */
const FULL_CONVERSION_RATE = 10;

/** Adds up the points of the four parts, with one decimal. Ratings and the conversion rate are exact until the sum is rounded. */
export function computeHealth(facts: HealthFacts): number | null {
  const { rated, stars, won, resolved, resolution_minutes, conversion_rate } = facts;
  const rate = Math.min(Number(conversion_rate ?? 0), FULL_CONVERSION_RATE);
  const isFast = resolved > 0 && resolution_minutes < resolved * FAST_MINUTES;
  const base = (won > 0 ? WIN_POINTS : 0) + (isFast ? FAST_POINTS : SLOW_POINTS);
  // Everything above one divisor, so that the sum is rounded once. Rates have two decimals.
  const divisor = Math.max(rated, 1) * MAX_STARS * FULL_CONVERSION_RATE * 100;
  const ratingPart = rated === 0 ? 0 : stars * RATING_POINTS * FULL_CONVERSION_RATE * 100;
  const ratePart = Math.round(rate * 100) * CONVERSION_POINTS * Math.max(rated, 1) * MAX_STARS;
  return divide(base * divisor + ratingPart + ratePart, divisor, { decimals: 1 });
}
