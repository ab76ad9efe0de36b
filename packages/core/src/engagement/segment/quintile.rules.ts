import * as z from "zod";

/** Recency, frequency and monetary value of customers, from 1 to 5 by the fifths of all that have won opportunities. */

export const dimensions = ["recency", "frequency", "monetary"] as const;
export type Dimension = (typeof dimensions)[number];

const bounds = () => z.array(z.number()).length(4);

export const Quintiles = z.object({
  as_of: z.string(),
  customers: z.number().int().describe("Whose values they were made of"),
  recency: bounds(),
  frequency: bounds(),
  monetary: bounds(),
});
export type Quintiles = z.output<typeof Quintiles>;

/** The figures of a customer that these go by. */
export interface Figures {
  won_opportunities?: number | null;
  won_amount?: string | null;
  last_won_at?: string | null;
}

export const figureFields = ["won_opportunities", "won_amount", "last_won_at"] as const satisfies readonly (keyof Figures)[];

/** What is compared, the better the larger, in the order of the dimensions; nothing of who never bought. */
export function extractValues({ won_opportunities, won_amount, last_won_at }: Figures): [number, number, number] | undefined {
  if (!won_opportunities || !last_won_at) return undefined;
  return [Date.parse(last_won_at), won_opportunities, Number(won_amount ?? 0)];
}

/**
 * The least value of each fifth from the second on, of values in their order: a value is in the fifth in which the share of all
 * that are no larger lies. So equal values are in one fifth, and the largest is in the last however few there are.
 */
export const computeBounds = (sorted: ArrayLike<number>): number[] =>
  [1, 2, 3, 4].map((fifth) => sorted[Math.floor((fifth * sorted.length) / 5)] ?? Number.POSITIVE_INFINITY);

/** The fifth in which a value lies, from 1. */
export const toFifth = (value: number, bounds: readonly number[]): number => 1 + bounds.filter((bound) => value >= bound).length;

/** A customer's score; null of who never bought, and before there are bounds. */
export function computeScore(dimension: Dimension, of: Figures, quintiles: Quintiles | null): number | null {
  const values = extractValues(of);
  return values && quintiles ? toFifth(values[dimensions.indexOf(dimension)] as number, quintiles[dimension]) : null;
}
