import { formatInstant } from "../../kernel/date-bounds.ts";

/**
 * Recurrence rules (RFC 5545, 3.3.10) in local time, as text (`2026-11-20T09:30:00`), independent of time zones. Where the standard
 * is ambiguous, they follow the common implementation `rrule`.
 */
export interface RecurrenceRule {
  freq: (typeof frequencies)[number];
  interval: number;
  count: number | null;
  /** The last instant at which an occurrence may begin. */
  until: string | null;
  wkst: number;
  byParts: Partial<Record<(typeof numberLists)[number], readonly number[]>>;
  byday: readonly { day: number; nth: number | null }[];
}

export const frequencies = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
export const weekdayCodes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

const weekdayNames: readonly string[] = weekdayCodes;

const numberLists = ["BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS"] as const;

/** The lowest and highest value of each list. A signed list also takes the negated values, which count from the end. */
const listBounds: Record<(typeof numberLists)[number], readonly [number, number, signed?: true]> = {
  BYMONTH: [1, 12],
  BYWEEKNO: [1, 53, true],
  BYYEARDAY: [1, 366, true],
  BYMONTHDAY: [1, 31, true],
  BYHOUR: [0, 23],
  BYMINUTE: [0, 59],
  BYSECOND: [0, 59],
  BYSETPOS: [1, 366, true],
};

const DAY_MS = 24 * 60 * 60 * 1000;
export const parseLocal = (local: string): number => Date.parse(`${local}Z`);
export const formatLocal = (ms: number): string => formatInstant(ms).slice(0, 19);

/** Parses a rule. Returns an error text if it is invalid. `convertLocal` converts an UNTIL that is a day or a local time. */
export function parseRule(text: string, convertLocal: (local: string) => string): RecurrenceRule | string {
  const rule: RecurrenceRule = { freq: "DAILY", interval: 1, count: null, until: null, wkst: 0, byParts: {}, byday: [] };
  const parts = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .split(";")
    .map((part) => part.split("="));
  const partNames = parts.map(([name]) => name);
  if (parts.some((part) => part.length !== 2 || !part[1])) return "Must be an RFC 5545 rule, such as FREQ=WEEKLY;BYDAY=MO,WE";
  if (new Set(partNames).size < partNames.length) return "Each part of the rule can occur only once";
  for (const [name = "", value = ""] of parts) {
    const problem = parsePart(rule, name, value, convertLocal);
    if (problem) return problem;
  }
  if (!partNames.includes("FREQ")) return `Required: FREQ=${frequencies.join("|")}`;
  return findConflict(rule) ?? rule;
}

function parsePart(rule: RecurrenceRule, name: string, value: string, toInstant: (local: string) => string): string | undefined {
  const list = numberLists.find((numberList) => numberList === name);
  if (list) {
    const numbers = value.split(",").map((item) => (/^[+-]?\d{1,3}$/.test(item) ? Number(item) : Number.NaN));
    const [low, high, signed] = listBounds[list];
    const isInRange = (entry: number): boolean =>
      (entry >= low && entry <= high) || (signed === true && -entry >= low && -entry <= high);
    rule.byParts[list] = numbers;
    return numbers.every(isInRange)
      ? undefined
      : `${name} must be from ${low} to ${high}${signed ? `, or from -${high} to -${low}` : ""}`;
  }
  if (name === "FREQ") {
    const freq = frequencies.find((frequency) => frequency === value);
    if (freq) rule.freq = freq;
    return freq ? undefined : `FREQ must be one of ${frequencies.join(", ")}`;
  }
  if (name === "INTERVAL" || name === "COUNT") {
    const number = /^\d{1,4}$/.test(value) ? Number(value) : 0;
    if (name === "COUNT") rule.count = number;
    else rule.interval = number;
    return number > 0 ? undefined : `${name} must be from 1 to 9999`;
  }
  if (name === "UNTIL") return parseUntil(rule, value, toInstant);
  if (name === "WKST") {
    rule.wkst = weekdayNames.indexOf(value);
    return rule.wkst < 0 ? "WKST must be a day of the week, such as MO" : undefined;
  }
  if (name !== "BYDAY") return `${name} is not supported in a rule`;
  const read = value.split(",").map((item) => /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(item));
  if (read.some((match) => !match || Number(match[1] ?? 1) === 0)) return "BYDAY must contain days such as MO, 2MO or -1FR";
  rule.byday = read.map((match) => ({
    day: weekdayNames.indexOf(match?.[2] ?? ""),
    nth: match?.[1] === undefined ? null : Number(match[1]),
  }));
  return undefined;
}

function parseUntil(rule: RecurrenceRule, value: string, toInstant: (local: string) => string): string | undefined {
  const [, year, month, day, time, utc] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{6})(Z)?)?$/.exec(value) ?? [];
  const clock = time ? time.replace(/(..)(..)(..)/, "$1:$2:$3") : "23:59:59";
  const local = `${year}-${month}-${day}T${clock}`;
  const ms = year ? parseLocal(local) : Number.NaN;
  // Date parsing turns a day that the month does not have into another day.
  if (Number.isNaN(ms) || formatLocal(ms) !== local) return "UNTIL must be a day, 20271231, or a timestamp, 20271231T170000Z";
  rule.until = utc ? formatInstant(ms) : toInstant(local);
  return undefined;
}

/** Limits the times that a rule gives in one day, because a period of the rule is computed as a whole. */
const MAX_TIMES_PER_DAY = 48;

/** Returns the message for parts that exclude each other (RFC 5545, 3.3.10). */
function findConflict({ freq, byParts, byday, count, until }: RecurrenceRule): string | undefined {
  if (count !== null && until !== null) return "Specify COUNT or UNTIL, not both";
  const times = [byParts.BYHOUR, byParts.BYMINUTE, byParts.BYSECOND].reduce(
    (product, values) => product * (values?.length ?? 1),
    1,
  );
  if (times > MAX_TIMES_PER_DAY) return `A rule can have at most ${MAX_TIMES_PER_DAY} occurrences a day`;
  const isNumbered = byday.some(({ nth }) => nth !== null);
  if (isNumbered && (freq === "DAILY" || freq === "WEEKLY" || byParts.BYWEEKNO))
    return "BYDAY with a number requires FREQ=MONTHLY, or FREQ=YEARLY without BYWEEKNO";
  if (byParts.BYWEEKNO && freq !== "YEARLY") return "BYWEEKNO requires FREQ=YEARLY";
  if (byParts.BYYEARDAY && freq !== "YEARLY") return "BYYEARDAY requires FREQ=YEARLY";
  if (byParts.BYMONTHDAY && freq === "WEEKLY") return "BYMONTHDAY is not allowed with FREQ=WEEKLY";
  if (byParts.BYSETPOS && byday.length === 0 && Object.keys(byParts).length === 1) return "BYSETPOS requires another BY part";
  return undefined;
}

const formatUntil = (instant: string): string => `${instant.slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

/** Formats a rule as in RFC 5545. */
export function formatRule({ freq, interval, count, until, wkst, byParts, byday }: RecurrenceRule): string {
  return [
    `FREQ=${freq}`,
    ...(interval > 1 ? [`INTERVAL=${interval}`] : []),
    ...numberLists.flatMap((name) => (byParts[name] ? [`${name}=${byParts[name].join()}`] : [])),
    ...(byday.length > 0 ? [`BYDAY=${byday.map(({ day, nth }) => `${nth ?? ""}${weekdayCodes[day]}`).join()}`] : []),
    ...(wkst > 0 ? [`WKST=${weekdayCodes[wkst]}`] : []),
    ...(count === null ? [] : [`COUNT=${count}`]),
    ...(until === null ? [] : [`UNTIL=${formatUntil(until)}`]),
  ].join(";");
}

/** A rule is followed for at most this many years after `from`. A rule without an occurrence in that time has ended. */
const MAX_YEARS = 50;

/**
 * Iterates over the local times of the occurrences of a rule that begins at `start`, from `from` on. Ignores UNTIL, which is an
 * instant. A rule without COUNT is not followed from its beginning, so that the cost does not grow with its age.
 */
export function* iterateOccurrences(rule: RecurrenceRule, start: string, from = start): Generator<string> {
  const [first, earliestMs] = [parseLocal(start), Math.max(parseLocal(start), parseLocal(from))];
  const last = earliestMs + MAX_YEARS * 366 * DAY_MS;
  let count = 0;
  for (let periodIndex = rule.count === null ? Math.max(0, countPeriods(rule, first, earliestMs) - 1) : 0; ; periodIndex++) {
    const period = buildPeriod(rule, first, periodIndex * rule.interval);
    if (period.from > last || period.from > MAX_INSTANT_MS) return;
    for (const ms of listTimes(rule, period, first)) {
      if (ms < first) continue;
      if (rule.count !== null && ++count > rule.count) return;
      if (ms >= earliestMs) yield formatLocal(ms);
    }
  }
}

/** Returns the first occurrences, at most `most`. */
export function takeFirst(occurrences: Iterable<string>, limit: number): string[] {
  const first: string[] = [];
  for (const occurrence of occurrences) if (first.push(occurrence) === limit) break;
  return first;
}

const MAX_INSTANT_MS = Date.parse("9998-01-01T00:00:00Z");

/** Returns the number of intervals of the rule between two times, or one less. */
function countPeriods({ freq, interval }: RecurrenceRule, first: number, to: number): number {
  const [a, b] = [new Date(first), new Date(to)];
  const years = b.getUTCFullYear() - a.getUTCFullYear();
  const periodCount = {
    DAILY: (to - first) / DAY_MS,
    WEEKLY: (to - first) / (7 * DAY_MS),
    MONTHLY: years * 12 + b.getUTCMonth() - a.getUTCMonth(),
    YEARLY: years,
  }[freq];
  return Math.floor(periodCount / interval);
}

/** The days from `from` (inclusive) to `to` (exclusive). */
interface Period {
  from: number;
  to: number;
}

const dayStart = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;
/** 0 is Monday. */
const toWeekday = (day: number): number => (new Date(day).getUTCDay() + 6) % 7;
const weekStart = (day: number, wkst: number): number => day - ((toWeekday(day) - wkst + 7) % 7) * DAY_MS;
const yearPeriod = (year: number): Period => ({ from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) });
const monthPeriod = (year: number, month: number): Period => ({ from: Date.UTC(year, month), to: Date.UTC(year, month + 1) });

/** Returns the day, week, month or year that is `number` after the first one. */
function buildPeriod({ freq, wkst }: RecurrenceRule, first: number, number: number): Period {
  const date = new Date(first);
  if (freq === "YEARLY") return yearPeriod(date.getUTCFullYear() + number);
  if (freq === "MONTHLY") return monthPeriod(date.getUTCFullYear(), date.getUTCMonth() + number);
  const from = freq === "WEEKLY" ? weekStart(dayStart(first), wkst) + number * 7 * DAY_MS : dayStart(first) + number * DAY_MS;
  return { from, to: from + (freq === "WEEKLY" ? 7 : 1) * DAY_MS };
}

/** Lists the times that the rule gives in a period, in order. */
function listTimes(rule: RecurrenceRule, period: Period, first: number): number[] {
  const { BYHOUR, BYMINUTE, BYSECOND, BYSETPOS } = rule.byParts;
  const start = new Date(first);
  const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const timesOfDay = ascending(BYHOUR ?? [start.getUTCHours()]).flatMap((hour) =>
    ascending(BYMINUTE ?? [start.getUTCMinutes()]).flatMap((minute) =>
      ascending(BYSECOND ?? [start.getUTCSeconds()]).map((second) => ((hour * 60 + minute) * 60 + second) * 1000),
    ),
  );
  const times = listDays(rule, period, start).flatMap((day) => timesOfDay.map((time) => day + time));
  if (!BYSETPOS) return times;
  return ascending(BYSETPOS.flatMap((position) => times[position > 0 ? position - 1 : times.length + position] ?? []));
}

function listDays(rule: RecurrenceRule, period: Period, start: Date): number[] {
  const isWanted = buildDayTest(rule, start);
  const days: number[] = [];
  for (let day = period.from; day < period.to; day += DAY_MS) if (isWanted(day)) days.push(day);
  return days;
}

/** Returns a test whether a day matches the rule. Parts that the rule does not contain are taken from its start. */
function buildDayTest({ freq, wkst, byParts, byday }: RecurrenceRule, start: Date): (day: number) => boolean {
  const { BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY } = byParts;
  const isOpen = !BYWEEKNO && !BYYEARDAY && !BYMONTHDAY && byday.length === 0;
  const months = BYMONTH ?? (isOpen && freq === "YEARLY" ? [start.getUTCMonth() + 1] : undefined);
  const monthdays = BYMONTHDAY ?? (isOpen && (freq === "YEARLY" || freq === "MONTHLY") ? [start.getUTCDate()] : undefined);
  const weekdays = isOpen && freq === "WEEKLY" ? [{ day: toWeekday(start.getTime()), nth: null }] : byday;
  return (day) => {
    const date = new Date(day);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    const thisMonth = monthPeriod(year, month);
    if (months && !months.includes(month + 1)) return false;
    if (BYWEEKNO && !isInWeek(day, wkst, BYWEEKNO)) return false;
    if (BYYEARDAY && !isAtPosition(BYYEARDAY, day, yearPeriod(year))) return false;
    if (monthdays && !isAtPosition(monthdays, day, thisMonth)) return false;
    const period = freq === "YEARLY" && !BYMONTH ? yearPeriod(year) : thisMonth;
    return weekdays.length === 0 || weekdays.some((weekday) => toWeekday(day) === weekday.day && isNth(weekday.nth, day, period));
  };
}

/** Tells whether a day is at one of these positions in a period, counted from its beginning or from its end. */
const isAtPosition = (places: readonly number[], day: number, { from, to }: Period): boolean =>
  places.includes((day - from) / DAY_MS + 1) || places.includes((day - to) / DAY_MS);

/** Tells whether a day is the n-th of its weekday in the period. */
function isNth(nth: number | null, day: number, { from, to }: Period): boolean {
  if (nth === null) return true;
  return nth > 0
    ? Math.floor((day - from) / (7 * DAY_MS)) + 1 === nth
    : Math.floor((to - DAY_MS - day) / (7 * DAY_MS)) + 1 === -nth;
}

/** Tells whether a day is in one of these weeks of its year. The first week has at least four days in the year; `-1` is the last. */
function isInWeek(day: number, wkst: number, weeks: readonly number[]): boolean {
  const week = weekStart(day, wkst);
  const year = new Date(week + 3 * DAY_MS).getUTCFullYear();
  const findFirstWeek = (weekYear: number): number => weekStart(Date.UTC(weekYear, 0, 4), wkst);
  const number = (week - findFirstWeek(year)) / (7 * DAY_MS) + 1;
  const total = (findFirstWeek(year + 1) - findFirstWeek(year)) / (7 * DAY_MS);
  return weeks.includes(number) || weeks.includes(number - total - 1);
}
