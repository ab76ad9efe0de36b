import type { Field } from "../../api/kind.ts";
import { type CurrencySum, formatSums, mergeSums } from "../../input/fields/field-sum.ts";
import { formatTotal } from "../../ui/i18n/formatters.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import { addDecimals, isDecimal } from "../../ui/kit/decimal.ts";

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

/** The report of a column: its sum, by currency if the amounts name theirs. */
export interface ColumnReport {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly is_partial: boolean;
  readonly unconverted: readonly unknown[];
}

/** Returns the sum of a column. Null if it is not complete, or if amounts of other currencies were converted into it. */
export function readReportSum(
  report: ColumnReport,
  { currency_field }: Pick<Field, "currency_field">,
  currency: string,
): CurrencySum | null {
  const amounts = report.rows.map(({ total }) => total).filter((total) => typeof total === "string" && isDecimal(total));
  const isOfOne = report.rows.every((row) => !currency_field || (row[currency_field] ?? currency) === currency);
  if (report.is_partial || report.unconverted.length > 0 || !isOfOne || amounts.length < report.rows.length) return null;
  return { currency, amount: addDecimals(amounts) };
}
