import type { Open } from "./cells.rules.ts";
import { Purse } from "./purse.rules.ts";

/** Decimal places that weighted amounts have more than their currency: a probability is in percent. */
export const HUNDREDTHS = 2;

/** What open ones come to. */
export class Sum {
  count = 0;
  readonly value = new Purse();
  readonly weighted = new Purse();

  /** At the latest rate, or that of a day. */
  add({ count, currency, minor, weighted }: Pick<Open, "count" | "currency" | "minor" | "weighted">, day?: string): this {
    this.count += count;
    this.value.add(currency, day, minor);
    this.weighted.add(currency, day, weighted);
    return this;
  }

  static of(cells: readonly Open[]): Sum {
    return cells.reduce((sum, cell) => sum.add(cell), new Sum());
  }
}

/** Open ones by what they have. */
export const sumsBy = <K extends string>(cells: readonly Open[], keyOf: (cell: Open) => K): Map<K, Sum> =>
  new Map([...Map.groupBy(cells, keyOf)].map(([key, of]) => [key, Sum.of(of)]));
