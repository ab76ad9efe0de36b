import { computeAttainment } from "@crm/core/analytics/target/attainment.rules.ts";
import { indexTargets, rollUp, type TargetScope } from "@crm/core/analytics/target/roll-up.rules.ts";
import { findPeriod, findPeriodRange, listLastPeriods, listParts } from "@crm/core/analytics/target/target-period.rules.ts";
import { normalizeTarget } from "@crm/core/analytics/target/target-value.rules.ts";
import { describe, expect, it } from "vitest";

describe("periods", () => {
  it.each([
    ["2026-02", "2026-02-01", "2026-02-28"],
    ["2028-02", "2028-02-01", "2028-02-29"],
    ["2026-Q4", "2026-10-01", "2026-12-31"],
    ["2026", "2026-01-01", "2026-12-31"],
    ["2099-12", "2099-12-01", "2099-12-31"],
  ])("%s is %s to %s, and found by these days", (key, from, to) => {
    expect(findPeriodRange(key)).toEqual({ from, to });
    expect(findPeriod({ from, to })).toBe(key);
  });

  it.each([
    ["2026-11-01", "2026-11-29"],
    ["2026-10-01", "2026-11-30"],
  ])("are not %s to %s", (from, to) => {
    expect(findPeriod({ from, to })).toBeUndefined();
  });

  it("have parts and predecessors", () => {
    expect(listParts("2026")).toEqual(["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]);
    expect(listParts("2026-Q1")).toEqual(["2026-01", "2026-02", "2026-03"]);
    expect(listParts("2026-01")).toEqual([]);
    expect(listLastPeriods("2026-Q1", 3)).toEqual(["2025-Q3", "2025-Q4", "2026-Q1"]);
    expect(listLastPeriods("2026-01", 2)).toEqual(["2025-12", "2026-01"]);
    expect(listLastPeriods("2026", 2)).toEqual(["2025", "2026"]);
  });
});

describe("the target of a scope and a period", () => {
  const user = (id: string): TargetScope => ({ id, parts: [] });
  const team: TargetScope = { id: "team", parts: [user("ann"), user("bo")] };
  const organization: TargetScope = { id: "organization", parts: [team, user("cy")] };
  const hidden: TargetScope = { id: undefined, parts: [user("ann")] };
  const all = { owners: true, periods: true };
  const rate = { owners: false, periods: false };
  const now = { owners: true, periods: false };
  const [q, oct, nov] = ["2026-Q4", "2026-10", "2026-11"];
  it.each([
    ["is its own", team, q, all, { "team 2026-Q4": "9", "ann 2026-Q4": "1", "team 2026-10": "2" }, ["9"]],
    ["is the sum of its users", team, q, all, { "ann 2026-Q4": "1", "bo 2026-Q4": "2" }, ["1", "2"]],
    ["is the sum of its months", user("ann"), q, all, { "ann 2026-10": "1", "ann 2026-11": "2" }, ["1", "2"]],
    ["adds users of months and of quarters", team, q, all, { "ann 2026-10": "1", "bo 2026-Q4": "5" }, ["1", "5"]],
    [
      "adds its own months and those of users",
      team,
      q,
      all,
      { "team 2026-10": "4", "ann 2026-11": "1", "bo 2026-11": "2" },
      ["4", "1", "2"],
    ],
    [
      "prefers quarters to their months in a year",
      user("ann"),
      "2026",
      all,
      { "ann 2026-Q4": "7", "ann 2026-10": "1", "ann 2026-01": "2" },
      ["2", "7"],
    ],
    [
      "of the organization adds teams and single users",
      organization,
      oct,
      all,
      { "team 2026-10": "4", "ann 2026-10": "1", "cy 2026-10": "3" },
      ["4", "3"],
    ],
    ["of a part of a team has no own target of the team", hidden, oct, all, { "team 2026-10": "4", "ann 2026-10": "1" }, ["1"]],
    ["does not add up rates", team, q, rate, { "ann 2026-Q4": "1", "team 2026-10": "2" }, []],
    ["adds users but no months of figures of now", team, q, now, { "ann 2026-Q4": "1", "bo 2026-10": "2" }, ["1"]],
    ["is missing", team, nov, all, { "team 2026-10": "4", "ann 2026-Q4": "1" }, []],
  ] as const)("%s", (_, scope, period, adds, values, expected) => {
    const targets = Object.entries(values).map(([key, value]) => {
      const [id = "", of = ""] = key.split(" ");
      return { scope: id, period: of, value, currency: null };
    });
    expect(rollUp(indexTargets(targets), scope, period, adds).map(({ value }) => value)).toEqual(expected);
  });
});

describe("attainment", () => {
  it.each([
    ["75.00", "100.00", "75.00", "25.00"],
    [5, "4", "125.00", "-1"],
    ["1.00", "3.00", "33.33", "2.00"],
    [0.25, "0.5000", "50.00", "0.2500"],
    ["5.00", "0.00", null, "-5.00"],
    [null, "5", null, null],
    ["9999999999999.99", "0.01", "99999999999999900.00", "-9999999999999.98"],
  ])("of %s to %s is %s percent, %s missing", (value, target, percent, gap) => {
    expect(computeAttainment(value, target)).toEqual({ percent, gap });
  });
});

describe("the value of a target", () => {
  it.each([
    ["money", "1200.5", null, { value: "1200.50", currency: "EUR" }],
    ["money", "1200.00", "JPY", { value: "1200", currency: "JPY" }],
    ["count", "7.00", null, { value: "7", currency: null }],
    ["ratio", "0.25", null, { value: "0.2500", currency: null }],
  ] as const)("of %s %s %s has the places of its unit", (unit, value, currency, expected) => {
    expect(normalizeTarget(unit, { value, currency }, "EUR")).toEqual(expected);
  });

  it.each([
    ["money", "1200.5", "JPY", "Invalid JPY amount"],
    ["count", "7.5", null, "Must have at most 0 decimal places"],
    ["count", "7", "EUR", "Only for figures that are money"],
  ] as const)("of %s refuses %s %s", (unit, value, currency, message) => {
    expect(() => normalizeTarget(unit, { value, currency }, "EUR")).toThrow(
      expect.objectContaining({ details: [expect.objectContaining({ message: expect.stringContaining(message) })] }),
    );
  });
});
