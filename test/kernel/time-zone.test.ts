import { describe, expect, it } from "vitest";
import { MAX_DATE, MAX_INSTANT, MIN_DATE } from "../../packages/core/src/kernel/date-bounds.ts";
import {
  addDays,
  endOfDay,
  instantToDay,
  instantToLocal,
  listDays,
  localToInstant,
  localToInstantRanges,
  startOfDay,
} from "../../packages/core/src/kernel/time-zone.ts";

/** RFC 5545, 3.3.5: a repeated local time is its first occurrence; a skipped one uses the offset before the gap. */
describe("an instant in a time zone", () => {
  it.each([
    ["America/New_York", "2025-07-01T09:00:00.000", "2025-07-01T13:00:00.000Z"],
    ["America/New_York", "2025-03-09T01:59:59.999", "2025-03-09T06:59:59.999Z"],
    ["America/New_York", "2025-03-09T02:30:00.000", "2025-03-09T07:30:00.000Z"],
    ["America/New_York", "2025-03-09T03:00:00.000", "2025-03-09T07:00:00.000Z"],
    ["America/New_York", "2025-11-02T01:30:00.000", "2025-11-02T05:30:00.000Z"],
    ["America/New_York", "2025-11-02T02:00:00.000", "2025-11-02T07:00:00.000Z"],
    ["Europe/Berlin", "2025-03-30T02:30:00.000", "2025-03-30T01:30:00.000Z"],
    ["Europe/Berlin", "2025-10-26T02:30:00.000", "2025-10-26T00:30:00.000Z"],
    ["Europe/Berlin", "2025-10-26T03:00:00.000", "2025-10-26T02:00:00.000Z"],
    ["Australia/Lord_Howe", "2025-10-05T02:15:00.000", "2025-10-04T15:45:00.000Z"],
    ["Australia/Lord_Howe", "2025-04-06T01:45:00.000", "2025-04-05T14:45:00.000Z"],
    ["Pacific/Apia", "2011-12-30T12:00:00.000", "2011-12-30T22:00:00.000Z"],
    ["UTC", "2025-01-01T00:00:00.000", "2025-01-01T00:00:00.000Z"],
  ])("%s, %s", (zone, local, instant) => expect(localToInstant(zone, local)).toBe(instant));

  it("converts back to the same local time wherever that exists", () => {
    for (const zone of ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"])
      for (let minute = 0; minute < 366 * 24 * 60; minute += 613) {
        const local = instantToLocal(zone, new Date(Date.UTC(2025, 0, 1) + minute * 60_000).toISOString());
        expect([zone, instantToLocal(zone, localToInstant(zone, `${local}.000`))]).toEqual([zone, local]);
      }
  });

  it("starts a day after midnight where clocks skip midnight", () =>
    expect(startOfDay("America/Santiago", "2025-09-07")).toBe("2025-09-07T04:00:00.000Z"));
});

/** Inputs have dates up to these bounds, so what is computed from them must have a form as well. */
describe.each(["Pacific/Kiritimati", "UTC", "Pacific/Niue", "America/Santiago"])("at the bounds of dates, in %s", (zone) => {
  it("a computed day is clamped", () => {
    expect([addDays(MAX_DATE, 1), addDays(MAX_DATE, 100_000), addDays(MIN_DATE, -1)]).toEqual([MAX_DATE, MAX_DATE, MIN_DATE]);
    expect(instantToDay(zone, MAX_INSTANT).slice(0, 7)).toBe("9999-12");
    expect(listDays(addDays(MAX_DATE, -1), MAX_DATE)).toEqual(["9999-12-30", MAX_DATE]);
  });

  it("a day begins and ends at instants with a year of four digits", () => {
    for (const instant of [startOfDay(zone, MIN_DATE), endOfDay(zone, MIN_DATE), startOfDay(zone, MAX_DATE)])
      expect(instant).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/);
    expect(endOfDay(zone, MAX_DATE)).toBe(MAX_INSTANT);
    const ranges = localToInstantRanges(zone, `${MAX_DATE}T09:00:00.000`, `${MAX_DATE}T17:00:00.000`);
    for (const { from, to } of ranges) expect([from < to, to <= MAX_INSTANT]).toEqual([true, true]);
  });
});
