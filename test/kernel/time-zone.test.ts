import { describe, expect, it } from "vitest";
import { instantToLocal, localToInstant, startOfDay } from "../../packages/core/src/kernel/time-zone.ts";

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
