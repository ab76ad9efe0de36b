import { ANY_VALUE, type Cell, OTHER_VALUES } from "../../platform/daily-figures/counter-cells.rules.ts";
import { Tally } from "../../sales/figures/stats.rules.ts";
import { NONE } from "../../storage/table/collection.ts";

/** Opportunities by a property of their products (docs/analytics/figures.md). Pure. */

export const productGroups = ["product", "product_line", "product_category"] as const;
export type ProductGroup = (typeof productGroups)[number];

/**
 * Sums the cells of products by a key. `cells` are those of products, `totals` those of all opportunities: what has no line, a line without a product,
 * or a product without a key is under `none`; products of an opportunity beyond those that are counted apart are under `other`.
 */
export function tallyProducts(
  cells: readonly Cell[],
  totals: readonly Cell[],
  findKey: (product: string) => string | null | undefined,
  baseCurrency: string,
): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const tallyOf = (key: string): Tally => {
    const tally = tallies.get(key) ?? new Tally();
    tallies.set(key, tally);
    return tally;
  };
  const withLines = new Tally();
  for (const cell of cells) {
    if (cell.value === ANY_VALUE) withLines.add(cell, baseCurrency);
    else tallyOf(cell.value === OTHER_VALUES ? OTHER_VALUES : findKey(cell.value) || NONE).add(cell, baseCurrency);
  }
  const none = tallyOf(NONE);
  for (const cell of totals) none.add(cell, baseCurrency);
  none.join(withLines, -1);
  return new Map([...tallies].filter(([, { count }]) => count.open !== 0 || count.won !== 0 || count.lost !== 0));
}
