import * as z from "zod";

/** Recency, frequency and monetary scores of customers, from 1 to 5, by quintiles over all customers with sales. */

export const dimensions = ["recency", "frequency", "monetary"] as const;
export type Dimension = (typeof dimensions)[number];

const bounds = () => z.array(z.number()).length(4);

export const Quintiles = z.object({
  as_of: z.string(),
  customers: z.number().int().describe("Number of customers whose values were used"),
  recency: bounds(),
  frequency: bounds(),
  monetary: bounds(),
});
export type Quintiles = z.output<typeof Quintiles>;

/** The customer figures from which scores are computed. */
export interface Figures {
  paid_orders_count?: number | null;
  lifetime_value?: string | null;
  last_order_at?: string | null;
}

export const figureFields = [
  "paid_orders_count",
  "lifetime_value",
  "last_order_at",
] as const satisfies readonly (keyof Figures)[];

/** Returns the values of the dimensions, in their order, where larger is better; undefined for a customer who never bought. */
export function extractValues({
  paid_orders_count,
  lifetime_value,
  last_order_at,
}: Figures): [number, number, number] | undefined {
  if (!paid_orders_count || !last_order_at) return undefined;
  return [Date.parse(last_order_at), paid_orders_count, Number(lifetime_value ?? 0)];
}

/**
 * Returns the lower bounds of the second to fifth quintile of sorted values. A value belongs to the quintile in which the share of values that are
 * not larger lies. So equal values share a quintile, and the largest value is in the last one, even with few values.
 */
export const computeBounds = (sorted: ArrayLike<number>): number[] =>
  [1, 2, 3, 4].map((fifth) => sorted[Math.floor((fifth * sorted.length) / 5)] ?? Number.POSITIVE_INFINITY);

/** Returns the quintile of a value, from 1 to 5. */
export const toFifth = (value: number, bounds: readonly number[]): number => 1 + bounds.filter((bound) => value >= bound).length;

/** Returns a customer's score; null for a customer who never bought, and before bounds exist. */
export function computeScore(dimension: Dimension, figures: Figures, quintiles: Quintiles | null): number | null {
  const values = extractValues(figures);
  return values && quintiles ? toFifth(values[dimensions.indexOf(dimension)] as number, quintiles[dimension]) : null;
}
