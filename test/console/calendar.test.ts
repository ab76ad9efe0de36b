import type { Kind, RecordData } from "@crm/console/api/kind.ts";
import { addDays, countDays, listCalendarDays, readWeekday, stepDay } from "@crm/console/records/calendar/calendar-days.ts";
import {
  isLong,
  isOverdue,
  moveByDays,
  moveToTime,
  readEntry,
  readHue,
  readPeriod,
  toInstant,
} from "@crm/console/records/calendar/calendar-entries.ts";
import { listCalendarQueries, readsPeriod } from "@crm/console/records/calendar/calendar-queries.ts";
import { type EntryDrag, readChange, readPreset } from "@crm/console/records/calendar/entry-drag.ts";
import {
  chooseFirstHour,
  countEarlier,
  layoutBars,
  layoutDay,
  listTimed,
  snapMinute,
  withPreview,
} from "@crm/console/records/calendar/entry-layout.ts";
import { describePlace } from "@crm/console/records/calendar/entry-text.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../support/part-of.ts";

const BERLIN = "Europe/Berlin";
const meetings = partOf<Kind>({
  calendar: { start: "starts", end: "ends", path: "/api/v1/meetings/calendar" },
  fields: [
    { name: "starts", type: "instant" },
    { name: "ends", type: "instant" },
  ],
  filters: [{ name: "due_date" }],
});
const contracts = partOf<Kind>({
  calendar: { start: "start_date", end: "end_date" },
  fields: [
    { name: "start_date", type: "date" },
    { name: "end_date", type: "date" },
  ],
  filters: [],
});

const read = (values: object, kind = meetings, zone = BERLIN) =>
  readEntry(kind, { id: "a", ...values } as RecordData, zone) ?? expect.fail("It has no date");
const meet = (id: string, starts: string, ends: string, zone = BERLIN) => read({ id, starts, ends }, meetings, zone);

describe("days", () => {
  it.each([
    ["month", "2026-11-27", "de", "2026-10-26", "2026-12-06", 42],
    ["month", "2026-11-27", "en-US", "2026-11-01", "2026-12-05", 35],
    ["month", "2026-02-10", "en-US", "2026-02-01", "2026-02-28", 28],
    ["month", "2026-11-27", "ar-EG", "2026-10-31", "2026-12-04", 35],
    ["week", "2026-11-29", "de", "2026-11-23", "2026-11-29", 7],
    ["week", "2026-11-29", "en-US", "2026-11-29", "2026-12-05", 7],
    ["day", "2026-11-27", "de", "2026-11-27", "2026-11-27", 1],
    ["agenda", "2026-12-25", "de", "2026-12-25", "2027-01-07", 14],
    ["week", "9999-12-31", "de", "9999-12-27", "9999-12-31", 5],
  ] as const)("of the %s of %s in %s are from %s to %s", (span, day, locale, first, last, count) => {
    const days = listCalendarDays(span, day, locale);
    expect([days[0], days.at(-1), days.length]).toEqual([first, last, count]);
  });

  it.each([
    ["month", "2026-01-31", 1, "2026-02-28"],
    ["month", "2026-01-31", -1, "2025-12-31"],
    ["week", "2026-12-28", 1, "2027-01-04"],
    ["day", "9999-12-31", 1, "9999-12-31"],
    ["agenda", "2026-11-27", -1, "2026-11-13"],
  ] as const)("a %s from %s by %d is %s", (span, day, direction, next) => {
    expect(stepDay(span, day, direction)).toBe(next);
  });

  it("are counted and named without a time zone", () => {
    expect([countDays("2026-03-28", "2026-03-30"), countDays("2026-11-27", "2026-11-26"), addDays("2028-02-28", 1)]).toEqual([
      2,
      -1,
      "2028-02-29",
    ]);
    expect(["2026-11-23", "2026-11-29"].map(readWeekday)).toEqual(["MON", "SUN"]);
  });

  it.each([
    ["23 hours", ["2026-03-29"], "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
    ["25 hours", ["2026-10-25"], "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"],
    ["a week", ["2026-11-23", "2026-11-29"], "2026-11-22T23:00:00.000Z", "2026-11-29T23:00:00.000Z"],
  ])("of %s are a period of instants", (_, days, from, to) => {
    expect(readPeriod(days, BERLIN)).toEqual({ from, to });
  });
});

describe("entries", () => {
  it.each([
    ["on one day", { starts: "2026-11-27T08:00:00Z", ends: "2026-11-27T09:00:00Z" }, "2026-11-27", "2026-11-27", 60],
    ["until midnight", { starts: "2026-11-27T20:00:00Z", ends: "2026-11-27T23:00:00Z" }, "2026-11-27", "2026-11-27", 180],
    ["over midnight", { starts: "2026-11-27T22:30:00Z", ends: "2026-11-28T00:00:00Z" }, "2026-11-27", "2026-11-28", 90],
    ["without an end", { starts: "2026-11-27T08:00:00Z", ends: null }, "2026-11-27", "2026-11-27", 30],
    ["with a duration", { starts: "2026-11-27T08:00:00Z", duration_minutes: 45 }, "2026-11-27", "2026-11-27", 45],
    [
      "that ends before it begins",
      { starts: "2026-11-27T08:00:00Z", ends: "2026-11-27T07:00:00Z" },
      "2026-11-27",
      "2026-11-27",
      30,
    ],
    ["that is due on a day", { due_date: "2026-11-27" }, "2026-11-27", "2026-11-27", undefined],
  ])("%s", (_, values, firstDay, lastDay, minutes) => {
    const entry = read(values);
    expect([entry.firstDay, entry.lastDay, entry.time && (entry.time.end - entry.time.start) / 60_000]).toEqual([
      firstDay,
      lastDay,
      minutes,
    ]);
  });

  it("of days have no time; one of a day and more stands above the hours", () => {
    const term = read({ start_date: "2026-11-27", end_date: "9999-12-31" }, contracts);
    expect([term.firstDay, term.lastDay, term.time, isLong(term)]).toEqual(["2026-11-27", "9999-12-31", undefined, true]);
    expect(read({ start_date: "2026-11-27", end_date: "2026-11-01" }, contracts).lastDay).toBe("2026-11-27");
    expect(
      ["2026-11-28T07:59:00Z", "2026-11-28T08:00:00Z"].map((ends) => isLong(meet("a", "2026-11-27T08:00:00Z", ends))),
    ).toEqual([false, true]);
    expect(readEntry(contracts, { id: "a", start_date: null }, BERLIN)).toBeUndefined();
    expect(readEntry(partOf<Kind>({ fields: [] }), { id: "a" }, BERLIN)).toBeUndefined();
  });

  it.each([
    ["2026-11-27", 9 * 60 + 30, "2026-11-27T08:30:00.000Z"],
    ["2026-11-27", 24 * 60, "2026-11-27T23:00:00.000Z"],
    // 02:30 does not exist on this day, and occurs twice on the next one.
    ["2026-03-29", 150, "2026-03-29T01:30:00.000Z"],
    ["2026-10-25", 150, "2026-10-25T00:30:00.000Z"],
  ])("minute %2$d of %1$s is %3$s", (day, minute, instant) => {
    expect(toInstant(day, minute, BERLIN)).toBe(instant);
  });

  it("keep their time of day and their length over a clock change", () => {
    const entry = meet("a", "2026-03-28T08:00:00Z", "2026-03-28T09:30:00Z");
    expect(moveByDays(entry, 1, BERLIN)).toEqual({ starts: "2026-03-29T07:00:00.000Z", ends: "2026-03-29T08:30:00.000Z" });
    expect(moveToTime(entry, "2026-03-29", 60, BERLIN)).toEqual({
      starts: "2026-03-29T00:00:00.000Z",
      ends: "2026-03-29T01:30:00.000Z",
    });
    expect(moveByDays(read({ start_date: "2026-12-30", end_date: "2027-01-02" }, contracts), 3, BERLIN)).toEqual({
      start_date: "2027-01-02",
      end_date: "2027-01-05",
    });
    expect(moveByDays(read({ due_date: "2026-11-27" }), -1, BERLIN)).toEqual({ due_date: "2026-11-26" });
  });

  it("of tasks with an hour stand at it, in the time zone of the task, and move by day and hour", () => {
    const task = read({ due_date: "2026-11-27", due_time: "18:30", timezone: "America/New_York" });
    expect(task).toMatchObject({
      firstDay: "2026-11-28",
      lastDay: "2026-11-28",
      time: { start: Date.parse("2026-11-27T23:30:00Z") },
    });
    expect(moveByDays(task, 2, BERLIN)).toEqual({ due_date: "2026-11-30", due_time: "00:30", timezone: BERLIN });
    expect(read({ due_date: "2026-11-27", due_time: "18:30" }).time?.start).toBe(Date.parse("2026-11-27T17:30:00Z"));
  });

  it.each([
    ["a task of yesterday", { due_date: "2026-11-26" }, true],
    ["a task of today", { due_date: "2026-11-27" }, false],
    ["a task of an earlier hour", { due_date: "2026-11-27", due_time: "08:59" }, true],
    ["a task of a later hour", { due_date: "2026-11-27", due_time: "09:01" }, false],
    ["a task that is done", { due_date: "2026-11-26", is_completed: true }, false],
    ["a meeting that is over", { starts: "2026-11-26T08:00:00Z" }, false],
  ])("%s: overdue is %3$s", (_, values, expected) => {
    expect(isOverdue(read(values), Date.parse("2026-11-27T08:00:00Z"), BERLIN)).toBe(expected);
  });

  it("have the hue of their type", () => {
    const choices = [{ id: "mst_1", code: "call", color: "#2f9e44" }, { code: "visit" }];
    const field = { name: "type_id", choices };
    const hue = (type: unknown) => readHue(partOf(field), { id: "a", type_id: type });
    expect([hue("mst_1"), hue("call"), hue(null), readHue(undefined, { id: "a" })]).toEqual(["green", "green", "blue", "blue"]);
    expect(hue("visit")).not.toBe("gray");
  });
});

describe("the words of an entry", () => {
  const reader = { locale: "de", timeZone: BERLIN };
  const words = (entry: ReturnType<typeof read>): string => describePlace(entry, reader).replace(/[\u2009\u202f\u00a0]/g, " ");
  it.each([
    ["in a day", meet("a", "2026-11-27T23:30:00Z", "2026-11-28T00:15:00Z"), "Sa., 28. Nov., 00:30–01:15 Uhr"],
    ["over midnight", meet("a", "2026-11-27T22:30:00Z", "2026-11-27T23:30:00Z"), "Fr., 27. Nov., 23:30 – Sa., 28. Nov., 00:30"],
    ["due", read({ due_date: "2026-11-27", due_time: "09:00", timezone: BERLIN }), "Fr., 27. Nov., 9:00"],
    ["on a day", read({ due_date: "9999-12-31" }), "Fr., 31. Dez."],
    ["over days", read({ start_date: "2026-11-30", end_date: "2026-12-02" }, contracts), "Mo., 30. Nov. – Mi., 2. Dez."],
  ])("name its day and its time: %s", (_, entry, expected) => {
    expect(words(entry)).toBe(expected);
  });
});

describe("a day", () => {
  const day = "2026-11-27";
  const at = (id: string, from: string, to: string) => meet(id, `${day}T${from}:00+01:00`, `${day}T${to}:00+01:00`);
  const show = (entries: ReturnType<typeof at>[]) => {
    const { placed, hidden } = layoutDay(listTimed(entries, day, BERLIN));
    return [
      placed.map(({ entry, start, end, lane, lanes }) => `${entry.id} ${start}-${end} ${lane}/${lanes}`),
      hidden.map(({ entries: more, start, lane, lanes }) => `${more.map(({ id }) => id).join("")} ${start} ${lane}/${lanes}`),
    ];
  };
  it("shows a dragged entry at its new place among the others, which stay the same", () => {
    const [first, second, moved] = [at("a", "07:00", "08:00"), at("b", "09:00", "10:00"), at("a", "11:00", "12:00")];
    expect(withPreview([first, second], moved)).toEqual([moved, second]);
    expect(withPreview([first, second], at("new", "11:00", "12:00"))).toHaveLength(3);
    const entries = [first, second];
    expect(withPreview(entries, undefined)).toBe(entries);
  });

  it("counts what begins above the hours in view", () => {
    const days = [[at("a", "07:00", "08:00"), at("b", "09:00", "10:00")], []].map((list) => listTimed(list, day, BERLIN));
    expect(countEarlier(days, 8 * 60)).toEqual([
      { count: 1, first: 7 * 60 },
      { count: 0, first: Number.POSITIVE_INFINITY },
    ]);
  });

  it.each([
    ["alone", [at("a", "09:00", "10:00")], ["a 540-600 0/1"], []],
    ["one after the other", [at("b", "10:00", "11:00"), at("a", "09:00", "10:00")], ["a 540-600 0/1", "b 600-660 0/1"], []],
    [
      "side by side",
      [at("a", "09:00", "11:00"), at("b", "09:30", "10:00"), at("c", "10:00", "10:30")],
      ["a 540-660 0/2", "b 570-600 1/2", "c 600-630 1/2"],
      [],
    ],
    [
      "at least half an hour high",
      [at("a", "09:00", "09:05"), at("b", "09:15", "09:45")],
      ["a 540-570 0/2", "b 555-585 1/2"],
      [],
    ],
    ["in the last minutes", [at("a", "23:50", "23:59")], ["a 1410-1440 0/1"], []],
    [
      "three, and the others behind a number",
      ["a", "b", "c", "d", "e"].map((id) => at(id, "09:00", "10:00")),
      ["a 540-600 0/4", "b 540-600 1/4", "c 540-600 2/4"],
      ["de 540 3/4"],
    ],
  ])("%s", (_, entries, placed, hidden) => {
    expect(show(entries)).toEqual([placed, hidden]);
  });

  it("shows the part of an entry over midnight that is on it, and leaves out long ones", () => {
    const night = meet("a", "2026-11-27T22:00:00Z", "2026-11-28T01:00:00Z");
    const parts = ["2026-11-27", "2026-11-28", "2026-11-29"].map((own) =>
      layoutDay(listTimed([night], own, BERLIN)).placed.map(({ start, end }) => [start, end]),
    );
    expect(parts).toEqual([[[1380, 1440]], [[0, 120]], []]);
    expect(
      layoutDay(listTimed([meet("a", "2026-11-26T08:00:00Z", "2026-11-29T08:00:00Z"), read({ due_date: day })], day, BERLIN))
        .placed,
    ).toEqual([]);
  });

  it.each([
    ["an hour before the working hours", {}, 8],
    ["before an earlier entry", { starts: [7 * 60, 15 * 60] }, 6],
    ["before the working hours if an entry is in the night", { starts: [60, 10 * 60] }, 8],
    ["before the working hours while the present moment is in view there", { now: 10 * 60 }, 8],
    ["later in the working hours, so that an hour follows the present moment", { now: 16 * 60 }, 11],
    ["before the working hours in the night", { now: 20 }, 8],
    ["before the working hours in the evening", { now: 23 * 60 }, 8],
    ["at midnight for early working hours", { work: [30, 480] as const }, 0],
  ])("opens %s", (_, opening, hour) => {
    expect(chooseFirstHour(6, { work: [9 * 60, 17 * 60], starts: [], now: undefined, ...opening })).toBe(hour);
  });

  it("of 23 or 25 hours has the times of the clock", () => {
    const place = (starts: string, ends: string) =>
      layoutDay(listTimed([meet("a", starts, ends)], starts.slice(0, 10), BERLIN)).placed.map(({ start, end }) => [start, end]);
    expect(place("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")).toEqual([[90, 210]]);
    // From 02:45 in summer to 02:15 in winter.
    expect(place("2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z")).toEqual([[165, 195]]);
    expect(place("2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z")).toEqual([[150, 210]]);
  });
});

describe("a row of days", () => {
  const days = listCalendarDays("week", "2026-11-27", "de");
  const term = (id: string, first: string, last: string) => read({ id, start_date: first, end_date: last }, contracts);
  it("has entries as bars in as few lanes as they need, and the others behind a number for each day", () => {
    const entries = [
      term("long", "2026-11-01", "2026-12-31"),
      term("mon", "2026-11-23", "2026-11-24"),
      term("wed", "2026-11-25", "2026-11-25"),
      term("tue", "2026-11-24", "2026-11-25"),
      term("out", "2026-11-30", "2026-12-01"),
    ];
    const { bars, hidden, lanes } = layoutBars(entries, days, 2);
    expect(
      bars.map(({ entry, first, count, lane, isContinued, continues }) => [entry.id, first, count, lane, isContinued, continues]),
    ).toEqual([
      ["long", 0, 7, 0, true, true],
      ["mon", 0, 2, 1, false, false],
      ["wed", 2, 1, 1, false, false],
    ]);
    expect([hidden.map((more) => more.map(({ id }) => id).join()), lanes]).toEqual([["", "tue", "tue", "", "", "", ""], 2]);
  });

  it("has those of whole days before those with a time", () => {
    const timed = meet("timed", "2026-11-27T07:00:00Z", "2026-11-27T08:00:00Z");
    const order = layoutBars([timed, term("day", "2026-11-27", "2026-11-27")], days, 3).bars.map(({ entry }) => entry.id);
    expect(order).toEqual(["day", "timed"]);
  });
});

describe("dragging", () => {
  const entry = meet("a", "2026-11-27T08:00:00Z", "2026-11-27T09:00:00Z");
  const term = read({ start_date: "2026-11-27", end_date: "2026-11-29" }, contracts);
  const drag = (mode: "move" | "resize", own: typeof entry, from: [string, number?], to: [string, number?]) => {
    const place = ([day, minute]: [string, number?]) => ({ day, ...(minute === undefined ? {} : { minute }) });
    return readChange({ mode, entry: own, from: place(from), to: place(to) } as EntryDrag, BERLIN);
  };
  it.each([
    [
      "moves by what the pointer moved",
      drag("move", entry, ["2026-11-27", 555], ["2026-11-28", 600]),
      { starts: "2026-11-28T08:45:00.000Z", ends: "2026-11-28T09:45:00.000Z" },
    ],
    [
      "stays in the day",
      drag("move", entry, ["2026-11-27", 540], ["2026-11-27", 0]),
      { starts: "2026-11-26T23:00:00.000Z", ends: "2026-11-27T00:00:00.000Z" },
    ],
    [
      "moves by days in a month",
      drag("move", entry, ["2026-11-27"], ["2026-11-25"]),
      { starts: "2026-11-25T08:00:00.000Z", ends: "2026-11-25T09:00:00.000Z" },
    ],
    ["moves terms", drag("move", term, ["2026-11-28"], ["2026-11-29"]), { start_date: "2026-11-28", end_date: "2026-11-30" }],
    ["makes longer", drag("resize", entry, ["2026-11-27", 585], ["2026-11-27", 645]), { ends: "2026-11-27T10:00:00.000Z" }],
    [
      "leaves a quarter of an hour",
      drag("resize", entry, ["2026-11-27", 585], ["2026-11-27", 60]),
      { ends: "2026-11-27T08:15:00.000Z" },
    ],
    [
      "ends at midnight at the latest",
      drag("resize", entry, ["2026-11-27", 585], ["2026-11-27", 1425]),
      { ends: "2026-11-27T23:00:00.000Z" },
    ],
    ["makes terms longer", drag("resize", term, ["2026-11-29"], ["2026-12-02"]), { end_date: "2026-12-02" }],
    ["leaves a day", drag("resize", term, ["2026-11-29"], ["2026-11-20"]), { end_date: "2026-11-27" }],
  ])("%s", (_, change, expected) => {
    expect(change).toEqual(expected);
  });

  const times = { start: "starts", end: "ends", isDate: false };
  it.each([
    [
      "an hour at a click",
      times,
      { day: "2026-11-27", minute: 540 },
      { day: "2026-11-27", minute: 540 },
      { starts: "2026-11-27T08:00:00.000Z", ends: "2026-11-27T09:00:00.000Z" },
    ],
    [
      "upwards",
      times,
      { day: "2026-11-27", minute: 600 },
      { day: "2026-11-27", minute: 540 },
      { starts: "2026-11-27T08:00:00.000Z", ends: "2026-11-27T09:15:00.000Z" },
    ],
    [
      "a morning in a month",
      times,
      { day: "2026-11-27" },
      { day: "2026-11-27" },
      { starts: "2026-11-27T08:00:00.000Z", ends: "2026-11-27T09:00:00.000Z" },
    ],
    [
      "several days",
      times,
      { day: "2026-11-28" },
      { day: "2026-11-27" },
      { starts: "2026-11-27T08:00:00.000Z", ends: "2026-11-28T16:00:00.000Z" },
    ],
    [
      "days",
      { start: "start_date", end: "end_date", isDate: true },
      { day: "2026-11-27" },
      { day: "2026-11-28" },
      { start_date: "2026-11-27", end_date: "2026-11-28" },
    ],
    [
      "a day without an end",
      { start: "due", end: undefined, isDate: true },
      { day: "2026-11-27" },
      { day: "2026-11-28" },
      { due: "2026-11-27" },
    ],
  ])("creates %s", (_, fields, from, to, preset) => {
    expect(readPreset(fields, from, to, BERLIN)).toEqual(preset);
  });

  it("goes in steps of a quarter of an hour", () => {
    expect([-1, 0, 0.5, 0.509, 0.9999, 2].map((part) => snapMinute(part))).toEqual([0, 0, 720, 720, 1425, 1425]);
  });
});

describe("the API", () => {
  const period = { from: "2026-11-22T23:00:00.000Z", to: "2026-11-29T23:00:00.000Z", days: ["2026-11-23", "2026-11-29"] };
  it("is asked for the days that are shown", () => {
    expect(listCalendarQueries(contracts, { status: "ACTIVE" }, period)).toEqual([
      { status: "ACTIVE", "start_date[gte]": "2026-11-23", "start_date[lte]": "2026-11-29" },
      { status: "ACTIVE", "start_date[lt]": "2026-11-23", "end_date[gte]": "2026-11-23" },
    ]);
    expect(listCalendarQueries({ ...meetings, calendar: { start: "starts" } }, {}, period)).toEqual([
      { "starts[gte]": period.from, "starts[lt]": period.to },
      { "due_date[gte]": "2026-11-23", "due_date[lte]": "2026-11-29", "starts[is_null]": "true" },
    ]);
  });

  it("has a list by period, which takes no filter but people; with others the list has the same people", () => {
    expect([{}, { owner: "usr_1" }, { status: "NEW" }].map((filters) => readsPeriod(meetings, filters))).toEqual([
      true,
      true,
      false,
    ]);
    expect(readsPeriod(contracts, {})).toBe(false);
    expect(listCalendarQueries(meetings, { search: "kelp" }, period)[1]).toEqual({
      search: "kelp",
      owner: "me",
      "starts[lt]": period.from,
      "ends[gt]": period.from,
    });
  });
});
