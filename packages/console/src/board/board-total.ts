import { type CurrencySum, formatSums, mergeSums } from "../fields/field-sum.ts";
import { formatCount } from "../i18n/formatters.ts";
import type { Translate } from "../i18n/use-text.ts";

/** The number of records of a column, and their sums. */
export interface ColumnTotal {
  readonly count: number;
  readonly isLowerBound: boolean;
  /** Undefined: the kind has no amount. */
  readonly sums: readonly CurrencySum[] | undefined;
  readonly hasAllSums: boolean;
}

/** Writes what all columns have together: `22 · 555,325 EUR`. */
export function formatBoardTotal(totals: readonly ColumnTotal[], locale: string, t: Translate): string {
  const number = formatCount(
    totals.reduce((sum, { count }) => sum + count, 0),
    locale,
  );
  const count = totals.some(({ isLowerBound }) => isLowerBound) ? t("{count} or more", { count: number }) : number;
  const sum = formatSums(mergeSums(totals.flatMap(({ sums }) => sums ?? [])), locale);
  if (sum === "") return count;
  return `${count} · ${totals.every(({ hasAllSums }) => hasAllSums) ? sum : t("{sum} and more", { sum })}`;
}
