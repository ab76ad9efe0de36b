import type { Schemas } from "@crm/sdk/index.ts";
import { EMPTY, formatDate, formatMoney } from "../fields/value-text.ts";
import { dateFormat, formatCount, numberFormat } from "../i18n/formatters.ts";
import type { Translate } from "../i18n/use-text.ts";
import { type Days, namePeriod } from "./period-rules.ts";

/** Writes the values of figures as people read them. */

export type FigureValue = Schemas.FigureValue;
export type Unit = FigureValue["unit"];
export type Value = FigureValue["value"] | undefined;

const TIME_UNITS: Partial<Record<Unit, string>> = { days: "day", months: "month", hours: "hour", minutes: "minute" };

interface NumberText {
  readonly unit: Unit;
  /** Currency of amounts. */
  readonly currency: string;
  readonly locale: string;
}

const percent = (share: number, locale: string, digits: number): string =>
  numberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share);

export function formatFigure(value: Value, { unit, currency, locale }: NumberText): string {
  if (value === null || value === undefined || value === "") return EMPTY;
  if (unit === "money") return formatMoney(String(value), currency, locale);
  const number = Number(value);
  if (unit === "percent") return percent(number / 100, locale, 1);
  if (unit === "ratio") return percent(number, locale, 1);
  if (unit === "count") return formatCount(number, locale);
  const time = TIME_UNITS[unit];
  const style = time === undefined ? {} : ({ style: "unit", unit: time, unitDisplay: "long" } as const);
  return numberFormat(locale, { ...style, maximumFractionDigits: unit === "rating" || unit === "score" ? 2 : 1 }).format(number);
}

/** Writes a value on the axis of a chart, in a few characters. */
export const formatAxisValue = (value: number, { unit, locale }: Pick<NumberText, "unit" | "locale">): string => {
  if (unit === "ratio") return percent(value, locale, 0);
  if (unit === "percent") return percent(value / 100, locale, 0);
  return numberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(value);
};

export type Direction = "up" | "down" | "level";

interface Change {
  readonly direction: Direction;
  readonly text: string;
}

interface Comparison {
  readonly compared: Days | null | undefined;
  /** The year of the reader, which names of months leave out. */
  readonly year: string;
  readonly currency: string;
  readonly locale: string;
  readonly t: Translate;
}

/** Says how a figure differs from the period before: "12 % more than in October 2026". Undefined if it is not compared. */
export function describeChange(
  { value, previous, change_percent, unit }: Pick<FigureValue, "value" | "previous" | "change_percent" | "unit">,
  { compared, year, currency, locale, t }: Comparison,
): Change | undefined {
  if (!compared || previous === null) return undefined;
  const period = namePeriod(compared, locale, t, year);
  const difference = change_percent === null ? null : Number(change_percent);
  // The present year goes without saying.
  const day = (value: string): string =>
    value.startsWith(year)
      ? dateFormat(locale, { month: "short", day: "numeric", timeZone: "UTC" }).format(new Date(`${value}T00:00:00Z`))
      : formatDate(value, locale);
  const days = { from: day(compared.from), to: day(compared.to) };
  if (difference === 0 || (difference === null && String(value) === String(previous)))
    return {
      direction: "level",
      text: period === undefined ? t("Same as from {from} to {to}", days) : t("Same as in {period}", { period }),
    };
  if (difference === null) {
    const before = formatFigure(previous, { unit, currency, locale });
    const text =
      period === undefined
        ? t("{value} from {from} to {to}", { value: before, ...days })
        : t("{value} in {period}", { value: before, period });
    return { direction: "level", text };
  }
  const change = percent(Math.abs(difference) / 100, locale, Math.abs(difference) < 1 ? 2 : 0);
  const isMore = difference > 0;
  const text =
    period === undefined
      ? isMore
        ? t("{change} more than from {from} to {to}", { change, ...days })
        : t("{change} less than from {from} to {to}", { change, ...days })
      : isMore
        ? t("{change} more than in {period}", { change, period })
        : t("{change} less than in {period}", { change, period });
  return { direction: isMore ? "up" : "down", text };
}
