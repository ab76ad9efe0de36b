import { ContractTerm } from "@crm/core/agreements/contract/term.rules.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";

const day = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays("1999-12-01", days));
const months = fc.integer({ min: 1, max: ContractTerm.MAX_MONTHS });

describe("a term", () => {
  it.each([
    ["2027-01-01", 12, "2027-12-31"],
    ["2027-01-15", 1, "2027-02-14"],
    ["2027-01-31", 1, "2027-02-27"],
    ["2027-02-01", 1, "2027-02-28"],
    ["2028-02-01", 1, "2028-02-29"],
    ["2028-02-29", 12, "2029-02-27"],
    ["2027-11-30", 3, "2028-02-28"],
  ])("from %s for %i months ends on %s", (start_date, count, end_date) => {
    expect(ContractTerm.lastDayAfterMonths(start_date, count)).toBe(end_date);
    expect(ContractTerm.countTermMonths({ start_date, end_date })).toBe(count);
  });

  it.each([
    // A common way to write terms: up to the last day of a month that is too short.
    ["2028-02-29", "2029-02-28", { months: 12 }],
    ["2027-01-31", "2027-02-28", { months: 1 }],
    ["2027-01-01", "2027-01-01", { days: 1 }],
    ["2027-01-01", "2027-02-15", { days: 46 }],
    ["2027-01-28", "2027-02-28", { days: 32 }],
    ["2027-03-31", "2027-03-31", { days: 1 }],
  ])("from %s to %s has the length %o", (start_date, end_date, length) => {
    expect(ContractTerm.measureTerm({ start_date, end_date })).toEqual(length);
  });

  it("has the length that it was created with, from any day", () => {
    fc.assert(
      fc.property(day, months, (start_date, count) => {
        const end_date = ContractTerm.lastDayAfterMonths(start_date, count);
        expect(ContractTerm.measureTerm({ start_date, end_date })).toEqual({ months: count });
      }),
    );
  });

  it.each([
    [{ start_date: "2027-01-02", end_date: "2027-01-01" }, "Must not be before start_date, 2027-01-02"],
    [{ start_date: "2027-01-01", end_date: "2127-01-01" }, "The term can be at most 100 years"],
    [{ start_date: "9999-01-01", end_date: "9999-12-31" }, "The term can be at most 100 years"],
  ])("that is invalid is rejected: %o", (term, message) => {
    expect(ContractTerm.findTermFault(term)).toEqual({ field: "end_date", message });
  });

  it.each([
    { start_date: "2027-01-01", end_date: "2027-01-01" },
    { start_date: "2027-01-01", end_date: "2126-12-31" },
  ])("from %o has the minimum or maximum length", (term) => {
    expect(ContractTerm.findTermFault(term)).toBeNull();
  });
});

describe("the next term", () => {
  it.each([
    // Whole years with a leap day between.
    ["2027-01-01", "2027-12-31", "2028-01-01", "2028-12-31"],
    ["2028-01-01", "2028-12-31", "2029-01-01", "2029-12-31"],
    ["2028-02-29", "2029-02-27", "2029-02-28", "2030-02-27"],
    ["2028-02-29", "2029-02-28", "2029-03-01", "2030-02-28"],
    // The day of the anchor returns after a short month.
    ["2027-01-31", "2027-02-27", "2027-02-28", "2027-03-30"],
    // A term that is not whole months is counted in days.
    ["2027-01-01", "2027-02-15", "2027-02-16", "2027-04-02"],
    ["2027-01-01", "2027-01-01", "2027-01-02", "2027-01-02"],
  ])("after %s to %s is %s to %s", (start_date, end_date, nextStart, nextEnd) => {
    expect(ContractTerm.nextTerm({ start_date, end_date })).toEqual({ start_date: nextStart, end_date: nextEnd });
  });

  it("keeps the day of month of the first term, however often it renews", () => {
    const ends: string[] = [];
    let term: ContractTerm.Term = { start_date: "2027-12-31", end_date: ContractTerm.lastDayAfterMonths("2027-12-31", 1) };
    for (let index = 0; index < 5; index++) {
      ends.push(`${term.start_date} ${term.end_date}`);
      term = ContractTerm.nextTerm(term, "2027-12-31");
    }
    expect(ends).toEqual([
      "2027-12-31 2028-01-30",
      "2028-01-31 2028-02-28",
      "2028-02-29 2028-03-30",
      "2028-03-31 2028-04-29",
      "2028-04-30 2028-05-30",
    ]);
  });

  it("follows the previous term without a gap, and many terms equal one long term", () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }), (anchor, length, times) => {
        let term = { start_date: anchor, end_date: ContractTerm.lastDayAfterMonths(anchor, length) };
        for (let index = 1; index < times; index++) {
          const next = ContractTerm.nextTerm(term, anchor);
          expect(next.start_date).toBe(addDays(term.end_date, 1));
          expect(ContractTerm.measureTerm(next, anchor)).toEqual({ months: length });
          term = next;
        }
        expect(term.end_date).toBe(ContractTerm.lastDayAfterMonths(anchor, length * times));
      }),
      { numRuns: 50 },
    );
  });

  it("has its own length if one is given", () => {
    const term = { start_date: "2027-01-31", end_date: "2027-02-27" };
    expect(ContractTerm.nextTerm(term, "2027-01-31", { months: 3 })).toEqual({
      start_date: "2027-02-28",
      end_date: "2027-05-30",
    });
    expect(ContractTerm.nextTerm(term, "2027-01-31", { days: 10 })).toEqual({ start_date: "2027-02-28", end_date: "2027-03-09" });
  });
});

describe("the end of a day", () => {
  it.each([
    ["UTC", "2027-02-28", "2027-03-01T00:00:00.000Z"],
    ["Europe/Berlin", "2027-03-27", "2027-03-27T23:00:00.000Z"],
    ["Europe/Berlin", "2027-03-28", "2027-03-28T22:00:00.000Z"],
    ["America/Los_Angeles", "2028-02-29", "2028-03-01T08:00:00.000Z"],
    ["Pacific/Kiritimati", "2027-12-31", "2027-12-31T10:00:00.000Z"],
    ["Pacific/Pago_Pago", "2027-12-31", "2028-01-01T11:00:00.000Z"],
    ["Asia/Kathmandu", "2027-06-30", "2027-06-30T18:15:00.000Z"],
    // Midnight is skipped there, so the day begins an hour later.
    ["Africa/Cairo", "2026-04-23", "2026-04-23T22:00:00.000Z"],
  ])("in %s for %s is at %s", (zone, lastDay, endInstant) => {
    expect(ContractTerm.dayEndInstant(zone, lastDay)).toBe(endInstant);
    expect(Date.parse(endInstant) - Date.parse(ContractTerm.lastMoment(zone, lastDay))).toBe(1);
    expect(DateTime.fromISO(ContractTerm.lastMoment(zone, lastDay), { zone }).toISODate()).toBe(lastDay);
  });
});

describe("the day of notice", () => {
  it.each([
    ["2027-01-01", "2027-12-31", 30, "2027-12-01"],
    ["2027-03-31", "2028-03-30", 30, "2028-02-29"],
    ["2028-03-31", "2029-03-30", 30, "2029-02-28"],
    ["2027-01-01", "2027-12-31", 0, "2027-12-31"],
    ["2027-01-01", "2027-12-31", 364, "2027-01-01"],
    // The notice period exceeds the term: notice is due on the first day.
    ["2027-01-01", "2027-12-31", 365, "2027-01-01"],
    ["2027-06-01", "2027-06-30", 90, "2027-06-01"],
    ["2027-06-01", "2027-06-01", 1, "2027-06-01"],
  ])("of %s to %s with %i days of notice is %s", (start_date, end_date, days, noticed) => {
    expect(ContractTerm.noticeDay({ start_date, end_date }, days)).toBe(noticed);
  });
});
