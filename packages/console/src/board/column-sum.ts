import type { Field, RecordData } from "../data/kind.ts";
import { type Decimal, isDecimal } from "../kit/decimal.ts";

/** The sum of one currency. */
export interface CurrencySum {
  readonly currency: string;
  readonly amount: Decimal;
}

const readDecimals = (value: string): number => value.split(".")[1]?.length ?? 0;

/** Adds decimals exactly. */
export function addDecimals(values: readonly Decimal[]): Decimal {
  const decimals = Math.max(0, ...values.map(readDecimals));
  const total = values.reduce(
    (sum, value) => sum + BigInt(value.replace(".", "") + "0".repeat(decimals - readDecimals(value))),
    0n,
  );
  const sign = total < 0n ? "-" : "";
  const digits = String(total < 0n ? -total : total).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return `${sign}${whole}${decimals === 0 ? "" : `.${digits.slice(-decimals)}`}` as Decimal;
}

/** Sums a field of records, each currency by itself, the most frequent first. */
export function sumByCurrency(rows: readonly RecordData[], field: Field, currency: string): CurrencySum[] {
  const amounts = new Map<string, Decimal[]>();
  for (const row of rows) {
    const value = row[field.name];
    if (typeof value !== "string" || !isDecimal(value)) continue;
    const code =
      field.currency ?? String((field.currency_field === undefined ? undefined : row[field.currency_field]) ?? currency);
    amounts.set(code, [...(amounts.get(code) ?? []), value]);
  }
  return [...amounts]
    .sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1))
    .map(([code, values]) => ({ currency: code, amount: addDecimals(values) }));
}
