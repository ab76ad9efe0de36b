import { instantIn } from "../kernel/zone.ts";

/** Pure rules of activities. */

interface Planned {
  due_date?: string | null;
  due_time?: string | null;
}

/** A due date and time in a time zone as an instant; without a time at the end of the day. */
export const instantOf = ({ due_date, due_time }: Planned, zone: string): string | null =>
  due_date ? instantIn(zone, `${due_date}T${due_time ? `${due_time}:00.000` : "23:59:59.999"}`) : null;

interface Timed {
  created_at: string;
  start_datetime?: string | null;
  due_at?: string | null;
  completed_datetime?: string | null;
}

/** Where an activity stands in time: when it began or begins, was done, is due, or else was written down. */
export const happensAt = ({ start_datetime, completed_datetime, due_at, created_at }: Timed): string =>
  start_datetime ?? completed_datetime ?? due_at ?? created_at;

export const isOpen = ({ status }: { status: string }): boolean => status !== "COMPLETED" && status !== "CANCELLED";
