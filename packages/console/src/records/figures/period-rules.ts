import { dateFormat } from "../../ui/i18n/formatters.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

/** The periods of analytics: what the user chooses, the days of each, and their names. Days are written as the API has them: `2026-11-27`. */

/** Days, the last one included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export const spans = [
  "this_month",
  "last_month",
  "this_quarter",
  "last_quarter",
  "this_year",
  "last_year",
  "last_30_days",
] as const;
export type Span = (typeof spans)[number];

export const CUSTOM = "custom";

const DAY_MS = 86_400_000;

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

const monthIndex = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

/** Returns the first day of a month, counted from the year 0. */
const firstDayOf = (index: number): string =>
  `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((index % 12) + 1).padStart(2, "0")}-01`;

const listMonths = (first: number, count: number): Days => ({
  from: firstDayOf(first),
  to: addDays(firstDayOf(first + count), -1),
});

const DAYS_OF_DEFAULT = 30;

/** Returns the days of a span. Months, quarters and years are whole ones, so that they compare with the ones before. */
export function resolveSpan(span: Span, today: string): Days {
  const month = monthIndex(today);
  const [quarter, year] = [month - (month % 3), month - (month % 12)];
  switch (span) {
    case "this_month":
      return listMonths(month, 1);
    case "last_month":
      return listMonths(month - 1, 1);
    case "this_quarter":
      return listMonths(quarter, 3);
    case "last_quarter":
      return listMonths(quarter - 3, 3);
    case "this_year":
      return listMonths(year, 12);
    case "last_year":
      return listMonths(year - 12, 12);
    case "last_30_days":
      return { from: addDays(today, 1 - DAYS_OF_DEFAULT), to: today };
  }
}

export const nameSpan = (span: Span | typeof CUSTOM, t: Translate): string =>
  ({
    this_month: t("This month"),
    last_month: t("Last month"),
    this_quarter: t("This quarter"),
    last_quarter: t("Last quarter"),
    this_year: t("This year"),
    last_year: t("Last year"),
    last_30_days: t("Last 30 days"),
    custom: t("Other days"),
  })[span];

export type Interval = "day" | "week" | "month" | "quarter" | "year";

const countDays = ({ from, to }: Days): number => (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;

/** The most days of a chart with a part for each day or week. */
const [MAX_DAYS, MAX_WEEK_DAYS] = [14, 93];

/** Returns the parts into which a chart divides days: about a dozen. */
export function chooseInterval(days: Days): Interval {
  const count = countDays(days);
  return count <= MAX_DAYS ? "day" : count <= MAX_WEEK_DAYS ? "week" : "month";
}

type Whole = "month" | "quarter" | "year";

const MONTHS: readonly (readonly [whole: Whole, months: number])[] = [
  ["month", 1],
  ["quarter", 3],
  ["year", 12],
];

/** Returns which whole month, quarter or year the days are. */
function findWhole({ from, to }: Days): Whole | undefined {
  const first = monthIndex(from);
  return MONTHS.find(([, months]) => {
    const days = listMonths(first, months);
    return first % months === 0 && days.from === from && days.to === to;
  })?.[0];
}

const readUtc = (day: string): Date => new Date(`${day}T00:00:00Z`);

const nameQuarter = (day: string, t: Translate): string =>
  t("Q{quarter} {year}", { quarter: Math.floor((monthIndex(day) % 12) / 3) + 1, year: day.slice(0, 4) });

/** Names a whole month, quarter or year: `October 2026`. A month of the year `known` is `October`. Undefined for other days. */
export function namePeriod(days: Days, locale: string, t: Translate, known?: string): string | undefined {
  const whole = findWhole(days);
  if (whole === undefined) return undefined;
  if (whole === "quarter") return nameQuarter(days.from, t);
  const isKnown = whole === "month" && days.from.slice(0, 4) === known;
  const month = whole === "month" ? ({ month: "long" } as const) : {};
  const year = isKnown ? {} : ({ year: "numeric" } as const);
  return dateFormat(locale, { ...month, ...year, timeZone: "UTC" }).format(readUtc(days.from));
}

/** Names days: `October 2026`, `Q4 2026`, or from the first to the last one. */
export const nameDays = (days: Days, locale: string, t: Translate): string =>
  namePeriod(days, locale, t) ??
  dateFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).formatRange(readUtc(days.from), readUtc(days.to));

/** A weekday, from 1 for Monday. The first week of a year has its 4 January. */
const THURSDAY = 4;
const DAY_OF_WEEK_1 = 4;

/** Returns the week of a day after ISO 8601: `2026-W47`. It belongs to the year of its Thursday. */
function formatWeek(day: string): string {
  const thursday = addDays(day, THURSDAY - (readUtc(day).getUTCDay() || 7));
  const year = thursday.slice(0, 4);
  const number = Math.ceil(countDays({ from: `${year}-01-01`, to: thursday }) / 7);
  return `${year}-W${String(number).padStart(2, "0")}`;
}

/** Returns the Monday of a week of ISO 8601: `2026-W47`. */
function findMonday(key: string): string {
  const day = `${key.slice(0, 4)}-01-0${DAY_OF_WEEK_1}`;
  const weekday = readUtc(day).getUTCDay() || 7;
  return addDays(day, 1 - weekday + (Number(key.slice(6)) - 1) * 7);
}

/** Returns the days of a part of a period, as the API names it: `2026-11-20`, `2026-W47`, `2026-11`, `2026-Q4`, `2026`. */
export function resolveKey(key: string): Days {
  if (key.length === 10) return { from: key, to: key };
  if (key.length === 4) return listMonths(Number(key) * 12, 12);
  const part = key.charAt(5);
  if (part === "W") return { from: findMonday(key), to: addDays(findMonday(key), 6) };
  if (part === "Q") return listMonths(Number(key.slice(0, 4)) * 12 + (Number(key.slice(6)) - 1) * 3, 3);
  return listMonths(monthIndex(`${key}-01`), 1);
}

/** Names a part of a period on an axis. A week has the name of its first day. */
export function nameKey(key: string, locale: string, t: Translate): string {
  const { from } = resolveKey(key);
  if (key.length === 4) return key;
  if (key.charAt(5) === "Q") return nameQuarter(from, t);
  const isMonth = key.length === 7;
  return dateFormat(locale, {
    month: "short",
    ...(isMonth ? { year: "numeric" } : { day: "numeric" }),
    timeZone: "UTC",
  }).format(readUtc(from));
}

/** Returns the period of a length that contains a day, as the API names it. */
export function formatKey(day: string, length: Interval): string {
  if (length === "day") return day;
  if (length === "week") return formatWeek(day);
  if (length === "year") return day.slice(0, 4);
  return length === "month" ? day.slice(0, 7) : `${day.slice(0, 4)}-Q${Math.floor((monthIndex(day) % 12) / 3) + 1}`;
}

/** Returns the periods of a table of targets: the quarters of a year and the year, or the months of a quarter and the quarter. */
export function listTargetPeriods(key: string): string[] {
  const { from } = resolveKey(key);
  const [count, step, length] = key.length === 4 ? ([4, 3, "quarter"] as const) : ([3, 1, "month"] as const);
  return [...Array.from({ length: count }, (_, index) => formatKey(firstDayOf(monthIndex(from) + index * step), length)), key];
}

/** Returns a year or a quarter that is a number of its own lengths later. */
export function moveKey(key: string, places: number): string {
  const { from } = resolveKey(key);
  const isYear = key.length === 4;
  return formatKey(firstDayOf(monthIndex(from) + places * (isYear ? 12 : 3)), isYear ? "year" : "quarter");
}
