import {
  chooseZone,
  firstInstantAt,
  instantAt,
  instantOfRank,
  isLocalTime,
  lastInstantAt,
} from "@crm/core/engagement/email-send/send-time.rules.ts";
import { describe, expect, it } from "vitest";

describe("a local time", () => {
  it.each([
    ["2026-12-01T09:00", true],
    ["2028-02-29T23:59", true],
    ["9999-12-31T23:59", true],
    ["2026-02-29T09:00", false],
    ["2026-12-01T24:00", false],
    ["2026-12-01T09:60", false],
    ["2026-12-01 09:00", false],
    ["2026-12-01T09:00:00", false],
    ["2026-12-01T09:00Z", false],
    ["1969-12-31T09:00", false],
    ["tomorrow", false],
  ])("%s: %s", (text, expected) => {
    expect(isLocalTime(text)).toBe(expected);
  });

  it.each([
    // New York leaves daylight saving time on 1 November 2026, Berlin on 25 October. Tokyo has none.
    ["2026-10-24T09:00", "2026-10-24T00:00", "2026-10-24T07:00", "2026-10-24T13:00"],
    ["2026-10-25T09:00", "2026-10-25T00:00", "2026-10-25T08:00", "2026-10-25T13:00"],
    ["2026-11-01T09:00", "2026-11-01T00:00", "2026-11-01T08:00", "2026-11-01T14:00"],
    // Skipped in Berlin: the clocks go from 02:00 to 03:00. The time before the change is meant.
    ["2027-03-28T02:30", "2027-03-27T17:30", "2027-03-28T01:30", "2027-03-28T06:30"],
    // Twice in Berlin: the first one.
    ["2026-10-25T02:30", "2026-10-24T17:30", "2026-10-25T00:30", "2026-10-25T06:30"],
  ])("%s is at three instants in Tokyo, Berlin and New York", (local, tokyo, berlin, newYork) => {
    const instants = ["Asia/Tokyo", "Europe/Berlin", "America/New_York"].map((zone) => instantAt(zone, local));
    expect(instants).toEqual([tokyo, berlin, newYork].map((instant) => `${instant}:00.000Z`));
  });

  it("is reached first with an offset of 14 hours, and last with one of -12 hours", () => {
    const local = "2026-12-01T09:00";
    expect(firstInstantAt(local)).toBe(instantAt("Pacific/Kiritimati", local));
    expect(lastInstantAt(local)).toBe(instantAt("Etc/GMT+12", local));
    expect(lastInstantAt("9999-12-31T23:59")).toBe("9999-12-31T23:59:59.999Z");
  });
});

describe("the time zone of a country", () => {
  it.each([
    [undefined, "Europe/Berlin", "Europe/Berlin"],
    ["ZZ", "Europe/Berlin", "Europe/Berlin"],
    ["JP", "Europe/Berlin", "Asia/Tokyo"],
    ["US", "America/Denver", "America/Denver"],
  ])("%s for a tenant in %s is %s", (country, tenantZone, zone) => {
    expect(chooseZone(country, tenantZone, "2026-12-01T09:00")).toBe(zone);
  });

  it("is one in the middle of several, unless the tenant is in one of them", () => {
    const local = "2026-12-01T09:00";
    const middle = instantAt(chooseZone("US", "Europe/Berlin", local), local);
    expect(middle > instantAt("America/New_York", local) || middle === instantAt("America/New_York", local)).toBe(true);
    expect(middle < instantAt("America/Los_Angeles", local)).toBe(true);
  });
});

describe("the rank of a message", () => {
  const start = "2026-12-01T09:00:00.000Z";
  it.each([
    [0, 60, "2026-12-01T09:00:00.000Z"],
    [1, 60, "2026-12-01T09:01:00.000Z"],
    [60, 60, "2026-12-01T10:00:00.000Z"],
    [1, 7, "2026-12-01T09:08:34.285Z"],
    [100_000, 100_000, "2026-12-01T10:00:00.000Z"],
    [5, null, start],
  ])("%d with %s in an hour is at %s", (rank, perHour, instant) => {
    expect(instantOfRank(start, rank, perHour)).toBe(instant);
  });
});
