import { computeBounds, computeScore, extractValues, toFifth } from "@crm/core/engagement/segment/quintile.rules.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";

/** The quintile of a value by its share of values that are not larger, counted one by one. */
const computePlainFifth = (value: number, all: readonly number[]): number =>
  Math.max(1, Math.ceil((5 * all.filter((otherValue) => otherValue <= value).length) / all.length));

const computeFifths = (values: readonly number[]): number[] => {
  const bounds = computeBounds(Float64Array.from(values).sort());
  return values.map((value) => toFifth(value, bounds));
};

describe("fifths", () => {
  it.each([
    ["ten", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]],
    ["of equal values are one", [7, 7, 7], [5, 5, 5]],
    ["of one", [3], [5]],
    ["of three", [10, 30, 20], [2, 5, 4]],
    ["with ties across a bound", [1, 1, 1, 1, 2, 9, 9, 9, 9, 10], [2, 2, 2, 2, 3, 5, 5, 5, 5, 5]],
  ])("%s", (_, values, expected) => {
    expect(computeFifths(values)).toEqual(expected);
  });

  it("match a plain computation for any number of values and ties", () => {
    const chance = createTestRandom("fifths");
    for (let run = 0; run < 200; run++) {
      const span = 1 + Math.floor(chance() * 40);
      const values = Array.from({ length: 1 + Math.floor(chance() * 60) }, () => Math.floor(chance() * span));
      expect(computeFifths(values)).toEqual(values.map((value) => computePlainFifth(value, values)));
    }
  });
});

describe("a customer's score", () => {
  const quintiles = {
    as_of: "2026-03-02T00:00:00.000Z",
    customers: 5,
    recency: [1, 2, 3, 4],
    frequency: [2, 3, 4, 5],
    monetary: [100, 200, 300, 400.5],
  };

  it("follows the sales, and is null without a purchase or without bounds", () => {
    const bought = { paid_orders_count: 3, lifetime_value: "400.50", last_order_at: "2026-01-01T00:00:00.000Z" };
    expect(computeScore("frequency", bought, quintiles)).toBe(3);
    expect(computeScore("monetary", bought, quintiles)).toBe(5);
    expect(computeScore("recency", bought, quintiles)).toBe(5);
    expect(computeScore("monetary", bought, null)).toBeNull();
    expect(extractValues({ paid_orders_count: 0, lifetime_value: "0.00", last_order_at: null })).toBeUndefined();
  });
});
