import type { Schemas } from "@crm/sdk/index.ts";
import { EMPTY, formatMoney } from "../../api/value-text.ts";
import { dateFormat, formatCount, numberFormat } from "../../ui/i18n/formatters.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
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

export interface FigureChange {
  readonly direction: Direction;
  readonly text: string;
}

interface Change {
  /** How much the figure changed: "12% more", "+30 points". Undefined if the period before has no value to compare with. */
  readonly change?: FigureChange;
  /** The period before, and the value in it. */
  readonly period: string;
  readonly before: string;
}

interface Comparison {
  readonly compared: Days | null | undefined;
  /** The year of the reader, which names of months leave out. */
  readonly year: string;
  readonly currency: string;
  readonly locale: string;
  readonly t: Translate;
}

/** Says how a figure differs from the period before, and what it was then. Undefined if it is not compared. */
export function describeChange(
  { value, previous, change_percent, unit }: Pick<FigureValue, "value" | "previous" | "change_percent" | "unit">,
  { compared, year, currency, locale, t }: Comparison,
): Change | undefined {
  if (!compared || previous === null) return undefined;
  const then = {
    period: nameComparedDays(compared, { year, locale, t }),
    before: formatFigure(previous, { unit, currency, locale }),
  };
  // Two percentages differ in points: from 50% to 80% it is 30 points, and not 60%.
  if (unit === "ratio" || unit === "percent") {
    const points = (Number(value) - Number(previous)) * (unit === "ratio" ? 100 : 1);
    const text = numberFormat(locale, { signDisplay: "exceptZero", maximumFractionDigits: 1 }).format(points);
    if (value === null || value === undefined) return then;
    if (Math.abs(points) < 0.05) return { change: { direction: "level", text: t("No change") }, ...then };
    return { change: { direction: points > 0 ? "up" : "down", text: t("{points} points", { points: text }) }, ...then };
  }
  if (change_percent === null)
    return String(value) === String(previous) ? { change: { direction: "level", text: t("No change") }, ...then } : then;
  const difference = Number(change_percent);
  if (difference === 0) return { change: { direction: "level", text: t("No change") }, ...then };
  const size = percent(Math.abs(difference) / 100, locale, Math.abs(difference) < 1 ? 2 : 0);
  return difference > 0
    ? { change: { direction: "up", text: t("{percent} more", { percent: size }) }, ...then }
    : { change: { direction: "down", text: t("{percent} less", { percent: size }) }, ...then };
}

/** Names a period in a few characters: a whole one, or its days. The present year goes without saying. */
export function nameComparedDays(days: Days, { year, locale, t }: Pick<Comparison, "year" | "locale" | "t">): string {
  const isPresent = days.from.startsWith(year) && days.to.startsWith(year);
  const style = isPresent ? ({ month: "short", day: "numeric" } as const) : ({ dateStyle: "medium" } as const);
  return (
    namePeriod(days, locale, t, year) ??
    dateFormat(locale, { ...style, timeZone: "UTC" }).formatRange(
      new Date(`${days.from}T00:00:00Z`),
      new Date(`${days.to}T00:00:00Z`),
    )
  );
}
