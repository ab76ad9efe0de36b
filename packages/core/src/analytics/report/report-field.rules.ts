import type { FieldType } from "../../kernel/field.ts";
import type { MasterReference } from "../../kernel/schema.ts";
import { isEmpty, isNumericType, toSortableNumber } from "../../kernel/sort-key.ts";
import { fold } from "../../kernel/text.ts";
import type { RateLookup } from "../../sales/figures/multi-currency-sum.rules.ts";
import { convertExact, EXACT_DECIMALS, type ExactNumber, formatExact, parseExact } from "./exact-number.rules.ts";

/** The fields of reports, and their values in a row. */

/** A field of the report's kind (`status`), or of a record that it names (`customer.industry_id`). */
export interface ReportField {
  readonly name: string;
  readonly type: FieldType;
  /** For money: the field with its currency, or the currency itself. Without both, the currency of the tenant. */
  readonly currencyField?: string | undefined;
  readonly currency?: string | undefined;
  /** For money: the fields with the day by whose rate it is converted, the first with a value. Without a day, the latest rate is used. */
  readonly dayFields?: readonly string[];
  /** The master data whose values the field has. */
  readonly master?: MasterReference | undefined;
  /** The positions of the values in the order of their master data, such as that of the stages. Set where a report orders by the field. */
  readonly positions?: ReadonlyMap<string, number>;
}

/** A row of the source: the values of its fields by name, those of related records too. Fields of missing or hidden records are null. */
export interface ReportRow {
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What the evaluation of rows needs beside them. */
export interface EvaluationContext {
  /** The tenant's time zone: days of instants, and weeks to years, are in it. */
  readonly timezone: string;
  /** The tenant's currency, into which all money is converted. */
  readonly currency: string;
  readonly findRate: RateLookup;
  /** Called for each amount that has no rate; more than once for a row whose amount is read more than once. */
  readonly onUnconverted: (currency: string, rowId: string) => void;
}

/** Returns the values of a field: none, one, or those of a list, each once. */
export function listValues({ name }: ReportField, { values }: ReportRow): readonly unknown[] {
  const value = values[name];
  if (isEmpty(value)) return [];
  return Array.isArray(value) ? [...new Set(value.filter((item) => !isEmpty(item)))] : [value];
}

/** Returns the currency of an amount, and the day by whose rate it is converted. */
export function resolveCurrency(
  { currencyField, currency, dayFields = [] }: ReportField,
  { values }: ReportRow,
  tenantCurrency: string,
): { currency: string; day: string | undefined } {
  const named = currencyField === undefined ? undefined : values[currencyField];
  const day = dayFields.map((field) => values[field]).find((value) => !isEmpty(value));
  return {
    currency: isEmpty(named) ? (currency ?? tenantCurrency) : String(named),
    day: day === undefined ? undefined : String(day).slice(0, 10),
  };
}

/** Returns the number or the converted amount of a field; undefined without a value, or without an exchange rate. */
export function readNumber(field: ReportField, row: ReportRow, context: EvaluationContext): ExactNumber | undefined {
  const value = row.values[field.name];
  const exact = isEmpty(value) ? undefined : parseExact(value);
  if (exact === undefined || field.type !== "money") return exact;
  const { currency, day } = resolveCurrency(field, row, context.currency);
  if (currency === context.currency) return exact;
  const rate = context.findRate(currency, day);
  if (rate) return convertExact(exact, rate);
  context.onUnconverted(currency, row.id);
  return undefined;
}

/** Encodes an exact number as text that sorts like the number. */
export const toExactSortText = (exact: ExactNumber): string => toSortableNumber(formatExact(exact, EXACT_DECIMALS)) ?? "1";

const POSITION_DIGITS = 6;

/** Encodes a value as text that sorts like the values of its field: in the order of its master data, unknown values last. */
export const toFieldSortText = ({ type, positions }: ReportField, value: unknown): string =>
  (positions ? String(positions.get(String(value)) ?? positions.size).padStart(POSITION_DIGITS, "0") : "") +
  toSortText(type, value);

/** Encodes a value as text that sorts like the values of its type. Texts sort without letter case first, so equal texts have equal encodings. */
export function toSortText(type: FieldType, value: unknown): string {
  if (isNumericType(type)) return toSortableNumber(String(value)) ?? String(value);
  const text = String(value);
  return type === "text" || type === "choices" ? `${fold(text)}\u0000${text}` : text;
}
