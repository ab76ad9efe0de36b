import type { OpenCell } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MultiCurrencySum } from "./multi-currency-sum.rules.ts";

/** Decimal places that weighted amounts have more than their currency: a probability is in percent. */
export const WEIGHTED_DECIMALS = 2;

/** What open ones come to. */
export class OpenSum {
  count = 0;
  readonly value = new MultiCurrencySum();
  readonly weighted = new MultiCurrencySum();

  /** At the latest rate, or that of a day. */
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

/** Open ones by what they have. */
export const groupSums = <K extends string>(cells: readonly OpenCell[], keyOf: (cell: OpenCell) => K): Map<K, OpenSum> =>
  new Map([...Map.groupBy(cells, keyOf)].map(([key, of]) => [key, OpenSum.from(of)]));
