import { addDays, startOfDay } from "../../kernel/time-zone.ts";

/** Pure rules: when a customer is reminded of an invoice. */

export const MAX_LEVELS = 3;

export interface ReminderLevel {
  days_after_due: number;
  text?: string | null | undefined;
}

/**
 * Returns when the level after `level` is due: at the start of a day in the tenant's zone, and not before `now`. null if all levels are over.
 */
export function findReminderTime(
  levels: readonly ReminderLevel[],
  { due_date, reminder_level }: { due_date: string; reminder_level: number },
  { timezone, now }: { timezone: string; now: string },
): string | null {
  const level = levels[reminder_level];
  if (!level) return null;
  const instant = startOfDay(timezone, addDays(due_date, level.days_after_due));
  return instant < now ? now : instant;
}
