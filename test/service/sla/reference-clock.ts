import type { Calendar, Pause, SkippedInterval, Window } from "../../../packages/core/src/service/sla/working-time.rules.ts";

/**
 * Counts working time slowly, second by second, by the local time of the zone. The local time is read once a minute, because zones change
 * and windows begin and end at whole minutes.
 */

const DAY_MS = 24 * 60 * 60 * 1000;
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

interface LocalTime {
  day: string;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local time in a zone. */
function toLocalTime(ms: number, timeZone: string): LocalTime {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short", hourCycle: "h23" });
  formats.set(timeZone, format);
  const [day, time] = format.format(ms).split(" ") as [string, string];
  return { day, minute: parseMinutes(time) };
}

const parseMinutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const previousDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);

function isInWindows(minute: number, windows: readonly Window[] = [], before: readonly Window[] = []): boolean {
  const today = windows.some(([from, to]) =>
    from < to ? parseMinutes(from) <= minute && minute < parseMinutes(to) : parseMinutes(from) <= minute,
  );
  return today || before.some(([from, to]) => to <= from && minute < parseMinutes(to));
}

function classifyMinute({ hours, holidays, extra_days }: Calendar, { day, minute }: LocalTime): "open" | "closed" | "holiday" {
  const weekly = (on: string) => hours[weekdayNames[new Date(`${on}T00:00:00Z`).getUTCDay()] as (typeof weekdayNames)[number]];
  const eve = previousDay(day);
  if (isInWindows(minute, extra_days[day], extra_days[eve])) return "open";
  if (!isInWindows(minute, weekly(day), weekly(eve))) return "closed";
  return holidays.includes(day) ? "holiday" : "open";
}

/** Whether the minute that begins at `ms` counts. */
export const isOpenAt = (calendar: Calendar, ms: number): boolean =>
  classifyMinute(calendar, toLocalTime(ms, calendar.timezone)) === "open";

export interface TimeRun {
  from: string;
  to: string | null;
  reason: SkippedInterval["reason"] | "open";
}

/** The runs from the start until that many seconds have counted, or until an open pause; `until` limits the search. */
export function countWorkingTime(calendar: Calendar, start: string, seconds: number, pauses: readonly Pause[], until: number) {
  const runs: { from: number; to: number | null; reason: TimeRun["reason"] }[] = [];
  const told = (due_at: number | null, left: number) => ({
    runs: runs.map((run): TimeRun => ({ from: toIso(run.from), to: run.to === null ? null : toIso(run.to), reason: run.reason })),
    due_at: due_at === null ? null : toIso(due_at),
    left,
  });
  const put = (from: number, to: number | null, reason: TimeRun["reason"]): void => {
    const last = runs.at(-1);
    if (last?.reason === reason) last.to = to;
    else runs.push({ from, to, reason });
  };
  const secondOf = (at: string): number => Math.floor(Date.parse(at) / 1000);
  const open = pauses.filter(({ to }) => to === null).map(({ from }) => secondOf(from));
  const ended = pauses.map(({ from, to }) => ({ from: secondOf(from), to: to === null ? 0 : secondOf(to) }));
  const first = secondOf(start);
  let left = seconds;
  let kind: ReturnType<typeof classifyMinute> = "closed";
  for (let second = first; second * 1000 < until; second++) {
    if (second === first || second % 60 === 0) kind = classifyMinute(calendar, toLocalTime(second * 1000, calendar.timezone));
    if (open.some((from) => from <= second)) {
      put(second, null, "pause");
      return told(null, left);
    }
    const isPaused = kind === "open" && ended.some(({ from, to }) => from <= second && second < to);
    put(second, second + 1, isPaused ? "pause" : kind);
    if (kind === "open" && !isPaused) left--;
    if (left === 0) return told(second + 1, left);
  }
  return undefined;
}

const toIso = (second: number): string => new Date(second * 1000).toISOString();
