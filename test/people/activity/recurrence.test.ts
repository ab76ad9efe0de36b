import {
  formatRule,
  frequencies,
  iterateOccurrences,
  parseRule,
  type RecurrenceRule,
  takeFirst,
  weekdayCodes,
} from "@crm/core/people/activity/recurrence.rules.ts";
import { buildRule, iterateSeries, planNextOccurrences, Recurrence, toInstant } from "@crm/core/people/activity/series.rules.ts";
import fc from "fast-check";
import rrule from "rrule";
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { seed } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";

const { RRule } = rrule;
const toUtc = (local: string): string => new Date(`${local}Z`).toISOString();
const parseValidRule = (text: string): RecurrenceRule => {
  const rule = parseRule(text, toUtc);
  if (typeof rule === "string") throw new Error(`${text}: ${rule}`);
  return rule;
};
const listOccurrences = (rule: RecurrenceRule, start: string, limit: number, from?: string): string[] =>
  takeFirst(iterateOccurrences(rule, start, from), limit);

const START = "2027-01-31T09:30:00";
const integerList = (low: number, high: number) =>
  fc
    .uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 4 })
    .map((values) => values.sort((a, b) => a - b).join());
const signedIntegerList = (max: number) =>
  fc
    .uniqueArray(fc.oneof(fc.integer({ min: 1, max: max }), fc.integer({ min: -max, max: -1 })), { minLength: 1, maxLength: 4 })
    .map((values) => values.join());
const weekdays = fc.uniqueArray(fc.constantFrom(...weekdayCodes), { minLength: 1, maxLength: 4 }).map((values) => values.join());
const numberedWeekdays = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, -1, -2), fc.constantFrom(...weekdayCodes)).map((tuple) => tuple.join("")),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((values) => values.join());

/** Rules with every valid combination of parts, without those that the standard leaves open and implementations interpret differently. */
const rules = fc
  .record(
    {
      FREQ: fc.constantFrom(...frequencies),
      INTERVAL: fc.integer({ min: 1, max: 5 }).map(String),
      BYMONTH: integerList(1, 12),
      BYMONTHDAY: signedIntegerList(31),
      BYYEARDAY: signedIntegerList(366),
      BYWEEKNO: integerList(1, 53),
      BYDAY: fc.oneof(weekdays, numberedWeekdays),
      BYHOUR: integerList(0, 23),
      BYMINUTE: integerList(0, 59),
      // For a position beyond the start of the set, rrule takes the first occurrence.
      BYSETPOS: fc.constantFrom("1", "2", "-1"),
      COUNT: fc.integer({ min: 1, max: 40 }).map(String),
      WKST: fc.constantFrom(...weekdayCodes),
    },
    { requiredKeys: ["FREQ"] },
  )
  .filter(({ FREQ, BYSETPOS }) => FREQ !== "WEEKLY" || !BYSETPOS)
  .map((parts) =>
    Object.entries(parts)
      .map(([name, value]) => `${name}=${value}`)
      .join(";"),
  )
  .filter((text) => typeof parseRule(text, toUtc) !== "string");

describe("a raw rule", () => {
  it("gives the same occurrences as rrule", () => {
    const starts = fc.constantFrom(START, "2028-02-29T00:00:00", "2026-11-20T23:59:59", "2027-12-31T12:00:00");
    fc.assert(
      fc.property(rules, starts, (text, start) => {
        const until = new Date(Date.parse(`${start}Z`) + 5 * 365 * 86_400_000);
        const options = { ...RRule.parseString(text), dtstart: new Date(`${start}Z`), until };
        const expected: string[] = [];
        new RRule(options).all((date) => expected.push(date.toISOString().slice(0, 19)) < 40);
        const last = until.toISOString().slice(0, 19);
        expect([text, listOccurrences(parseValidRule(text), start, 40).filter((local) => local <= last)]).toEqual([
          text,
          expected,
        ]);
      }),
      { seed, numRuns: resolveTestSize("CRM_RUNS", 10, 60) },
    );
  });

  it("can continue from any occurrence, and is formatted as it was read", () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 0, max: 30 }), (text, index) => {
        const rule = parseValidRule(text);
        const all = listOccurrences(rule, START, 40);
        const from = all[index];
        if (from) expect(listOccurrences(rule, START, all.length - index, from)).toEqual(all.slice(index));
        expect(parseValidRule(formatRule(rule))).toEqual(rule);
      }),
      { seed, numRuns: resolveTestSize("CRM_RUNS", 20, 100) },
    );
  });

  it("that is invalid is rejected with a hint", () => {
    const table: Record<string, string> = {
      "": "Must be an RFC 5545 rule",
      "INTERVAL=2": "FREQ=DAILY|WEEKLY|MONTHLY|YEARLY",
      "FREQ=HOURLY": "one of DAILY",
      "FREQ=DAILY;FREQ=DAILY": "only once",
      "FREQ=DAILY;COUNT=0": "from 1",
      "FREQ=DAILY;COUNT=2;UNTIL=20270101": "not both",
      "FREQ=DAILY;UNTIL=20270231": "UNTIL must be a day",
      "FREQ=WEEKLY;BYDAY=1MO": "FREQ=MONTHLY",
      "FREQ=MONTHLY;BYMONTHDAY=32": "from 1 to 31",
      "FREQ=MONTHLY;BYSETPOS=1": "another BY",
      "FREQ=DAILY;BYEASTER=1": "BYEASTER is not supported",
      "FREQ=YEARLY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=1,2,3,4,5,6,7": "48 occurrences a day",
    };
    for (const [text, message] of Object.entries(table)) expect(parseRule(text, toUtc)).toContain(message);
  });

  it("without a possible day ends", () => {
    expect(listOccurrences(parseValidRule("FREQ=DAILY;BYHOUR=9,10;BYSETPOS=-3"), START, 1)).toEqual([]);
    expect(listOccurrences(parseValidRule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), START, 1)).toEqual([]);
    expect(listOccurrences(parseValidRule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), START, 3)).toEqual(
      ["2028", "2032", "2036"].map((year) => `${year}-02-29T09:30:00`),
    );
  });
});

const buildSeries = (recurrence: z.input<typeof Recurrence>, starts: string, timezone: string) => {
  const rule = buildRule(Recurrence.parse(recurrence), starts, timezone);
  if (typeof rule === "string") throw new Error(rule);
  return { rule: formatRule(rule), starts, timezone };
};
/** The first four occurrences as UTC times, without seconds. */
const listInstants = (...args: Parameters<typeof buildSeries>): string[] => {
  const series = buildSeries(...args);
  return takeFirst(iterateSeries(series), 4).map((local) => toInstant(series.timezone, local).slice(0, 16));
};
const listDates = (...args: Parameters<typeof buildSeries>): string[] =>
  takeFirst(iterateSeries(buildSeries(...args)), 5).map((local) => local.slice(0, 10));

describe("a frequency", () => {
  it.each([
    ["DAILY", {}, "2027-01-01", "FREQ=DAILY"],
    ["WEEKLY", { interval: 2, by_day: ["MO", "WE"] }, "2027-01-04", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"],
    ["MONTHLY", {}, "2027-01-28", "FREQ=MONTHLY"],
    ["MONTHLY", {}, "2027-01-29", "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"],
    ["MONTHLY", {}, "2027-01-30", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"],
    ["MONTHLY", { count: 3 }, "2027-01-31", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3"],
    ["YEARLY", { until: "2030-12-31" }, "2027-01-01", "FREQ=YEARLY;UNTIL=20301231T225959Z"],
  ] as const)("%s %o from %s is %s", (frequency, more, day, rule) => {
    const { by_day, ...rest } = { by_day: undefined, ...more };
    const recurrenceInput = { frequency, ...rest, ...(by_day ? { by_day: [...by_day] } : {}) };
    expect(buildSeries(recurrenceInput, `${day}T09:00:00`, "Europe/Berlin").rule).toBe(rule);
  });

  it("of months uses the last day of shorter months, while a raw rule skips them", () => {
    const from31 = ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"];
    expect(listDates({ frequency: "MONTHLY" }, "2028-01-31T09:00:00", "UTC")).toEqual(from31);
    const skipping = ["2028-01-31", "2028-03-31", "2028-05-31", "2028-07-31", "2028-08-31"];
    expect(listDates({ rule: "FREQ=MONTHLY" }, "2028-01-31T09:00:00", "UTC")).toEqual(skipping);
    expect(listDates({ frequency: "MONTHLY" }, "2027-12-29T09:00:00", "UTC")).toEqual([
      "2027-12-29",
      "2028-01-29",
      "2028-02-29",
      "2028-03-29",
      "2028-04-29",
    ]);
    expect(listDates({ frequency: "YEARLY" }, "2028-02-29T09:00:00", "UTC").slice(0, 2)).toEqual(["2028-02-29", "2032-02-29"]);
  });
});

describe("clock time", () => {
  const daily = { frequency: "DAILY" } as const;
  it.each([
    ["New York, spring", "America/New_York", "2027-03-13T09:00:00", ["03-13T14:00", "03-14T13:00", "03-15T13:00", "03-16T13:00"]],
    ["New York, autumn", "America/New_York", "2027-11-06T09:00:00", ["11-06T13:00", "11-07T14:00", "11-08T14:00", "11-09T14:00"]],
    ["Berlin, spring", "Europe/Berlin", "2027-03-27T09:00:00", ["03-27T08:00", "03-28T07:00", "03-29T07:00", "03-30T07:00"]],
    ["Berlin, autumn", "Europe/Berlin", "2027-10-30T09:00:00", ["10-30T07:00", "10-31T08:00", "11-01T08:00", "11-02T08:00"]],
    [
      "Lord Howe, spring",
      "Australia/Lord_Howe",
      "2027-10-02T09:00:00",
      ["10-01T22:30", "10-02T22:00", "10-03T22:00", "10-04T22:00"],
    ],
    [
      "Lord Howe, autumn",
      "Australia/Lord_Howe",
      "2027-04-03T09:00:00",
      ["04-02T22:00", "04-03T22:30", "04-04T22:30", "04-05T22:30"],
    ],
    // A skipped local time uses the offset before the change; a repeated one is its first occurrence.
    [
      "New York, skipped",
      "America/New_York",
      "2027-03-13T02:30:00",
      ["03-13T07:30", "03-14T07:30", "03-15T06:30", "03-16T06:30"],
    ],
    ["Berlin, twice", "Europe/Berlin", "2027-10-30T02:30:00", ["10-30T00:30", "10-31T00:30", "11-01T01:30", "11-02T01:30"]],
    [
      "Lord Howe, skipped",
      "Australia/Lord_Howe",
      "2027-10-02T02:15:00",
      ["10-01T15:45", "10-02T15:45", "10-03T15:15", "10-04T15:15"],
    ],
  ])("stays the same in %s", (_, zone, starts, expected) => {
    expect(listInstants(daily, starts, zone)).toEqual(expected.map((suffix) => `2027-${suffix}`));
  });

  it("ends at until: the whole day in the zone, or the exact instant", () => {
    const last = (until: string): string | undefined =>
      listInstants({ frequency: "DAILY", until }, "2027-03-26T23:30:00", "Europe/Berlin").at(-1);
    expect(last("2027-03-28")).toBe("2027-03-28T21:30");
    expect(last("2027-03-28T21:30:00Z")).toBe("2027-03-28T21:30");
    expect(last("2027-03-28T21:29:59Z")).toBe("2027-03-27T22:30");
    const findLastInstant = (until: string) =>
      listInstants({ rule: `FREQ=DAILY;UNTIL=${until}` }, "2027-03-26T23:30:00", "Europe/Berlin").at(-1);
    expect(findLastInstant("20270328")).toBe("2027-03-28T21:30");
    expect(findLastInstant("20270328T213000Z")).toBe("2027-03-28T21:30");
    expect(findLastInstant("20270328T212959Z")).toBe("2027-03-27T22:30");
    expect(findLastInstant("20270328T233000")).toBe("2027-03-28T21:30");
  });
});

describe("existing occurrences", () => {
  const now = "2027-01-01T00:00:00.000Z";
  const all = (recurrence: z.input<typeof Recurrence>) => {
    const starts = "2027-01-01T09:00:00";
    return planNextOccurrences({ ...buildSeries(recurrence, starts, "UTC"), through: "2026-12-31T00:00:00" }, now, 10_000);
  };

  it("are at most 500 ahead: all of a finite rule, two years of an endless one, and a few of a rare one", () => {
    expect(all({ frequency: "DAILY", count: 40 })).toMatchObject({ next: { length: 40 }, nextCheckAt: null });
    expect(all({ frequency: "DAILY", count: 9999 }).next).toHaveLength(500);
    expect(all({ frequency: "DAILY" }).next).toHaveLength(500);
    expect(all({ frequency: "WEEKLY" }).next).toHaveLength(105);
    expect(all({ frequency: "YEARLY" }).next).toHaveLength(12);
    expect(all({ frequency: "WEEKLY" }).nextCheckAt).toBe("2027-01-31T00:00:00.000Z");
    expect(all({ rule: "FREQ=DAILY;BYHOUR=0,2,4,6,8,10,12,14,16,18,20,22" }).nextCheckAt?.slice(0, 10)).toBe("2027-01-22");
  });
});
