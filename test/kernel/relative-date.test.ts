import { isRelativeDate, resolveMoment, resolvePeriod } from "@crm/core/kernel/relative-date.ts";
import { describe, expect, it } from "vitest";

describe("a relative date", () => {
  // A Friday.
  const TODAY = "2026-11-27";

  it.each([
    ["today", "2026-11-27", "2026-11-27"],
    ["Yesterday", "2026-11-26", "2026-11-26"],
    ["tomorrow", "2026-11-28", "2026-11-28"],
    ["today+7d", "2026-12-04", "2026-12-04"],
    ["today 7d", "2026-12-04", "2026-12-04"],
    ["today-2w", "2026-11-13", "2026-11-13"],
    ["today+3m", "2027-02-27", "2027-02-27"],
    ["today-1q", "2026-08-27", "2026-08-27"],
    ["today-1y", "2025-11-27", "2025-11-27"],
    ["this_week", "2026-11-23", "2026-11-29"],
    ["last_week", "2026-11-16", "2026-11-22"],
    ["next_week", "2026-11-30", "2026-12-06"],
    ["this_month", "2026-11-01", "2026-11-30"],
    ["next_month", "2026-12-01", "2026-12-31"],
    ["last_quarter", "2026-07-01", "2026-09-30"],
    ["this_quarter", "2026-10-01", "2026-12-31"],
    ["next_year", "2027-01-01", "2027-12-31"],
    ["last_7_days", "2026-11-21", "2026-11-27"],
    ["next_1_days", "2026-11-27", "2026-11-27"],
  ])("%s means the days from %s to %s", (text, first, last) => {
    expect(resolvePeriod(text, TODAY)).toEqual({ first, last });
  });

  it.each([
    ["2024-01-31", "today+1m", "2024-02-29"],
    ["2024-02-29", "today+1y", "2025-02-28"],
    ["2026-03-31", "today-1m", "2026-02-28"],
    ["2026-11-29", "this_week", "2026-11-23"],
    ["2026-11-30", "this_week", "2026-11-30"],
    ["9999-12-31", "today+1d", "9999-12-31"],
  ])("on %s, %s begins on %s", (today, text, first) => {
    expect(resolvePeriod(text, today)?.first).toBe(first);
  });

  it.each([
    ["now", 0],
    ["now-1h", -3_600_000],
    ["now 2d", 172_800_000],
  ])("%s means the instant %i milliseconds later", (text, difference) => {
    expect(resolveMoment(text, 1_000_000_000)).toBe(1_000_000_000 + difference);
  });

  it.each(["today+7", "today+7h", "next_0_days", "last_fortnight", "now-1w", "todays"])("%s is refused", (text) => {
    expect([resolvePeriod(text, TODAY), resolveMoment(text, 0)]).toEqual([undefined, undefined]);
    expect(isRelativeDate(text)).toBe(true);
  });
});
