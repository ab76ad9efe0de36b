import { describe, expect, it } from "vitest";
import {
  type Calendar,
  computeDueTimes,
  countSecondsBetween,
  type DueTimeExplanation,
  explainDueTime,
  hasHours,
  type Pause,
  type Window,
  weekdays,
} from "../../../packages/core/src/service/sla/working-time.rules.ts";
import { createTestRandom } from "../../support/random.ts";
import { countWorkingTime, type TimeRun } from "./reference-clock.ts";

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

const workdays = ["mon", "tue", "wed", "thu", "fri"] as const;
const hoursOn = (days: readonly (typeof weekdays)[number][], ...windows: Window[]): Calendar["hours"] =>
  Object.fromEntries(days.map((day) => [day, windows]));

const buildCalendar = (timezone: string, hours: Calendar["hours"], more: Partial<Calendar> = {}): Calendar => ({
  timezone,
  hours,
  holidays: [],
  extra_days: {},
  ...more,
});

const officeHours = hoursOn(workdays, ["09:00", "17:00"]);
const allHours = hoursOn(weekdays, ["00:00", "24:00"]);
const nightHours = hoursOn(weekdays, ["22:00", "06:00"]);

type Case = [what: string, calendar: Calendar, start: string, seconds: number, due: string, pauses?: Pause[]];

const MONDAY = "2026-03-16";
const cases: Case[] = [
  ["within a window", buildCalendar("UTC", officeHours), `${MONDAY}T10:00:00Z`, HOUR_SECONDS, `${MONDAY}T11:00:00Z`],
  ["to the second", buildCalendar("UTC", officeHours), `${MONDAY}T10:00:01Z`, HOUR_SECONDS + 1, `${MONDAY}T11:00:02Z`],
  ["with less than a second dropped", buildCalendar("UTC", officeHours), `${MONDAY}T10:00:01.999Z`, 60, `${MONDAY}T10:01:01Z`],
  [
    "before opening, from opening on",
    buildCalendar("UTC", officeHours),
    `${MONDAY}T03:00:00Z`,
    HOUR_SECONDS,
    `${MONDAY}T10:00:00Z`,
  ],
  [
    "after closing, on the next day",
    buildCalendar("UTC", officeHours),
    `${MONDAY}T17:00:00Z`,
    HOUR_SECONDS,
    "2026-03-17T10:00:00Z",
  ],
  ["exactly at closing", buildCalendar("UTC", officeHours), `${MONDAY}T09:00:00Z`, 8 * HOUR_SECONDS, `${MONDAY}T17:00:00Z`],
  [
    "a second more than a day has",
    buildCalendar("UTC", officeHours),
    `${MONDAY}T09:00:00Z`,
    8 * HOUR_SECONDS + 1,
    "2026-03-17T09:00:01Z",
  ],
  ["over a weekend", buildCalendar("UTC", officeHours), "2026-03-20T16:00:00Z", 2 * HOUR_SECONDS, "2026-03-23T10:00:00Z"],
  [
    "over a break at noon",
    buildCalendar("Europe/Berlin", hoursOn(workdays, ["09:00", "12:00"], ["13:00", "17:00"])),
    `${MONDAY}T10:00:00Z`,
    2 * HOUR_SECONDS,
    `${MONDAY}T13:00:00Z`,
  ],
  [
    "over windows that overlap, once",
    buildCalendar("UTC", hoursOn(["mon"], ["09:00", "12:00"], ["11:00", "13:00"])),
    `${MONDAY}T09:00:00Z`,
    4 * HOUR_SECONDS,
    `${MONDAY}T13:00:00Z`,
  ],
  [
    "by a zone with a quarter of an hour",
    buildCalendar("Asia/Kathmandu", hoursOn(["mon"], ["10:00", "11:00"])),
    `${MONDAY}T00:00:00Z`,
    60,
    `${MONDAY}T04:16:00Z`,
  ],
  ["through a night", buildCalendar("UTC", nightHours), `${MONDAY}T23:00:00Z`, 3 * HOUR_SECONDS, "2026-03-17T02:00:00Z"],
  [
    "in the part of a night behind midnight",
    buildCalendar("UTC", nightHours),
    `${MONDAY}T05:00:00Z`,
    2 * HOUR_SECONDS,
    `${MONDAY}T23:00:00Z`,
  ],
  [
    "through a night of one day of the week, from its morning on",
    buildCalendar("UTC", hoursOn(["sun"], ["22:00", "06:00"])),
    `${MONDAY}T05:00:00Z`,
    2 * HOUR_SECONDS,
    "2026-03-22T23:00:00Z",
  ],
  [
    "in a window that ends at midnight, either way of saying it",
    buildCalendar("UTC", hoursOn(["mon"], ["22:00", "00:00"], ["21:00", "24:00"])),
    `${MONDAY}T20:00:00Z`,
    3 * HOUR_SECONDS,
    "2026-03-17T00:00:00Z",
  ],
  [
    "over a holiday",
    buildCalendar("Europe/Berlin", hoursOn(weekdays, ["08:00", "17:00"]), { holidays: ["2026-10-03"] }),
    "2026-10-02T14:30:00Z",
    2 * HOUR_SECONDS,
    "2026-10-04T07:30:00Z",
  ],
  [
    "over a holiday that is another day in UTC",
    buildCalendar("Pacific/Auckland", allHours, { holidays: ["2026-02-06"] }),
    "2026-02-05T10:00:00Z",
    2 * HOUR_SECONDS,
    "2026-02-06T12:00:00Z",
  ],
  [
    "up to midnight in the night before a holiday, and on after the midnight behind it",
    buildCalendar("UTC", nightHours, { holidays: ["2026-03-17"] }),
    `${MONDAY}T22:00:00Z`,
    3 * HOUR_SECONDS,
    "2026-03-18T01:00:00Z",
  ],
  [
    "on a day that is open once",
    buildCalendar("UTC", officeHours, { extra_days: { "2026-03-21": [["10:00", "12:00"]] } }),
    "2026-03-20T16:00:00Z",
    2 * HOUR_SECONDS,
    "2026-03-21T11:00:00Z",
  ],
  [
    "on a day that is open longer once",
    buildCalendar("UTC", officeHours, { extra_days: { [MONDAY]: [["18:00", "20:00"]] } }),
    `${MONDAY}T16:00:00Z`,
    2 * HOUR_SECONDS,
    `${MONDAY}T19:00:00Z`,
  ],
  [
    "on a holiday with some working hours",
    buildCalendar("UTC", officeHours, { holidays: [MONDAY], extra_days: { [MONDAY]: [["10:00", "11:00"]] } }),
    `${MONDAY}T00:00:00Z`,
    HOUR_SECONDS + 1,
    "2026-03-17T09:00:01Z",
  ],
  [
    "through the night of an extra day into a holiday",
    buildCalendar("UTC", officeHours, { holidays: ["2026-03-17"], extra_days: { [MONDAY]: [["22:00", "02:00"]] } }),
    `${MONDAY}T22:00:00Z`,
    4 * HOUR_SECONDS,
    "2026-03-17T02:00:00Z",
  ],
  [
    "over an hour that clocks skip",
    buildCalendar("America/Los_Angeles", allHours),
    "2014-03-09T09:30:00Z",
    HOUR_SECONDS,
    "2014-03-09T10:30:00Z",
  ],
  [
    "in a window that loses an hour to a clock change",
    buildCalendar("Europe/Berlin", hoursOn(["sun"], ["01:00", "05:00"])),
    "2026-03-29T00:00:00Z",
    3 * HOUR_SECONDS + 1,
    "2026-04-04T23:00:01Z",
  ],
  [
    "in a window that clocks skip, never on that day",
    buildCalendar("America/New_York", hoursOn(["sun"], ["02:00", "03:00"])),
    "2026-03-08T05:00:00Z",
    HOUR_SECONDS,
    "2026-03-15T07:00:00Z",
  ],
  [
    "in a window that gains an hour from a clock change",
    buildCalendar("Europe/Berlin", hoursOn(["sun"], ["01:00", "03:00"])),
    "2026-10-24T22:00:00Z",
    3 * HOUR_SECONDS,
    "2026-10-25T02:00:00Z",
  ],
  [
    "in half an hour that clocks show twice",
    buildCalendar("Australia/Lord_Howe", hoursOn(["sun"], ["01:30", "02:00"])),
    "2026-04-04T12:00:00Z",
    HOUR_SECONDS,
    "2026-04-04T15:30:00Z",
  ],
  [
    "in half an hour that clocks skip",
    buildCalendar("Australia/Lord_Howe", hoursOn(["sun"], ["02:00", "03:00"])),
    "2026-10-03T12:00:00Z",
    30 * MINUTE_SECONDS,
    "2026-10-03T16:00:00Z",
  ],
  [
    "over a day that a country skipped",
    buildCalendar("Pacific/Apia", hoursOn(["thu", "fri", "sat"], ["09:00", "10:00"])),
    "2011-12-29T19:00:00Z",
    2 * HOUR_SECONDS,
    "2011-12-30T20:00:00Z",
  ],
  [
    "over a pause",
    buildCalendar("UTC", officeHours),
    `${MONDAY}T09:00:00Z`,
    2 * HOUR_SECONDS,
    `${MONDAY}T12:30:00Z`,
    [{ from: `${MONDAY}T10:00:00Z`, to: `${MONDAY}T11:30:00Z` }],
  ],
  [
    "over a pause outside of working hours, as without it",
    buildCalendar("UTC", officeHours),
    `${MONDAY}T16:00:00Z`,
    2 * HOUR_SECONDS,
    "2026-03-17T10:00:00Z",
    [{ from: `${MONDAY}T17:00:00Z`, to: "2026-03-17T09:00:00Z" }],
  ],
  [
    "over pauses that overlap, and one within another, as over one",
    buildCalendar("UTC", officeHours),
    `${MONDAY}T09:00:00Z`,
    2 * HOUR_SECONDS,
    `${MONDAY}T14:00:00Z`,
    [
      { from: `${MONDAY}T11:00:00Z`, to: `${MONDAY}T13:00:00Z` },
      { from: `${MONDAY}T10:00:00Z`, to: `${MONDAY}T12:00:00Z` },
      { from: `${MONDAY}T11:10:00Z`, to: `${MONDAY}T11:20:00Z` },
    ],
  ],
  [
    "from the end of a pause in which it starts",
    buildCalendar("UTC", officeHours),
    `${MONDAY}T10:00:00Z`,
    HOUR_SECONDS,
    `${MONDAY}T12:00:00Z`,
    [{ from: `${MONDAY}T09:00:00Z`, to: `${MONDAY}T11:00:00Z` }],
  ],
  [
    "before a pause begins that goes on, in the same second too",
    buildCalendar("UTC", officeHours),
    `${MONDAY}T10:00:00Z`,
    HOUR_SECONDS,
    `${MONDAY}T11:00:00Z`,
    [{ from: `${MONDAY}T11:00:00Z`, to: null }],
  ],
];

const toIsoInstant = (instant: string): string => new Date(instant).toISOString();
const toIsoPauses = (pauses: readonly Pause[] = []): Pause[] =>
  pauses.map(({ from, to }) => ({ from: toIsoInstant(from), to: to && toIsoInstant(to) }));

describe("the due time of a target", () => {
  it.each(cases)("%s", (_, calendar, start, seconds, due, pauses) => {
    const explanation = explainDueTime(calendar, toIsoInstant(start), seconds, toIsoPauses(pauses));
    expect(explanation?.due_at).toBe(toIsoInstant(due));
    expect(explanation?.remaining_seconds).toBe(0);
    expect(countSecondsBetween(calendar, toIsoInstant(start), toIsoInstant(due), toIsoPauses(pauses))).toBe(seconds);
  });

  it("is unknown while a pause is open, and the remaining time is returned", () => {
    const pauses = [{ from: `${MONDAY}T11:00:00.000Z`, to: null }];
    const explanation = explainDueTime(buildCalendar("UTC", officeHours), `${MONDAY}T10:00:00.000Z`, 3 * HOUR_SECONDS, pauses);
    expect(explanation).toEqual({
      due_at: null,
      remaining_seconds: 2 * HOUR_SECONDS,
      segments: [{ from: `${MONDAY}T10:00:00.000Z`, to: `${MONDAY}T11:00:00.000Z`, seconds: HOUR_SECONDS }],
      skipped: [{ from: `${MONDAY}T11:00:00.000Z`, to: null, reason: "pause" }],
    });
  });

  it("does not exist if ten years have too little working time", () => {
    const rare = buildCalendar("UTC", {}, { extra_days: { "2030-01-01": [["09:00", "10:00"]] } });
    expect(explainDueTime(rare, "2020-01-02T00:00:00.000Z", HOUR_SECONDS)?.due_at).toBe("2030-01-01T10:00:00.000Z");
    expect(explainDueTime(rare, "2020-01-01T09:59:59.000Z", HOUR_SECONDS)).toBeUndefined();
    expect(explainDueTime(rare, "2020-01-01T10:00:00.000Z", HOUR_SECONDS)?.due_at).toBe("2030-01-01T10:00:00.000Z");
    expect(explainDueTime(rare, "2030-01-01T10:00:00.000Z", 1)).toBeUndefined();
  });
});

describe("the explanation of a due time", () => {
  it("lists each counted segment and the reason for each gap, to the second", () => {
    const calendar = buildCalendar("Europe/Berlin", officeHours, { holidays: ["2026-12-24", "2026-12-25"] });
    const pauses = [{ from: "2026-12-23T14:00:00.000Z", to: "2026-12-23T15:00:00.000Z" }];
    expect(explainDueTime(calendar, "2026-12-23T13:00:00.000Z", 3 * HOUR_SECONDS, pauses)).toEqual({
      due_at: "2026-12-28T09:00:00.000Z",
      remaining_seconds: 0,
      segments: [
        { from: "2026-12-23T13:00:00.000Z", to: "2026-12-23T14:00:00.000Z", seconds: HOUR_SECONDS },
        { from: "2026-12-23T15:00:00.000Z", to: "2026-12-23T16:00:00.000Z", seconds: HOUR_SECONDS },
        { from: "2026-12-28T08:00:00.000Z", to: "2026-12-28T09:00:00.000Z", seconds: HOUR_SECONDS },
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

  it("is one segment if the calendar never closes, for any duration", () => {
    const explanation = explainDueTime(
      buildCalendar("Europe/Berlin", allHours),
      "2026-01-01T00:00:00.000Z",
      365 * 24 * HOUR_SECONDS,
    );
    expect(explanation?.segments).toEqual([
      { from: "2026-01-01T00:00:00.000Z", to: "2027-01-01T00:00:00.000Z", seconds: 365 * 24 * HOUR_SECONDS },
    ]);
    expect(explanation?.skipped).toEqual([]);
  });
});

describe("several targets with one start", () => {
  const calendar = buildCalendar("UTC", officeHours);
  it("are due as if computed separately", () =>
    expect(computeDueTimes(calendar, `${MONDAY}T16:00:00.000Z`, [HOUR_SECONDS, HOUR_SECONDS + 1, 30, 9 * HOUR_SECONDS])).toEqual([
      `${MONDAY}T17:00:00.000Z`,
      "2026-03-17T09:00:01.000Z",
      `${MONDAY}T16:00:30.000Z`,
      "2026-03-17T17:00:00.000Z",
    ]));
  it("are due as far as a pause or ten years allow", () => {
    const pauses = [{ from: `${MONDAY}T16:30:00.000Z`, to: null }];
    expect(computeDueTimes(calendar, `${MONDAY}T16:00:00.000Z`, [60, HOUR_SECONDS], pauses)).toEqual([
      `${MONDAY}T16:01:00.000Z`,
      null,
    ]);
    expect(computeDueTimes(calendar, `${MONDAY}T16:00:00.000Z`, [60, 1e9])).toEqual([`${MONDAY}T16:01:00.000Z`, null]);
  });
});

describe("working time of a calendar", () => {
  it.each([
    ["with a window of the week", { hours: officeHours, extra_days: {} }, true],
    ["with a day that is open once", { hours: {}, extra_days: { [MONDAY]: [["09:00", "10:00"] as const] } }, true],
    ["not without any", { hours: {}, extra_days: {} }, false],
    ["not with empty days", { hours: { mon: [] }, extra_days: { [MONDAY]: [] } }, false],
  ])("%s", (_, calendar, expected) => expect(hasHours(calendar)).toBe(expected));
});

const random = createTestRandom("working time");
const randomInteger = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const pickOne = <T>(items: readonly T[]): T => items[randomInteger(0, items.length - 1)] as T;
const toIso = (ms: number): string => new Date(ms).toISOString();

/** Zones with half and quarter hours, and changes at midnight, by 30 minutes, by 2 hours, backwards in winter and across the date line. */
const zones = [
  ...["UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"],
  ...["America/Sao_Paulo", "Africa/Casablanca", "America/Havana", "Europe/Dublin", "Antarctica/Troll", "Asia/Tehran"],
  ...["Pacific/Chatham", "Asia/Beirut", "Africa/Cairo", "America/Asuncion", "Pacific/Kwajalein"],
];

const formats = new Map(
  zones.map((timeZone) => [timeZone, new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })]),
);
const utcOffset = (ms: number, timeZone: string): string => formats.get(timeZone)?.format(ms).split("GMT")[1] ?? "";

/** A day near a clock change of the zone, or any other day. */
function randomDay(zone: string): number {
  const first = Date.UTC(randomInteger(1990, 2027), 0, 1);
  const days = Array.from({ length: 53 }, (_, week) => first + week * 7 * 24 * HOUR_SECONDS * 1000);
  const transitionDays = days.filter(
    (day, week) => week > 0 && utcOffset(day, zone) !== utcOffset(days[week - 1] as number, zone),
  );
  if (transitionDays.length === 0 || random() < 0.3) return pickOne(days);
  const week = pickOne(transitionDays);
  const daysBack =
    [0, 1, 2, 3, 4, 5, 6].find((back) => utcOffset(week - back * 24 * HOUR_SECONDS * 1000, zone) !== utcOffset(week, zone)) ?? 7;
  return week - daysBack * 24 * HOUR_SECONDS * 1000;
}

const formatClock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

function randomWindow(): Window {
  const from = random() < 0.3 ? pickOne([0, 60, 90, 120, 23 * 60]) : randomInteger(0, 1439);
  const to = random() < 0.3 ? pickOne([0, 30, 120, 180, 1440]) : randomInteger(0, 1440);
  return from === to % 1440 ? [formatClock(from), "24:00"] : [formatClock(from), formatClock(to)];
}
const randomList = <T>(limit: number, make: () => T): T[] => Array.from({ length: randomInteger(0, limit) }, make);
const randomValidWindow = (): Window => {
  const candidate = randomWindow();
  return candidate[0] === "00:00" && candidate[1] === "00:00" ? ["00:00", "24:00"] : candidate;
};

function randomCase() {
  const timezone = pickOne(zones);
  const near = randomDay(timezone);
  const start = near - randomInteger(0, 40 * HOUR_SECONDS) * 1000;
  const dayAt = () => toIso(near + randomInteger(-2, 3) * 24 * HOUR_SECONDS * 1000).slice(0, 10);
  const hours = Object.fromEntries(
    weekdays.map((name) => [name, random() < 0.1 ? [["00:00", "24:00"] as const] : randomList(3, randomValidWindow)]),
  );
  const calendar: Calendar = {
    timezone,
    hours,
    holidays: randomList(2, dayAt),
    extra_days: Object.fromEntries(randomList(2, () => [dayAt(), randomList(2, randomValidWindow)] as const)),
  };
  const pauses = randomList(4, (): Pause => {
    const from = start + randomInteger(-5 * HOUR_SECONDS, 40 * HOUR_SECONDS) * 1000;
    return { from: toIso(from), to: random() < 0.12 ? null : toIso(from + randomInteger(0, 10 * HOUR_SECONDS) * 1000) };
  });
  return { calendar, start: toIso(start), seconds: randomInteger(1, 20 * HOUR_SECONDS), pauses };
}

const listRuns = ({ segments, skipped }: DueTimeExplanation): TimeRun[] =>
  [...segments.map(({ from, to }): TimeRun => ({ from, to, reason: "open" })), ...skipped].sort((a, b) =>
    a.from < b.from ? -1 : 1,
  );

describe("a random calendar, zone, start, target and pauses", () => {
  it("give the same result as counting each second", () => {
    let [due, paused] = [0, 0];
    for (let round = 0; round < 80; round++) {
      const { calendar, start, seconds, pauses } = randomCase();
      const until = Date.parse(start) + 4 * 24 * HOUR_SECONDS * 1000;
      const expected = countWorkingTime(calendar, start, seconds, pauses, until);
      const explanation = explainDueTime(calendar, start, seconds, pauses);
      const message = JSON.stringify({ calendar, start, seconds, pauses });
      if (!expected) {
        expect(explanation === undefined || explanation.due_at === null || Date.parse(explanation.due_at) > until, message).toBe(
          true,
        );
        continue;
      }
      if (expected.due_at === null) paused++;
      else due++;
      expect([explanation?.due_at, explanation?.remaining_seconds], message).toEqual([expected.due_at, expected.left]);
      expect(listRuns(explanation as DueTimeExplanation), message).toEqual(expected.runs);
      const end = expected.due_at ?? toIso(until);
      expect(countSecondsBetween(calendar, start, end, pauses), message).toBe(seconds - expected.left);
      const half = Math.ceil(seconds / 2);
      const [warningTime, last] = computeDueTimes(calendar, start, [half, seconds], pauses);
      expect(last, message).toBe(expected.due_at);
      if (warningTime) expect(countSecondsBetween(calendar, start, warningTime, pauses), message).toBe(half);
    }
    expect(due).toBeGreaterThan(25);
    expect(paused).toBeGreaterThan(3);
  });
});
