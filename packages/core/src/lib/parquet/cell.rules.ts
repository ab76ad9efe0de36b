import { AMOUNT_PATTERN } from "../../kernel/amount.ts";

/** Converts values of records to cells of a Parquet file. */

/**
 * The types of columns. `decimal` has four decimal places, as many as the currency with the most (kernel/amount.ts), and 38 digits. `instant`
 * has milliseconds, in UTC.
 */
export type ParquetType = "text" | "integer" | "number" | "decimal" | "date" | "instant" | "boolean";

export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetType;
  /** Whether each cell is a list of values. */
  readonly isList: boolean;
}

type Scalar = string | number | bigint | boolean;
export type ParquetCell = Scalar | null | readonly (Scalar | null)[];

export const DECIMAL_SCALE = 4;
export const DECIMAL_PRECISION = 38;
const DAY_MS = 24 * 60 * 60 * 1000;
const DATE_PATTERN = /^\d{4}-\d\d-\d\d$/;

/** Returns the cell for a value; undefined if the value is not of the column's type. */
export function toCell({ type, isList }: ParquetColumn, value: unknown): ParquetCell | undefined {
  if (value === null || value === undefined) return null;
  if (!isList) return toScalar(type, value);
  if (!Array.isArray(value)) return undefined;
  const cells = value.map((entry) => (entry === null ? null : toScalar(type, entry)));
  return cells.includes(undefined) ? undefined : (cells as (Scalar | null)[]);
}

const converters: Readonly<Record<ParquetType, (value: unknown) => Scalar | undefined>> = {
  text: (value) => (typeof value === "string" ? value : JSON.stringify(value)),
  integer: (value) => (Number.isSafeInteger(value) ? BigInt(value as number) : undefined),
  // Rates and percentages are stored as decimal strings.
  number: (value) => {
    if (typeof value === "string") return AMOUNT_PATTERN.test(value) ? Number(value) : undefined;
    return typeof value === "number" ? toFinite(value) : undefined;
  },
  decimal: toUnscaledDecimal,
  date: (value) => (typeof value === "string" && DATE_PATTERN.test(value) ? toFinite(Date.parse(value) / DAY_MS) : undefined),
  instant: (value) => {
    const ms = typeof value === "string" ? toFinite(Date.parse(value)) : undefined;
    return ms === undefined ? undefined : BigInt(ms);
  },
  boolean: (value) => (typeof value === "boolean" ? value : undefined),
};

const toScalar = (type: ParquetType, value: unknown): Scalar | undefined => converters[type](value);

const toFinite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/** Converts an amount to a whole number of ten-thousandths, without a floating-point number on the way. */
function toUnscaledDecimal(value: unknown): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const [match, sign = "", whole = "", fraction = ""] = AMOUNT_PATTERN.exec(String(value)) ?? [];
  const decimals = fraction.replace(/0+$/, "");
  if (match === undefined || decimals.length > DECIMAL_SCALE) return undefined;
  const digits = whole.replace(/^0+/, "") + decimals.padEnd(DECIMAL_SCALE, "0");
  return digits.length > DECIMAL_PRECISION ? undefined : BigInt(sign + digits);
}
