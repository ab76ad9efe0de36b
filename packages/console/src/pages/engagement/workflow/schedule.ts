import { dateFormat } from "../../../ui/i18n/formatters.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** Schedules of workflows: minute, hour, day of month, month, day of week. The page has inputs for the frequent ones; others stay as they are. */

export const frequencies = ["day", "workday", "week", "month"] as const;
type Frequency = (typeof frequencies)[number];

export interface Schedule {
  readonly every: Frequency;
  /** `08:00` */
  readonly time: string;
  /** From 0 (Sunday) to 6. */
  readonly weekday: number;
  readonly day: number;
}

const pad = (value: number): string => String(value).padStart(2, "0");

export function parseSchedule(cron: unknown): Schedule | undefined {
  const [, minute, hour, day = "*", weekday = "*"] =
    /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|1-5|[0-6])$/.exec(String(cron ?? "").trim()) ?? [];
  if (minute === undefined || hour === undefined || (day !== "*" && weekday !== "*")) return undefined;
  const every = day !== "*" ? "month" : weekday === "*" ? "day" : weekday === "1-5" ? "workday" : "week";
  return {
    every,
    time: `${pad(Number(hour))}:${pad(Number(minute))}`,
    weekday: every === "week" ? Number(weekday) : 1,
    day: every === "month" ? Number(day) : 1,
  };
}

export function writeSchedule({ every, time, weekday, day }: Schedule): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const days = { day: "* * *", workday: "* * 1-5", week: `* * ${weekday}`, month: `${day} * *` };
  return `${minute} ${hour} ${days[every]}`;
}

/** A Sunday. */
const FIRST_DAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;

/** Returns the name of a day of the week from 0 (Sunday) to 6. */
export const formatWeekday = (weekday: number, locale: string): string =>
  dateFormat(locale, { weekday: "long", timeZone: "UTC" }).format(new Date(FIRST_DAY + weekday * DAY_MS));

export function describeSchedule(cron: unknown, t: Translate, locale: string): string {
  const schedule = parseSchedule(cron);
  if (!schedule) return t("By schedule: {schedule}", { schedule: String(cron ?? "") });
  const { every, time, weekday, day } = schedule;
  if (every === "day") return t("Every day at {time}", { time });
  if (every === "workday") return t("From Monday to Friday at {time}", { time });
  if (every === "week") return t("Every {weekday} at {time}", { weekday: formatWeekday(weekday, locale), time });
  return t("On day {day} of each month at {time}", { day, time });
}
