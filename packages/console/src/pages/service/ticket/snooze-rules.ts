import { getDayOfWeek, parseAbsolute, Time, toCalendarDate, toCalendarDateTime, toZoned } from "@internationalized/date";

/** The times until which the desk offers to snooze a ticket. */

export type SnoozeChoice = "later" | "tomorrow" | "week";

const LATER_HOURS = 3;
const MORNING = new Time(8);
/** The first day of the week in which people work again. */
const MONDAY = 1;
const DAYS = 7;

/** Returns the instant of a choice: in three hours, or in the morning of the next day or the next Monday in the zone of the user. */
export function resolveSnooze(choice: SnoozeChoice, now: string, timeZone: string): string {
  const present = parseAbsolute(now, timeZone);
  if (choice === "later") return present.add({ hours: LATER_HOURS }).set({ second: 0, millisecond: 0 }).toAbsoluteString();
  const today = toCalendarDate(present);
  const days = choice === "tomorrow" ? 1 : (MONDAY - getDayOfWeek(today, "en-US", "sun") + DAYS) % DAYS || DAYS;
  return toZoned(toCalendarDateTime(today.add({ days }), MORNING), timeZone).toAbsoluteString();
}
