import type { Open } from "./cells.rules.ts";
import { Purse } from "./purse.rules.ts";

/** Decimal places that weighted amounts have more than their currency: a probability is in percent. */
export const HUNDREDTHS = 2;

/** What open ones come to. */
export class Sum {
  count = 0;
  readonly value = new Purse();
  readonly weighted = new Purse();

  add({ count, currency, minor, weighted }: Open): this {
    this.count += count;
    this.value.add(currency, undefined, minor);
    this.weighted.add(currency, undefined, weighted);
    return this;
  }

  static of(cells: readonly Open[]): Sum {
    return cells.reduce((sum, cell) => sum.add(cell), new Sum());
  }
}

/** Open ones by what they have. */
export const sumsBy = <K extends string>(cells: readonly Open[], keyOf: (cell: Open) => K): Map<K, Sum> =>
  new Map([...Map.groupBy(cells, keyOf)].map(([key, of]) => [key, Sum.of(of)]));
