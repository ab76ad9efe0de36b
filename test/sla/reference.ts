import type { Calendar, Pause, Skipped, Window } from "../../packages/core/src/sla/working-time.rules.ts";

/**
 * Working time as one would count it with a stopwatch: second by second, by what clocks of the zone show. They are read once a
 * minute, because zones are moved at whole minutes, and windows begin and end at such.
 */

const DAY = 24 * 60 * 60 * 1000;
const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

interface Shown {
  day: string;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks show at an instant. */
function shownAt(ms: number, timeZone: string): Shown {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short", hourCycle: "h23" });
  formats.set(timeZone, format);
  const [day, time] = format.format(ms).split(" ") as [string, string];
  return { day, minute: minutesOf(time) };
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const dayBefore = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - DAY).toISOString().slice(0, 10);

function isIn(minute: number, own: readonly Window[] = [], before: readonly Window[] = []): boolean {
  const today = own.some(([from, to]) =>
    from < to ? minutesOf(from) <= minute && minute < minutesOf(to) : minutesOf(from) <= minute,
  );
  return today || before.some(([from, to]) => to <= from && minute < minutesOf(to));
}

function kindOf({ hours, holidays, extra_days }: Calendar, { day, minute }: Shown): "open" | "closed" | "holiday" {
  const weekly = (on: string) => hours[names[new Date(`${on}T00:00:00Z`).getUTCDay()] as (typeof names)[number]];
  const eve = dayBefore(day);
  if (isIn(minute, extra_days[day], extra_days[eve])) return "open";
  if (!isIn(minute, weekly(day), weekly(eve))) return "closed";
  return holidays.includes(day) ? "holiday" : "open";
}

/** Whether the minute that begins at an instant counts. */
export const isOpenAt = (calendar: Calendar, ms: number): boolean => kindOf(calendar, shownAt(ms, calendar.timezone)) === "open";

export interface Run {
  from: string;
  to: string | null;
  reason: Skipped["reason"] | "open";
}

/** Stretches from the start until so many seconds have counted, or until a pause that goes on; `until` bounds the search. */
export function counted(calendar: Calendar, start: string, seconds: number, pauses: readonly Pause[], until: number) {
  const runs: { from: number; to: number | null; reason: Run["reason"] }[] = [];
  const told = (due_at: number | null, left: number) => ({
    runs: runs.map((run): Run => ({ from: iso(run.from), to: run.to === null ? null : iso(run.to), reason: run.reason })),
    due_at: due_at === null ? null : iso(due_at),
    left,
  });
  const put = (from: number, to: number | null, reason: Run["reason"]): void => {
    const last = runs.at(-1);
    if (last?.reason === reason) last.to = to;
    else runs.push({ from, to, reason });
  };
  const secondOf = (at: string): number => Math.floor(Date.parse(at) / 1000);
  const open = pauses.filter(({ to }) => to === null).map(({ from }) => secondOf(from));
  const ended = pauses.map(({ from, to }) => ({ from: secondOf(from), to: to === null ? 0 : secondOf(to) }));
  const first = secondOf(start);
  let left = seconds;
  let kind: ReturnType<typeof kindOf> = "closed";
  for (let second = first; second * 1000 < until; second++) {
    if (second === first || second % 60 === 0) kind = kindOf(calendar, shownAt(second * 1000, calendar.timezone));
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

const iso = (second: number): string => new Date(second * 1000).toISOString();
