import { parseAbsolute, parseDate, parseDateTime, toZoned } from "@internationalized/date";
import type { Field, Kind, RecordData } from "../../api/kind.ts";
import { type Hue, hueForColor, hueForText } from "../../ui/kit/hue.ts";
import { addDays } from "./calendar-days.ts";

/** A record in a calendar: on days, or at times of one day. */
export interface CalendarEntry<R extends RecordData = RecordData> {
  readonly id: string;
  readonly record: R;
  /** The days that it is on, the last one included. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** When it begins and ends, in milliseconds. Undefined: it is on whole days. */
  readonly time?: { readonly start: number; readonly end: number };
  /** The fields that hold its time. */
  readonly fields: { readonly start: string; readonly end?: string };
}

/** A task has no start: it is to be done by a day, or by an hour of a day in a time zone. */
const [DUE_DAY, DUE_TIME, DUE_ZONE] = ["due_date", "due_time", "timezone"] as const;
const [MINUTE_MS, DAY_MS] = [60_000, 24 * 60 * 60_000];
/** How long an entry without an end is shown. */
const DEFAULT_MS = 30 * MINUTE_MS;

export const readDayIn = (time: number, timeZone: string): string =>
  parseAbsolute(new Date(time).toISOString(), timeZone).toString().slice(0, 10);

const parseMinute = (time: string): number => {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
};

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Reads where a record stands in a calendar. Undefined: it has no date. */
export function readEntry<R extends RecordData>(
  { calendar, fields }: Pick<Kind, "calendar" | "fields">,
  record: R,
  timeZone: string,
): CalendarEntry<R> | undefined {
  if (!calendar) return undefined;
  const [start, end] = [record[calendar.start], calendar.end === undefined ? undefined : record[calendar.end]];
  const common = { id: record.id, record };
  if (!isText(start)) {
    const { [DUE_DAY]: day, [DUE_TIME]: hour, [DUE_ZONE]: zone } = record;
    if (!isText(day) || calendar.start === DUE_DAY) return undefined;
    const due = { ...common, fields: { start: DUE_DAY } };
    if (!isText(hour)) return { ...due, firstDay: day, lastDay: day };
    const dueAt = Date.parse(toInstant(day, parseMinute(hour), isText(zone) ? zone : timeZone));
    const dueDay = readDayIn(dueAt, timeZone);
    return { ...due, firstDay: dueDay, lastDay: dueDay, time: { start: dueAt, end: dueAt + DEFAULT_MS } };
  }
  const own = { start: calendar.start, ...(calendar.end === undefined ? {} : { end: calendar.end }) };
  if (fields.find(({ name }) => name === calendar.start)?.type === "date") {
    const last = isText(end) && end > start ? end : start;
    return { ...common, firstDay: start, lastDay: last, fields: own };
  }
  const from = Date.parse(start);
  const to =
    isText(end) && Date.parse(end) > from ? Date.parse(end) : from + (readMinutes(record) ?? 0) * MINUTE_MS || from + DEFAULT_MS;
  const time = { start: from, end: to > from ? to : from + DEFAULT_MS };
  // An entry that ends at midnight is not on the day that begins then.
  return { ...common, firstDay: readDayIn(from, timeZone), lastDay: readDayIn(time.end - 1, timeZone), time, fields: own };
}

const readMinutes = ({ duration_minutes }: RecordData): number | undefined =>
  typeof duration_minutes === "number" && duration_minutes > 0 ? duration_minutes : undefined;

/** Whether an entry stands above the hours: it is on whole days, or lasts a day and more. */
export const isLong = ({ time }: Pick<CalendarEntry, "time">): boolean => time === undefined || time.end - time.start >= DAY_MS;

export const isOnDay = ({ firstDay, lastDay }: Pick<CalendarEntry, "firstDay" | "lastDay">, day: string): boolean =>
  firstDay <= day && day <= lastDay;

/** Whether a task is open although its day or its hour is over. */
export const isOverdue = ({ record, fields, time, lastDay }: CalendarEntry, now: number, timeZone: string): boolean =>
  fields.start === DUE_DAY && !isClosed(record) && (time ? time.start < now : lastDay < readDayIn(now, timeZone));

/** Whether nothing is left to do. */
export const isClosed = ({ is_completed, status }: RecordData): boolean => is_completed === true || status === "CANCELLED";

/** Sorts entries as a calendar lists them: long ones first, then by their start. */
export const compareEntries = (a: CalendarEntry, b: CalendarEntry): number =>
  (a.firstDay < b.firstDay ? -1 : a.firstDay > b.firstDay ? 1 : 0) ||
  Number(isLong(b)) - Number(isLong(a)) ||
  (a.time?.start ?? 0) - (b.time?.start ?? 0) ||
  (b.time?.end ?? 0) - (a.time?.end ?? 0) ||
  (a.id < b.id ? -1 : 1);

/** The label of the value that gives an entry its hue. */
export function readHueLabel(field: Field | undefined, record: RecordData): string | undefined {
  const value = field === undefined ? undefined : record[field.name];
  return field?.choices?.find(({ id, code }) => isText(value) && (id === value || code === value))?.name;
}

/** The field whose value gives an entry its hue: the type of the record, or else its status. */
export const findHueField = ({ fields, board }: Pick<Kind, "fields" | "board">): Field | undefined =>
  fields.find(({ name, type, choices }) => /_type(?:_id)?$/.test(name) && (type === "master" || type === "choice") && choices) ??
  fields.find(({ name }) => name === board?.field);

export function readHue(field: Field | undefined, record: RecordData): Hue {
  const value = field === undefined ? undefined : record[field.name];
  const choice = field?.choices?.find(({ id, code }) => isText(value) && (id === value || code === value));
  if (!choice) return "blue";
  const hue = hueForColor(choice.color);
  // Values without a color are told apart all the same.
  return choice.color ? hue : hueForText(choice.code);
}

const formatMinute = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** Returns the instant of a local time. A time that a clock change skips is moved on; of one that occurs twice it is the first. */
export const toInstant = (day: string, minute: number, timeZone: string): string => {
  const [whole, rest] = minute >= DAY_MINUTES ? [addDays(day, 1), minute - DAY_MINUTES] : [day, minute];
  return toZoned(parseDateTime(`${whole}T${formatMinute(rest)}`), timeZone, "compatible")
    .toDate()
    .toISOString();
};

const DAY_MINUTES = 24 * 60;

/** Returns the minute of the local day that an instant falls on. */
export function readMinute(time: number, timeZone: string): number {
  const { hour, minute } = parseAbsolute(new Date(time).toISOString(), timeZone);
  return hour * 60 + minute;
}

/** The fields that a change of place writes. */
type Change = Readonly<Record<string, string>>;

/** Moves an entry by days. Times of day stay as they are, also over a clock change. */
export function moveByDays({ time, firstDay, lastDay, fields }: CalendarEntry, days: number, timeZone: string): Change {
  if (time === undefined)
    return {
      [fields.start]: addDays(firstDay, days),
      ...(fields.end === undefined ? {} : { [fields.end]: addDays(lastDay, days) }),
    };
  return moveToTime({ time, fields }, addDays(firstDay, days), readMinute(time.start, timeZone), timeZone);
}

/** Moves an entry to a local time. It lasts as long as before. */
export function moveToTime(
  { time, fields }: Pick<CalendarEntry, "time" | "fields">,
  day: string,
  minute: number,
  timeZone: string,
): Change {
  if (fields.start === DUE_DAY) return { [DUE_DAY]: day, [DUE_TIME]: formatMinute(minute), [DUE_ZONE]: timeZone };
  const start = toInstant(day, minute, timeZone);
  const length = time === undefined ? DEFAULT_MS : time.end - time.start;
  const end = new Date(Date.parse(start) + length).toISOString();
  return { [fields.start]: start, ...(fields.end === undefined ? {} : { [fields.end]: end }) };
}

/** Lets an entry end at another local time. */
export const resizeTo = ({ fields }: Pick<CalendarEntry, "fields">, day: string, minute: number, timeZone: string): Change =>
  fields.end === undefined ? {} : { [fields.end]: toInstant(day, minute, timeZone) };

/** Lets an entry of whole days end on another day. */
export const resizeToDay = ({ fields, firstDay }: Pick<CalendarEntry, "fields" | "firstDay">, day: string): Change =>
  fields.end === undefined ? {} : { [fields.end]: day < firstDay ? firstDay : day };

/** The period of days as instants: from the begin of the first one to the begin of the day after the last one. */
export const readPeriod = (days: readonly string[], timeZone: string): { readonly from: string; readonly to: string } => {
  const begin = (day: string): string => toZoned(parseDate(day), timeZone, "compatible").toDate().toISOString();
  const [first = "", last = first] = [days[0], days.at(-1)];
  return { from: begin(first), to: begin(addDays(last, 1)) };
};
