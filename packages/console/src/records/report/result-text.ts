import { formatDate, formatMoney, formatValue, isEmptyValue, type Label, type TextOptions } from "../../api/value-text.ts";
import { dateFormat, formatCount, formatPercent, numberFormat } from "../../ui/i18n/formatters.ts";
import { formatDecimal, isDecimal } from "../../ui/kit/decimal.ts";
import { resolveKey } from "../figures/period-rules.ts";
import type { Period, ResultRow } from "./definition.ts";
import type { ResultColumn, ValueType } from "./report-columns.ts";

/** Writes the values of a result. */

/** The names of the records and of the master data that a result names by id. */
export type ValueNames = ReadonlyMap<string, string>;

/** Writes a period of a grouping: a day, a week by its Monday, a month, a quarter or a year. */
export function formatPeriod(value: string, by: Period, { locale, t }: Pick<TextOptions, "locale" | "t">): string {
  switch (by) {
    case "day":
      return formatDate(value, locale);
    case "week":
      return t("Week of {day}", { day: formatDate(resolveKey(value).from, locale) });
    case "month":
      return dateFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(`${value}-01T00:00:00Z`));
    case "quarter": {
      const [year = "", quarter = ""] = value.split("-Q");
      return t("Q{quarter} {year}", { quarter, year });
    }
    case "year":
      return value;
  }
}

const NUMBER = String.raw`(-?\d+(?:\.\d+)?)`;

/** The limits of a bucket: `from` belongs to it, `to` does not. */
export function parseBucket(text: string): { readonly from?: string; readonly to?: string } {
  const [, below] = new RegExp(`^< ${NUMBER}$`).exec(text) ?? [];
  if (below !== undefined) return { to: below };
  const [, from, to] = new RegExp(`^${NUMBER} to < ${NUMBER}$`).exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { from, to };
  const [, least] = new RegExp(`^≥ ${NUMBER}$`).exec(text) ?? [];
  return least === undefined ? {} : { from: least };
}

function formatBucket(text: string, isMoney: boolean, { locale, currency, t }: TextOptions): string {
  const { from, to } = parseBucket(text);
  const write = (limit: string): string =>
    isMoney ? formatMoney(limit, currency, locale) : isDecimal(limit) ? formatDecimal(limit, locale) : limit;
  if (from === undefined) return to === undefined ? text : t("Below {limit}", { limit: write(to) });
  if (to === undefined) return t("{limit} and more", { limit: write(from) });
  return t("{from} to below {to}", { from: write(from), to: write(to) });
}

const formatNumber = (value: unknown, locale: string): string => {
  const text = String(value);
  return isDecimal(text) ? numberFormat(locale, { maximumFractionDigits: 2 }).format(text) : text;
};

/** Writes a value of a field. Related fields have points in their names, so the value stands by itself. */
function formatFieldValue(
  value: unknown,
  { field }: Extract<ValueType, { type: "field" }>,
  { row, names, options }: { readonly row: ResultRow; readonly names: ValueNames; readonly options: TextOptions },
): string {
  const ids = [value].flat().map(String);
  const labels = ids.map((id): Label => ({ id, name: names.get(id) ?? "…" }));
  const isNamed = field.type === "reference" || field.type === "master";
  const currency = field.currency_field === undefined ? undefined : row[field.currency_field];
  const plain = { ...field, name: "value", currency: typeof currency === "string" ? currency : field.currency };
  return formatValue({ value, ...(isNamed ? { expanded: { value: labels } } : {}) }, plain as typeof field, options);
}

/** Writes the value of a column. A group without a value says so. */
export function formatResultValue(column: ResultColumn, row: ResultRow, names: ValueNames, options: TextOptions): string {
  const value = row[column.key];
  const { locale, currency, timeZone, t } = options;
  if (isEmptyValue(value)) return column.role === "group" ? t("No value") : "–";
  const text = String(value);
  switch (column.value.type) {
    case "count":
      return formatCount(Number(value), locale);
    case "number":
      return formatNumber(value, locale);
    case "percent":
      return formatPercent(Number(value), locale);
    case "days":
      return numberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long", maximumFractionDigits: 1 }).format(
        Number(value),
      );
    case "money":
      return formatMoney(text, currency, locale);
    case "date":
      return formatDate(text.slice(0, 10), locale);
    case "instant":
      return dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(text));
    case "period":
      return formatPeriod(text, column.value.by, options);
    case "bucket":
      return formatBucket(text, column.value.isMoney, options);
    case "field":
      return formatFieldValue(value, column.value, { row, names, options });
  }
}
