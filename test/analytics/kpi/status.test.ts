import { computeExpectation, computeStatus } from "@crm/core/analytics/kpi/status.rules.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { describe, expect, it } from "vitest";

const april = { from: "2026-04-01", to: "2026-04-30" };

describe("the expectation", () => {
  it.each([
    ["on the first day", "2026-04-01", true, "10.00"],
    ["in the middle", "2026-04-15", true, "150.00"],
    ["on the last day", "2026-04-30", true, "300.00"],
    ["after the period", "2026-05-09", true, "300.00"],
    ["before the period", "2026-03-31", true, "0.00"],
    ["of a rate", "2026-04-01", false, "300.00"],
  ])("%s, %s", (_, today, accumulates, expected) => {
    expect(Money.convert(computeExpectation({ target: "300.00", range: april, today, accumulates }), 1, 2)).toBe(expected);
  });

  it("is exact", () => {
    const expected = computeExpectation({ target: "100.00", range: april, today: "2026-04-10", accumulates: true });
    expect(computeStatus("33.33", expected, "HIGHER")).toBe("AT_RISK");
    expect(computeStatus("33.34", expected, "HIGHER")).toBe("ON_TRACK");
  });
});

describe("the status", () => {
  it.each([
    ["100.00", "HIGHER", "ON_TRACK"],
    ["99.99", "HIGHER", "AT_RISK"],
    [80, "HIGHER", "AT_RISK"],
    ["79.99", "HIGHER", "BEHIND"],
    ["100.00", "LOWER", "ON_TRACK"],
    [100.01, "LOWER", "AT_RISK"],
    ["125.00", "LOWER", "AT_RISK"],
    ["125.01", "LOWER", "BEHIND"],
  ] as const)("of %s, %s is better, is %s", (value, direction, status) => {
    expect(computeStatus(value, "100.00", direction)).toBe(status);
  });

  it.each([
    ["HIGHER", "ON_TRACK"],
    ["LOWER", "BEHIND"],
  ] as const)("of a value above an expectation of 0, %s is better, is %s", (direction, status) => {
    expect(computeStatus("1", "0", direction)).toBe(status);
  });
});
