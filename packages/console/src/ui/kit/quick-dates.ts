import { type CalendarDate, getDayOfWeek } from "@internationalized/date";
import type { Translate } from "../i18n/use-text.ts";

/** Days that users choose most, counted from a day. */

export const quickDateNames = ["today", "tomorrow", "next_monday", "in_a_week", "in_a_month"] as const;
export type QuickDateName = (typeof quickDateNames)[number];

/** The day of the week in a week that begins on Monday: 0 is a Monday. */
const weekday = (day: CalendarDate): number => getDayOfWeek(day, "en-US", "mon");

/** Returns the day with a name. The next Monday is never today. */
export function resolveQuickDate(name: QuickDateName, today: CalendarDate): CalendarDate {
  switch (name) {
    case "today":
      return today;
    case "tomorrow":
      return today.add({ days: 1 });
    case "next_monday":
      return today.add({ days: 7 - weekday(today) });
    case "in_a_week":
      return today.add({ weeks: 1 });
    case "in_a_month":
      return today.add({ months: 1 });
  }
}

export const describeQuickDate = (name: QuickDateName, t: Translate): string =>
  ({
    today: t("Today"),
    tomorrow: t("Tomorrow"),
    next_monday: t("Next Monday"),
    in_a_week: t("In a week"),
    in_a_month: t("In a month"),
  })[name];
