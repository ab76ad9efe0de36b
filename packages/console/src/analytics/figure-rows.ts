import type { RowRequest } from "./row-links.ts";

/** The requests of the rows behind the figures of an answer. */

interface FigureWithRows {
  readonly name: string;
  readonly opens?: readonly RowRequest[];
}

/** Returns the function that finds the requests of the rows behind a figure. */
export const createRowFinder =
  ({ figures }: { readonly figures: readonly FigureWithRows[] }) =>
  (name: string): readonly RowRequest[] =>
    figures.find((figure) => figure.name === name)?.opens ?? [];
