import type { Kind } from "../../../api/kind.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** What reports and their schedules say, in words. */

export const frequencies = ["DAILY", "WEEKLY", "MONTHLY"] as const;
export type Frequency = (typeof frequencies)[number];
export const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;
export type Weekday = (typeof weekdays)[number];

interface Timing {
  readonly frequency: Frequency;
  readonly time: string;
  readonly weekday: Weekday | null;
  readonly month_day: number | null;
}

export const nameFrequency = (frequency: Frequency, t: Translate): string =>
  ({ DAILY: t("Every day"), WEEKLY: t("Every week"), MONTHLY: t("Every month") })[frequency];

/** A Monday. */
const FIRST_DAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

export const nameWeekday = (weekday: Weekday, locale: string): string =>
  dateFormat(locale, { weekday: "long", timeZone: "UTC" }).format(new Date(FIRST_DAY + weekdays.indexOf(weekday) * DAY_MS));

/** Writes a time of day as the locale has it. */
const nameTime = (time: string, locale: string): string =>
  dateFormat(locale, { timeStyle: "short", timeZone: "UTC" }).format(new Date(`2026-01-05T${time}:00Z`));

/** Says when a schedule is due. */
export function describeTiming({ frequency, time, weekday, month_day }: Timing, locale: string, t: Translate): string {
  const at = nameTime(time, locale);
  if (frequency === "WEEKLY" && weekday !== null)
    return t("Every {weekday} at {time}", { weekday: nameWeekday(weekday, locale), time: at });
  if (frequency === "MONTHLY" && month_day !== null)
    return t("On day {day} of each month at {time}", { day: month_day, time: at });
  return t("Every day at {time}", { time: at });
}

/** The fields that a frequency has; the others are empty. */
export const buildTiming = (timing: Timing): Timing => ({
  ...timing,
  weekday: timing.frequency === "WEEKLY" ? (timing.weekday ?? "MON") : null,
  month_day: timing.frequency === "MONTHLY" ? (timing.month_day ?? 1) : null,
});

/** Reads the file formats that an operation of reports takes. */
export const listFormats = ({ actions }: Pick<Kind, "actions">, action: string): readonly string[] =>
  actions
    .find(({ name }) => name === action)
    ?.fields.find(({ name }) => name === "format")
    ?.choices?.map(({ code }) => code) ?? [];

export const nameFormat = (format: string, t: Translate): string =>
  ({ csv: t("CSV (text)"), xlsx: t("Excel workbook"), pdf: t("PDF document") })[format] ?? format.toUpperCase();
