import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { type Weekday, weekdays } from "./sla-rules.ts";

/** The working hours of a calendar as a week (docs/service/sla.md, "Working time"). Pure. */

export type Window = readonly [from: string, to: string];
export type Hours = Readonly<Partial<Record<Weekday, readonly Window[]>>>;

const DAY_MINUTES = 24 * 60;

const readMinutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** A bar of a day, in percent of it. A window over midnight has its rest on the next day. */
interface Bar {
  readonly start: number;
  readonly length: number;
}

const toBar = (from: number, to: number): Bar => ({
  start: (from / DAY_MINUTES) * 100,
  length: ((to - from) / DAY_MINUTES) * 100,
});

/** Returns the bars of each day of the week. */
export function listBars(hours: Hours): Readonly<Record<Weekday, readonly Bar[]>> {
  const bars = Object.fromEntries(weekdays.map((day) => [day, [] as Bar[]])) as Record<Weekday, Bar[]>;
  for (const [index, day] of weekdays.entries())
    for (const [from, to] of hours[day] ?? []) {
      const [start, end] = [readMinutes(from), readMinutes(to)];
      if (end > start) bars[day].push(toBar(start, end));
      else {
        bars[day].push(toBar(start, DAY_MINUTES));
        const next = weekdays[(index + 1) % weekdays.length] ?? "mon";
        if (end > 0) bars[next].push(toBar(0, end));
      }
    }
  return bars;
}

/** Counts the minutes of a week. Windows that overlap count once. */
export function countWeekMinutes(hours: Hours): number {
  return Object.values(listBars(hours)).reduce((sum, bars) => {
    let end = 0;
    const minutes = bars
      .toSorted((a, b) => a.start - b.start)
      .reduce((total, { start, length }) => {
        const from = Math.max(start, end);
        const to = Math.max(start + length, end);
        end = to;
        return total + (to - from);
      }, 0);
    return sum + Math.round((minutes / 100) * DAY_MINUTES);
  }, 0);
}

/** The name of a day of the week in a language. 5 January 2026 is a Monday. */
export const nameWeekday = (day: Weekday, locale: string, style: "long" | "short" | "narrow" = "long"): string =>
  dateFormat(locale, { weekday: style, timeZone: "UTC" }).format(new Date(Date.UTC(2026, 0, 5 + weekdays.indexOf(day))));

/** Says the hours of a week shortly: days with the same hours together. */
export function describeHours(hours: Hours, locale: string): string {
  const groups: { days: Weekday[]; text: string }[] = [];
  for (const day of weekdays) {
    const text = (hours[day] ?? []).map(([from, to]) => `${from}–${to}`).join(", ");
    const last = groups.at(-1);
    if (text !== "" && last?.text === text && last.days.at(-1) === weekdays[weekdays.indexOf(day) - 1]) last.days.push(day);
    else if (text !== "") groups.push({ days: [day], text });
  }
  return groups
    .map(({ days, text }) => {
      const [first = "mon", ...rest] = days;
      const last = rest.at(-1);
      const name = nameWeekday(first, locale, "short");
      return `${last === undefined ? name : `${name}–${nameWeekday(last, locale, "short")}`} ${text}`;
    })
    .join("; ");
}

/** The hours with the same windows on another day: the button "Copy to the working days". */
export const copyToWorkdays = (hours: Hours, day: Weekday): Hours => ({
  ...hours,
  ...Object.fromEntries(weekdays.slice(0, 5).map((other) => [other, hours[day] ?? []])),
});
