import { describe, expect, it } from "vitest";
import {
  type Calendar,
  type Explained,
  explained,
  hasHours,
  instantsOf,
  type Pause,
  secondsBetween,
  type Window,
  weekdays,
} from "../../packages/core/src/sla/working-time.rules.ts";
import { chanceOf } from "../chance.ts";
import { counted, type Run } from "./reference.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

const workdays = ["mon", "tue", "wed", "thu", "fri"] as const;
const on = (days: readonly (typeof weekdays)[number][], ...windows: Window[]): Calendar["hours"] =>
  Object.fromEntries(days.map((day) => [day, windows]));

const calendarOf = (timezone: string, hours: Calendar["hours"], more: Partial<Calendar> = {}): Calendar => ({
  timezone,
  hours,
  holidays: [],
  extra_days: {},
  ...more,
});

const office = on(workdays, ["09:00", "17:00"]);
const always = on(weekdays, ["00:00", "24:00"]);
const nights = on(weekdays, ["22:00", "06:00"]);

type Case = [what: string, calendar: Calendar, start: string, seconds: number, due: string, pauses?: Pause[]];

const day = "2026-03-16";
const cases: Case[] = [
  ["within a window", calendarOf("UTC", office), `${day}T10:00:00Z`, HOUR, `${day}T11:00:00Z`],
  ["to the second", calendarOf("UTC", office), `${day}T10:00:01Z`, HOUR + 1, `${day}T11:00:02Z`],
  ["with less than a second dropped", calendarOf("UTC", office), `${day}T10:00:01.999Z`, 60, `${day}T10:01:01Z`],
  ["before opening, from opening on", calendarOf("UTC", office), `${day}T03:00:00Z`, HOUR, `${day}T10:00:00Z`],
  ["after closing, on the next day", calendarOf("UTC", office), `${day}T17:00:00Z`, HOUR, "2026-03-17T10:00:00Z"],
  ["exactly at closing", calendarOf("UTC", office), `${day}T09:00:00Z`, 8 * HOUR, `${day}T17:00:00Z`],
  ["a second more than a day has", calendarOf("UTC", office), `${day}T09:00:00Z`, 8 * HOUR + 1, "2026-03-17T09:00:01Z"],
  ["over a weekend", calendarOf("UTC", office), "2026-03-20T16:00:00Z", 2 * HOUR, "2026-03-23T10:00:00Z"],
  [
    "over a break at noon",
    calendarOf("Europe/Berlin", on(workdays, ["09:00", "12:00"], ["13:00", "17:00"])),
    `${day}T10:00:00Z`,
    2 * HOUR,
    `${day}T13:00:00Z`,
  ],
  [
    "over windows that overlap, once",
    calendarOf("UTC", on(["mon"], ["09:00", "12:00"], ["11:00", "13:00"])),
    `${day}T09:00:00Z`,
    4 * HOUR,
    `${day}T13:00:00Z`,
  ],
  [
    "by a zone with a quarter of an hour",
    calendarOf("Asia/Kathmandu", on(["mon"], ["10:00", "11:00"])),
    `${day}T00:00:00Z`,
    60,
    `${day}T04:16:00Z`,
  ],
  ["through a night", calendarOf("UTC", nights), `${day}T23:00:00Z`, 3 * HOUR, "2026-03-17T02:00:00Z"],
  ["in the part of a night behind midnight", calendarOf("UTC", nights), `${day}T05:00:00Z`, 2 * HOUR, `${day}T23:00:00Z`],
  [
    "through a night of one day of the week, from its morning on",
    calendarOf("UTC", on(["sun"], ["22:00", "06:00"])),
    `${day}T05:00:00Z`,
    2 * HOUR,
    "2026-03-22T23:00:00Z",
  ],
  [
    "in a window that ends at midnight, either way of saying it",
    calendarOf("UTC", on(["mon"], ["22:00", "00:00"], ["21:00", "24:00"])),
    `${day}T20:00:00Z`,
    3 * HOUR,
    "2026-03-17T00:00:00Z",
  ],
  [
    "over a holiday",
    calendarOf("Europe/Berlin", on(weekdays, ["08:00", "17:00"]), { holidays: ["2026-10-03"] }),
    "2026-10-02T14:30:00Z",
    2 * HOUR,
    "2026-10-04T07:30:00Z",
  ],
  [
    "over a holiday that is another day in UTC",
    calendarOf("Pacific/Auckland", always, { holidays: ["2026-02-06"] }),
    "2026-02-05T10:00:00Z",
    2 * HOUR,
    "2026-02-06T12:00:00Z",
  ],
  [
    "up to midnight in the night before a holiday, and on after the midnight behind it",
    calendarOf("UTC", nights, { holidays: ["2026-03-17"] }),
    `${day}T22:00:00Z`,
    3 * HOUR,
    "2026-03-18T01:00:00Z",
  ],
  [
    "on a day that is open once",
    calendarOf("UTC", office, { extra_days: { "2026-03-21": [["10:00", "12:00"]] } }),
    "2026-03-20T16:00:00Z",
    2 * HOUR,
    "2026-03-21T11:00:00Z",
  ],
  [
    "on a day that is open longer once",
    calendarOf("UTC", office, { extra_days: { [day]: [["18:00", "20:00"]] } }),
    `${day}T16:00:00Z`,
    2 * HOUR,
    `${day}T19:00:00Z`,
  ],
  [
    "on a holiday on which somebody works some hours",
    calendarOf("UTC", office, { holidays: [day], extra_days: { [day]: [["10:00", "11:00"]] } }),
    `${day}T00:00:00Z`,
    HOUR + 1,
    "2026-03-17T09:00:01Z",
  ],
  [
    "through the night of an extra day into a holiday",
    calendarOf("UTC", office, { holidays: ["2026-03-17"], extra_days: { [day]: [["22:00", "02:00"]] } }),
    `${day}T22:00:00Z`,
    4 * HOUR,
    "2026-03-17T02:00:00Z",
  ],
  [
    "over an hour that clocks skip",
    calendarOf("America/Los_Angeles", always),
    "2014-03-09T09:30:00Z",
    HOUR,
    "2014-03-09T10:30:00Z",
  ],
  [
    "in a window of which clocks skip an hour",
    calendarOf("Europe/Berlin", on(["sun"], ["01:00", "05:00"])),
    "2026-03-29T00:00:00Z",
    3 * HOUR + 1,
    "2026-04-04T23:00:01Z",
  ],
  [
    "in a window that clocks skip, never on that day",
    calendarOf("America/New_York", on(["sun"], ["02:00", "03:00"])),
    "2026-03-08T05:00:00Z",
    HOUR,
    "2026-03-15T07:00:00Z",
  ],
  [
    "in a window of which clocks show an hour twice, as one of an hour more",
    calendarOf("Europe/Berlin", on(["sun"], ["01:00", "03:00"])),
    "2026-10-24T22:00:00Z",
    3 * HOUR,
    "2026-10-25T02:00:00Z",
  ],
  [
    "in half an hour that clocks show twice",
    calendarOf("Australia/Lord_Howe", on(["sun"], ["01:30", "02:00"])),
    "2026-04-04T12:00:00Z",
    HOUR,
    "2026-04-04T15:30:00Z",
  ],
  [
    "in half an hour that clocks skip",
    calendarOf("Australia/Lord_Howe", on(["sun"], ["02:00", "03:00"])),
    "2026-10-03T12:00:00Z",
    30 * MINUTE,
    "2026-10-03T16:00:00Z",
  ],
  [
    "over a day that a country skipped",
    calendarOf("Pacific/Apia", on(["thu", "fri", "sat"], ["09:00", "10:00"])),
    "2011-12-29T19:00:00Z",
    2 * HOUR,
    "2011-12-30T20:00:00Z",
  ],
  [
    "over a pause",
    calendarOf("UTC", office),
    `${day}T09:00:00Z`,
    2 * HOUR,
    `${day}T12:30:00Z`,
    [{ from: `${day}T10:00:00Z`, to: `${day}T11:30:00Z` }],
  ],
  [
    "over a pause outside of working hours, as without it",
    calendarOf("UTC", office),
    `${day}T16:00:00Z`,
    2 * HOUR,
    "2026-03-17T10:00:00Z",
    [{ from: `${day}T17:00:00Z`, to: "2026-03-17T09:00:00Z" }],
  ],
  [
    "over pauses that overlap, and one within another, as over one",
    calendarOf("UTC", office),
    `${day}T09:00:00Z`,
    2 * HOUR,
    `${day}T14:00:00Z`,
    [
      { from: `${day}T11:00:00Z`, to: `${day}T13:00:00Z` },
      { from: `${day}T10:00:00Z`, to: `${day}T12:00:00Z` },
      { from: `${day}T11:10:00Z`, to: `${day}T11:20:00Z` },
    ],
  ],
  [
    "from the end of a pause in which it starts",
    calendarOf("UTC", office),
    `${day}T10:00:00Z`,
    HOUR,
    `${day}T12:00:00Z`,
    [{ from: `${day}T09:00:00Z`, to: `${day}T11:00:00Z` }],
  ],
  [
    "before a pause begins that goes on, in the same second too",
    calendarOf("UTC", office),
    `${day}T10:00:00Z`,
    HOUR,
    `${day}T11:00:00Z`,
    [{ from: `${day}T11:00:00Z`, to: null }],
  ],
];

const canonical = (at: string): string => new Date(at).toISOString();
const canonicalPauses = (pauses: readonly Pause[] = []): Pause[] =>
  pauses.map(({ from, to }) => ({ from: canonical(from), to: to && canonical(to) }));

describe("a target is due", () => {
  it.each(cases)("%s", (_, calendar, start, seconds, due, pauses) => {
    const told = explained(calendar, canonical(start), seconds, canonicalPauses(pauses));
    expect(told?.due_at).toBe(canonical(due));
    expect(told?.remaining_seconds).toBe(0);
    expect(secondsBetween(calendar, canonical(start), canonical(due), canonicalPauses(pauses))).toBe(seconds);
  });

  it("at no time that is known while a pause goes on, with what remains", () => {
    const pauses = [{ from: `${day}T11:00:00.000Z`, to: null }];
    const told = explained(calendarOf("UTC", office), `${day}T10:00:00.000Z`, 3 * HOUR, pauses);
    expect(told).toEqual({
      due_at: null,
      remaining_seconds: 2 * HOUR,
      segments: [{ from: `${day}T10:00:00.000Z`, to: `${day}T11:00:00.000Z`, seconds: HOUR }],
      skipped: [{ from: `${day}T11:00:00.000Z`, to: null, reason: "pause" }],
    });
  });

  it("not at all where ten years have too little working time", () => {
    const rare = calendarOf("UTC", {}, { extra_days: { "2030-01-01": [["09:00", "10:00"]] } });
    expect(explained(rare, "2020-01-02T00:00:00.000Z", HOUR)?.due_at).toBe("2030-01-01T10:00:00.000Z");
    expect(explained(rare, "2020-01-01T09:59:59.000Z", HOUR)).toBeUndefined();
    expect(explained(rare, "2020-01-01T10:00:00.000Z", HOUR)?.due_at).toBe("2030-01-01T10:00:00.000Z");
    expect(explained(rare, "2030-01-01T10:00:00.000Z", 1)).toBeUndefined();
  });
});

describe("why it is due then", () => {
  it("is told second by second: what counted, and why the rest did not", () => {
    const calendar = calendarOf("Europe/Berlin", office, { holidays: ["2026-12-24", "2026-12-25"] });
    const pauses = [{ from: "2026-12-23T14:00:00.000Z", to: "2026-12-23T15:00:00.000Z" }];
    expect(explained(calendar, "2026-12-23T13:00:00.000Z", 3 * HOUR, pauses)).toEqual({
      due_at: "2026-12-28T09:00:00.000Z",
      remaining_seconds: 0,
      segments: [
        { from: "2026-12-23T13:00:00.000Z", to: "2026-12-23T14:00:00.000Z", seconds: HOUR },
        { from: "2026-12-23T15:00:00.000Z", to: "2026-12-23T16:00:00.000Z", seconds: HOUR },
        { from: "2026-12-28T08:00:00.000Z", to: "2026-12-28T09:00:00.000Z", seconds: HOUR },
      ],
      skipped: [
        { from: "2026-12-23T14:00:00.000Z", to: "2026-12-23T15:00:00.000Z", reason: "pause" },
        { from: "2026-12-23T16:00:00.000Z", to: "2026-12-24T08:00:00.000Z", reason: "closed" },
        { from: "2026-12-24T08:00:00.000Z", to: "2026-12-24T16:00:00.000Z", reason: "holiday" },
        { from: "2026-12-24T16:00:00.000Z", to: "2026-12-25T08:00:00.000Z", reason: "closed" },
        { from: "2026-12-25T08:00:00.000Z", to: "2026-12-25T16:00:00.000Z", reason: "holiday" },
        { from: "2026-12-25T16:00:00.000Z", to: "2026-12-28T08:00:00.000Z", reason: "closed" },
      ],
    });
  });

  it("is one segment where a calendar never closes, however long it takes", () => {
    const told = explained(calendarOf("Europe/Berlin", always), "2026-01-01T00:00:00.000Z", 365 * 24 * HOUR);
    expect(told?.segments).toEqual([
      { from: "2026-01-01T00:00:00.000Z", to: "2027-01-01T00:00:00.000Z", seconds: 365 * 24 * HOUR },
    ]);
    expect(told?.skipped).toEqual([]);
  });
});

describe("several targets of one start", () => {
  const calendar = calendarOf("UTC", office);
  it("are due as each would be by itself", () =>
    expect(instantsOf(calendar, `${day}T16:00:00.000Z`, [HOUR, HOUR + 1, 30, 9 * HOUR])).toEqual([
      `${day}T17:00:00.000Z`,
      "2026-03-17T09:00:01.000Z",
      `${day}T16:00:30.000Z`,
      "2026-03-17T17:00:00.000Z",
    ]));
  it("are due as far as a pause or ten years allow", () => {
    const pauses = [{ from: `${day}T16:30:00.000Z`, to: null }];
    expect(instantsOf(calendar, `${day}T16:00:00.000Z`, [60, HOUR], pauses)).toEqual([`${day}T16:01:00.000Z`, null]);
    expect(instantsOf(calendar, `${day}T16:00:00.000Z`, [60, 1e9])).toEqual([`${day}T16:01:00.000Z`, null]);
  });
});

describe("a calendar has working time", () => {
  it.each([
    ["with a window of the week", { hours: office, extra_days: {} }, true],
    ["with a day that is open once", { hours: {}, extra_days: { [day]: [["09:00", "10:00"] as const] } }, true],
    ["not without any", { hours: {}, extra_days: {} }, false],
    ["not with empty days", { hours: { mon: [] }, extra_days: { [day]: [] } }, false],
  ])("%s", (_, calendar, expected) => expect(hasHours(calendar)).toBe(expected));
});

const random = chanceOf("working time");
const int = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const one = <T>(of: readonly T[]): T => of[int(0, of.length - 1)] as T;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Zones with halves and quarters of hours, with changes at midnight, by half an hour, by two, backwards in winter, and over the date line. */
const zones = [
  ...["UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"],
  ...["America/Sao_Paulo", "Africa/Casablanca", "America/Havana", "Europe/Dublin", "Antarctica/Troll", "Asia/Tehran"],
  ...["Pacific/Chatham", "Asia/Beirut", "Africa/Cairo", "America/Asuncion", "Pacific/Kwajalein"],
];

const formats = new Map(
  zones.map((timeZone) => [timeZone, new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })]),
);
const offset = (ms: number, timeZone: string): string => formats.get(timeZone)?.format(ms).split("GMT")[1] ?? "";

/** A day of a year in which clocks of the zone are moved, or any. */
function someDay(zone: string): number {
  const first = Date.UTC(int(1990, 2027), 0, 1);
  const days = Array.from({ length: 53 }, (_, week) => first + week * 7 * 24 * HOUR * 1000);
  const moved = days.filter((at, week) => week > 0 && offset(at, zone) !== offset(days[week - 1] as number, zone));
  if (moved.length === 0 || random() < 0.3) return one(days);
  const week = one(moved);
  const found = [0, 1, 2, 3, 4, 5, 6].find((back) => offset(week - back * 24 * HOUR * 1000, zone) !== offset(week, zone)) ?? 7;
  return week - found * 24 * HOUR * 1000;
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

function someWindow(): Window {
  const from = random() < 0.3 ? one([0, 60, 90, 120, 23 * 60]) : int(0, 1439);
  const to = random() < 0.3 ? one([0, 30, 120, 180, 1440]) : int(0, 1440);
  return from === to % 1440 ? [clock(from), "24:00"] : [clock(from), clock(to)];
}
const some = <T>(most: number, make: () => T): T[] => Array.from({ length: int(0, most) }, make);
const windowOf = (): Window => {
  const made = someWindow();
  return made[0] === "00:00" && made[1] === "00:00" ? ["00:00", "24:00"] : made;
};

function someCase() {
  const timezone = one(zones);
  const near = someDay(timezone);
  const start = near - int(0, 40 * HOUR) * 1000;
  const dayAt = () => iso(near + int(-2, 3) * 24 * HOUR * 1000).slice(0, 10);
  const hours = Object.fromEntries(
    weekdays.map((name) => [name, random() < 0.1 ? [["00:00", "24:00"] as const] : some(3, windowOf)]),
  );
  const calendar: Calendar = {
    timezone,
    hours,
    holidays: some(2, dayAt),
    extra_days: Object.fromEntries(some(2, () => [dayAt(), some(2, windowOf)] as const)),
  };
  const pauses = some(4, (): Pause => {
    const from = start + int(-5 * HOUR, 40 * HOUR) * 1000;
    return { from: iso(from), to: random() < 0.12 ? null : iso(from + int(0, 10 * HOUR) * 1000) };
  });
  return { calendar, start: iso(start), seconds: int(1, 20 * HOUR), pauses };
}

const runsOf = ({ segments, skipped }: Explained): Run[] =>
  [...segments.map(({ from, to }): Run => ({ from, to, reason: "open" })), ...skipped].sort((a, b) => (a.from < b.from ? -1 : 1));

describe("any calendar, zone, start, target and pauses", () => {
  it("are counted as a stopwatch counts them", () => {
    let [due, paused] = [0, 0];
    for (let at = 0; at < 80; at++) {
      const { calendar, start, seconds, pauses } = someCase();
      const until = Date.parse(start) + 4 * 24 * HOUR * 1000;
      const wanted = counted(calendar, start, seconds, pauses, until);
      const told = explained(calendar, start, seconds, pauses);
      const said = JSON.stringify({ calendar, start, seconds, pauses });
      if (!wanted) {
        expect(told === undefined || told.due_at === null || Date.parse(told.due_at) > until, said).toBe(true);
        continue;
      }
      if (wanted.due_at === null) paused++;
      else due++;
      expect([told?.due_at, told?.remaining_seconds], said).toEqual([wanted.due_at, wanted.left]);
      expect(runsOf(told as Explained), said).toEqual(wanted.runs);
      const end = wanted.due_at ?? iso(until);
      expect(secondsBetween(calendar, start, end, pauses), said).toBe(seconds - wanted.left);
      const half = Math.ceil(seconds / 2);
      const [warned, last] = instantsOf(calendar, start, [half, seconds], pauses);
      expect(last, said).toBe(wanted.due_at);
      if (warned) expect(secondsBetween(calendar, start, warned, pauses), said).toBe(half);
    }
    expect(due).toBeGreaterThan(25);
    expect(paused).toBeGreaterThan(3);
  });
});
