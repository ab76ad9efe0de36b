import { findNextDue, listTimingErrors, type Timing } from "@crm/core/analytics/report/schedule.rules.ts";
import { describe, expect, it } from "vitest";

const daily = (time: string): Timing => ({ frequency: "DAILY", time, weekday: null, month_day: null });
const weekly = (weekday: Timing["weekday"], time: string): Timing => ({ ...daily(time), frequency: "WEEKLY", weekday });
const monthly = (month_day: number, time: string): Timing => ({ ...daily(time), frequency: "MONTHLY", month_day });
const BERLIN = "Europe/Berlin";

describe("a schedule is due", () => {
  it.each<[string, Timing, string, string, string]>([
    ["today, if the time is ahead", daily("07:30"), BERLIN, "2026-11-28T05:00:00.000Z", "2026-11-28T06:30:00.000Z"],
    ["tomorrow, at the instant itself", daily("07:30"), BERLIN, "2026-11-28T06:30:00.000Z", "2026-11-29T06:30:00.000Z"],
    ["at the same local time in summer", daily("07:30"), BERLIN, "2026-03-28T06:30:00.000Z", "2026-03-29T05:30:00.000Z"],
    ["an hour later where the clocks skip it", daily("02:30"), BERLIN, "2026-03-28T12:00:00.000Z", "2026-03-29T01:30:00.000Z"],
    ["the first time where it occurs twice", daily("02:30"), BERLIN, "2026-10-24T12:00:00.000Z", "2026-10-25T00:30:00.000Z"],
    ["not again an hour later", daily("02:30"), BERLIN, "2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"],
    ["on its weekday", weekly("MON", "09:00"), "Asia/Kolkata", "2026-11-28T05:00:00.000Z", "2026-11-30T03:30:00.000Z"],
    [
      "by the weekday of the zone",
      weekly("SUN", "00:30"),
      "Pacific/Auckland",
      "2026-11-28T11:00:00.000Z",
      "2026-11-28T11:30:00.000Z",
    ],
    ["on its day of the month", monthly(15, "08:00"), "UTC", "2026-11-16T00:00:00.000Z", "2026-12-15T08:00:00.000Z"],
    ["on the last day of a shorter month", monthly(31, "08:00"), "UTC", "2027-02-01T00:00:00.000Z", "2027-02-28T08:00:00.000Z"],
    ["on 31 in a longer one", monthly(31, "08:00"), "UTC", "2027-02-28T08:00:00.000Z", "2027-03-31T08:00:00.000Z"],
  ])("%s", (_, timing, zone, after, due) => {
    expect(findNextDue(timing, zone, after)).toBe(due);
  });
});

it.each([
  [{ frequency: "WEEKLY", weekday: null, month_day: null }, ["weekday"]],
  [{ frequency: "MONTHLY", weekday: "MON", month_day: null }, ["weekday", "month_day"]],
  [{ frequency: "DAILY", weekday: null, month_day: 3 }, ["month_day"]],
  [{ frequency: "WEEKLY", weekday: "FRI", month_day: null }, []],
] as const)("the days of %j are checked", (timing, fields) => {
  expect(listTimingErrors(timing).map(({ field }) => field)).toEqual(fields);
});
