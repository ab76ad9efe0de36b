import type { Field, RecordData } from "../../api/kind.ts";
import { currencyFor, formatMoney, readUnit } from "../../api/value-text.ts";
import { numberFormat } from "../../ui/i18n/formatters.ts";
import { addDecimals, type Decimal, isDecimal } from "../../ui/kit/decimal.ts";

/** The sum of one currency. */
export interface CurrencySum {
  readonly currency: string;
  readonly amount: Decimal;
}

/** Sums a field of records, each currency by itself, the most frequent first. */
export function sumByCurrency(rows: readonly RecordData[], field: Field, currency: string): CurrencySum[] {
  const amounts = rows.flatMap((row): CurrencySum[] => {
    const value = row[field.name];
    if (typeof value !== "string" || !isDecimal(value)) return [];
    return [{ currency: currencyFor(row, field, { currency }), amount: value }];
  });
  return [...groupAmounts(amounts)]
    .sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1))
    .map(([code, values]) => ({ currency: code, amount: addDecimals(values) }));
}

/** Adds sums of several columns, the currencies in the order in which they come first. */
export const mergeSums = (sums: readonly CurrencySum[]): CurrencySum[] =>
  [...groupAmounts(sums)].map(([currency, amounts]) => ({ currency, amount: addDecimals(amounts) }));

function groupAmounts(sums: readonly CurrencySum[]): Map<string, Decimal[]> {
  const groups = Map.groupBy(sums, ({ currency }) => currency);
  return new Map([...groups].map(([currency, group]) => [currency, group.map(({ amount }) => amount)]));
}

/** Writes the sums one after the other. */
export const formatSums = (sums: readonly CurrencySum[], locale: string, format?: Field["format"]): string =>
  sums.map(({ currency, amount }) => formatMoney(amount, currency, locale, format)).join(" · ");

/** The sum of a column, in words. */
interface ColumnSum {
  readonly label: string;
  readonly text: string;
}

/** Days and months are terms, such as those of contracts, and do not add up. */
const TERM_UNITS: ReadonlySet<string> = new Set(["day", "month"]);

/** Amounts and durations of work add up. Rates, scores and other numbers do not, and a sum of values that the user does not see would be one of a part. */
function sumField(rows: readonly RecordData[], field: Field, { currency, locale }: SumOptions): string | undefined {
  const values = rows.map((row) => row[field.name] ?? null).filter((value) => value !== null);
  if (field.multiple || values.length === 0 || !values.every((value) => isDecimal(String(value)))) return undefined;
  if (field.type === "money") return formatSums(sumByCurrency(rows, field, currency), locale, field.format);
  const unit = readUnit(field);
  if (unit === undefined || TERM_UNITS.has(unit) || (field.type !== "integer" && field.type !== "number")) return undefined;
  const sum = addDecimals(values.map(String).filter(isDecimal));
  return numberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(sum);
}

interface SumOptions {
  /** That of amounts whose record names none. */
  readonly currency: string;
  readonly locale: string;
}

/** Sums the fields that can be summed, for these rows. */
export const sumFields = (rows: readonly RecordData[], fields: readonly Field[], options: SumOptions): ColumnSum[] =>
  fields.flatMap((field) => {
    const text = sumField(rows, field, options);
    return text === undefined ? [] : [{ label: field.label, text }];
  });
