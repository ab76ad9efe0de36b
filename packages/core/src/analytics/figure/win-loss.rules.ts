import type { Cell } from "../../platform/daily-figures/counter-cells.rules.ts";
import { groupTallies, Tally } from "../../sales/figures/stats.rules.ts";
import { NONE } from "../../storage/table/collection.ts";

/** Closed opportunities by the reason for which they were won or lost (docs/analytics/figures.md). Pure. */

/**
 * Sums closed opportunities by reason. `cells` are those of reasons, `totals` those of all opportunities; the rest of the totals has no reason and
 * is under `none`. Reasons without opportunities are left out.
 */
export function tallyReasons(cells: readonly Cell[], totals: readonly Cell[], baseCurrency: string): Map<string, Tally> {
  const tallies = groupTallies(cells, baseCurrency, ({ value }) => value);
  const rest = new Tally();
  for (const cell of totals) rest.add(cell, baseCurrency);
  for (const tally of tallies.values()) rest.join(tally, -1);
  tallies.set(NONE, rest);
  return new Map([...tallies].filter(([, { count }]) => count.won !== 0 || count.lost !== 0));
}

/** Sorts reasons: those with most closed opportunities first. */
export const sortReasons = (tallies: ReadonlyMap<string, Tally>): [string, Tally][] => {
  const measure = ({ count }: Tally): number => count.won + count.lost;
  return [...tallies].sort(([a, left], [b, right]) => measure(right) - measure(left) || (a < b ? -1 : 1));
};
