import type { OpenCell } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MultiCurrencySum } from "./multi-currency-sum.rules.ts";

/** Extra decimal places of weighted amounts: probabilities are in percent. */
export const WEIGHTED_DECIMALS = 2;

/** The number, value and weighted value of open opportunities. */
export class OpenSum {
  count = 0;
  readonly value = new MultiCurrencySum();
  readonly weighted = new MultiCurrencySum();

  /** Adds a cell, to be converted at the rate of `day`, or at the latest rate without one. */
  add({ count, currency, minor, weighted }: Pick<OpenCell, "count" | "currency" | "minor" | "weighted">, day?: string): this {
    this.count += count;
    this.value.add(currency, day, minor);
    this.weighted.add(currency, day, weighted);
    return this;
  }

  static from(cells: readonly OpenCell[]): OpenSum {
    return cells.reduce((sum, cell) => sum.add(cell), new OpenSum());
  }
}

/** Sums open cells by a key. */
export const groupSums = <K extends string>(cells: readonly OpenCell[], readKey: (cell: OpenCell) => K): Map<K, OpenSum> =>
  new Map([...Map.groupBy(cells, readKey)].map(([key, group]) => [key, OpenSum.from(group)]));
