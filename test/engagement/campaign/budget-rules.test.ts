import {
  computeLevel,
  findAlertCycle,
  findCycleStart,
  isNewAlert,
  listCycleDays,
} from "@crm/core/engagement/campaign/budget.rules.ts";
import { describe, expect, it } from "vitest";

describe("a budget cycle", () => {
  it.each([
    ["ONE_TIME", "2026-03-01", null],
    ["DAILY", "2026-03-01", "2026-03-01"],
    ["WEEKLY", "2026-03-01", "2026-02-23"],
    ["WEEKLY", "2026-03-02", "2026-03-02"],
    ["MONTHLY", "2026-03-31", "2026-03-01"],
  ] as const)("%s of %s begins on %s", (cycle, day, start) => {
    expect(findCycleStart(cycle, day)).toBe(start);
  });

  it.each([
    ["WEEKLY", "2026-02-23", 7, "2026-03-01"],
    ["MONTHLY", "2026-02-01", 28, "2026-02-28"],
    ["MONTHLY", "2024-02-01", 29, "2024-02-29"],
  ] as const)("%s from %s has %d days", (cycle, start, count, last) => {
    const days = listCycleDays(cycle, start);
    expect([days.length, days.at(-1)]).toEqual([count, last]);
  });

  it.each([
    ["MONTHLY", "2026-02-28", { start: "2026-02-01" }],
    ["MONTHLY", "2026-01-31", undefined],
    ["DAILY", "2026-03-02", undefined],
    ["ONE_TIME", "2020-01-01", { start: null }],
  ] as const)("%s of %s is told of on 2026-03-01: %o", (cycle, day, expected) => {
    expect(findAlertCycle(cycle, day, "2026-03-01")).toEqual(expected);
  });
});

describe("the level of a budget", () => {
  it.each([
    ["79.99", "100.00", null],
    ["80.00", "100.00", 80],
    ["99.99", "100.00", 80],
    ["100.00", "100.00", 100],
    ["0.00", "0.00", null],
    ["0.01", "0.00", 100],
    ["4", "5", 80],
  ])("%s of %s is %s", (cost, budget, level) => {
    expect(computeLevel(cost, budget)).toBe(level);
  });
});

describe("an alert", () => {
  const alert = (cycle_start: string | null, level: 80 | 100, budget_cycle: "MONTHLY" | "ONE_TIME" = "MONTHLY") => ({
    budget_cycle,
    cycle_start,
    level,
  });
  it.each([
    [alert("2026-03-01", 80), null, true],
    [alert("2026-03-01", 80), alert("2026-03-01", 80), false],
    [alert("2026-03-01", 100), alert("2026-03-01", 80), true],
    [alert("2026-03-01", 80), alert("2026-03-01", 100), false],
    [alert("2026-04-01", 80), alert("2026-03-01", 100), true],
    [alert("2026-02-01", 100), alert("2026-03-01", 80), false],
    [alert(null, 80, "ONE_TIME"), alert("2026-03-01", 100), true],
    [alert(null, 100, "ONE_TIME"), alert(null, 80, "ONE_TIME"), true],
  ])("%o after %o is new: %s", (next, last, isNew) => {
    expect(isNewAlert(next, last)).toBe(isNew);
  });
});
