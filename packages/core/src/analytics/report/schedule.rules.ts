import { addDays, instantToDay, localToInstant } from "../../kernel/time-zone.ts";
import { type Weekday, weekdays } from "../../platform/user/availability.rules.ts";

/** When a schedule is due. Pure. */

export const frequencies = ["DAILY", "WEEKLY", "MONTHLY"] as const;

export interface Timing {
  readonly frequency: (typeof frequencies)[number];
  /** `HH:MM`, in the zone. */
  readonly time: string;
  readonly weekday: Weekday | null;
  readonly month_day: number | null;
}

/** More days than lie between two deliveries. */
const MAX_DAYS = 63;

/**
 * Returns the first instant after another at which a schedule is due. A local time that the clocks skip is due as much later; one that occurs twice is
 * due the first time. A day that a month does not have is its last day.
 */
export function findNextDue(timing: Timing, zone: string, after: string): string {
  const today = instantToDay(zone, after);
  for (let ahead = 0; ahead < MAX_DAYS; ahead++) {
    const day = addDays(today, ahead);
    if (!isDueOn(timing, day)) continue;
    const instant = localToInstant(zone, `${day}T${timing.time}:00.000`);
    if (instant > after) return instant;
  }
  throw new Error("A schedule is due within two months");
}

function isDueOn({ frequency, weekday, month_day }: Timing, day: string): boolean {
  if (frequency === "DAILY") return true;
  if (frequency === "WEEKLY") return weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] === weekday;
  const date = Number(day.slice(8, 10));
  const isLast = addDays(day, 1).slice(5, 7) !== day.slice(5, 7);
  return date === month_day || (isLast && (month_day ?? 0) > date);
}

/** Returns an error for each day that a frequency needs and that is missing, or that it does not have. */
export function listTimingErrors({ frequency, weekday, month_day }: Omit<Timing, "time">): { field: string; message: string }[] {
  const [isWeekly, isMonthly] = [frequency === "WEEKLY", frequency === "MONTHLY"];
  const messages = {
    weekday: isWeekly
      ? weekday === null && "Required for WEEKLY: name the day of the week, such as MON"
      : weekday !== null && "Only for WEEKLY: leave weekday out",
    month_day: isMonthly
      ? month_day === null && "Required for MONTHLY: name the day of the month, from 1 to 31"
      : month_day !== null && "Only for MONTHLY: leave month_day out",
  };
  return Object.entries(messages).flatMap(([field, message]) => (message === false ? [] : [{ field, message }]));
}
