import { type CurrencySum, formatSums, mergeSums } from "../fields/field-sum.ts";
import { formatTotal } from "../i18n/formatters.ts";
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
  const total = totals.reduce((sum, { count }) => sum + count, 0);
  const isLowerBound = totals.some((column) => column.isLowerBound);
  // Nothing was found so far: that is no number.
  if (total === 0 && isLowerBound) return "";
  const count = formatTotal({ total, isLowerBound }, locale);
  const sum = formatSums(mergeSums(totals.flatMap(({ sums }) => sums ?? [])), locale);
  if (sum === "") return count;
  return `${count} · ${totals.every(({ hasAllSums }) => hasAllSums) ? sum : t("{sum} and more", { sum })}`;
}
