import { addDays, instantToLocal, localToInstant } from "../../kernel/time-zone.ts";

/** Schedules in the five fields of cron, in a time zone: minute, hour, day of month, month, day of week (0 and 7 are Sunday). Pure. */

interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

const cronFields: readonly CronField[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12 },
  { name: "day of week", min: 0, max: 7 },
];

interface Cron {
  readonly values: readonly ReadonlySet<number>[];
  /** Whether day of month and day of week are limited. If both are, one of them is enough, as cron has it. */
  readonly limitsMonthDay: boolean;
  readonly limitsWeekday: boolean;
}

/** Parses an expression. Returns the reason if it is none. */
export function parseCron(text: string): Cron | string {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 5) return "Must have five fields: minute, hour, day of month, month, day of week";
  const values: ReadonlySet<number>[] = [];
  for (const [index, part] of parts.entries()) {
    const field = cronFields[index] as CronField;
    const parsed = parseField(part, field);
    if (!parsed)
      return `The ${field.name} must be *, a number from ${field.min} to ${field.max}, a range, a step or a list of these`;
    values.push(parsed);
  }
  const weekdays = values[4] as ReadonlySet<number>;
  if (weekdays.has(7)) values[4] = new Set([...weekdays, 0]);
  return { values, limitsMonthDay: parts[2] !== "*", limitsWeekday: parts[4] !== "*" };
}

function parseField(text: string, { min, max }: CronField): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [, range = "", from, to, step] = /^(\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (range === "") return undefined;
    const first = from === undefined ? min : Number(from);
    const last = to === undefined ? (from === undefined || step !== undefined ? max : first) : Number(to);
    const by = step === undefined ? 1 : Number(step);
    if (first < min || last > max || first > last || by < 1) return undefined;
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return values;
}

/** Days in which a time is searched: longer than from one 29 February to the next. */
const MAX_DAYS = 366 * 9;

/** Returns the first instant after another at which a schedule runs; undefined if there is none. A local time that the clocks skip runs an hour later. */
export function findNextRun({ values, limitsMonthDay, limitsWeekday }: Cron, zone: string, after: string): string | undefined {
  const [minutes, hours, monthDays, months, weekdays] = values as [
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
  ];
  const today = instantToLocal(zone, after).slice(0, 10);
  for (let ahead = 0; ahead < MAX_DAYS; ahead++) {
    const day = addDays(today, ahead);
    const isMonthDay = monthDays.has(Number(day.slice(8, 10)));
    const isWeekday = weekdays.has(new Date(`${day}T00:00:00Z`).getUTCDay());
    const isDay = limitsMonthDay && limitsWeekday ? isMonthDay || isWeekday : isMonthDay && isWeekday;
    if (!isDay || !months.has(Number(day.slice(5, 7)))) continue;
    for (const hour of [...hours].sort((a, b) => a - b))
      for (const minute of [...minutes].sort((a, b) => a - b)) {
        const time = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
        const instant = localToInstant(zone, `${day}T${time}:00.000`);
        if (instant > after) return instant;
      }
  }
  return undefined;
}
