import { addMonths } from "@crm/core/kernel/month.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";

const day = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays("1999-12-01", days));
const months = fc.integer({ min: 1, max: 1200 });

describe("months added to a day", () => {
  it.each([
    ["2027-01-31", 1, "2027-02-28"],
    ["2028-01-31", 1, "2028-02-29"],
    ["2027-01-31", 2, "2027-03-31"],
    ["2027-01-31", 3, "2027-04-30"],
    ["2027-01-30", 1, "2027-02-28"],
    ["2027-01-15", 12, "2028-01-15"],
    ["2028-02-29", 12, "2029-02-28"],
    ["2028-02-29", 48, "2032-02-29"],
    ["2096-02-29", 48, "2100-02-28"],
    ["1999-12-31", 2, "2000-02-29"],
    ["2027-12-01", 1, "2028-01-01"],
    ["2027-03-31", -1, "2027-02-28"],
    ["2027-01-31", 0, "2027-01-31"],
    ["9999-11-30", 2, "9999-12-31"],
  ])("%s and %i is %s", (from, count, to) => {
    expect(addMonths(from, count)).toBe(to);
  });

  it("equal those of luxon", () => {
    fc.assert(
      fc.property(day, months, (from, count) => {
        expect(addMonths(from, count)).toBe(DateTime.fromISO(from, { zone: "utc" }).plus({ months: count }).toISODate());
      }),
    );
  });
});
