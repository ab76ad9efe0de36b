import { addDays, instantToLocal, localToInstant } from "../../kernel/time-zone.ts";

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

interface TimeWindow {
  readonly days: readonly string[];
  /** Times of day, `HH:MM`. */
  readonly from: string;
  readonly to: string;
}

const weekdayOf = (day: string): string => weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] ?? "";

/** Returns the instant at which a step may run: the given one, or the next at which the window is open. `to` is exclusive. */
export function findOpenInstant(window: TimeWindow | null | undefined, zone: string, instant: string): string {
  if (!window) return instant;
  const local = instantToLocal(zone, instant);
  const [today, time] = [local.slice(0, 10), local.slice(11, 16)];
  const isOvernight = window.to <= window.from;
  for (let ahead = 0; ahead <= 8; ahead++) {
    const day = addDays(today, ahead);
    if (!window.days.includes(weekdayOf(day))) continue;
    const isOpen = ahead === 0 && time >= window.from && (isOvernight || time < window.to);
    if (isOpen) return instant;
    if (ahead > 0 || time < window.from) return localToInstant(zone, `${day}T${window.from}:00.000`);
  }
  return instant;
}
