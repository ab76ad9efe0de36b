import { InteractionGroups } from "@crm/core/analytics/figure/interaction-groups.rules.ts";
import { emptyTally } from "@crm/core/people/interaction/interaction-counters.rules.ts";
import { describe, expect, it } from "vitest";

const tally = (fields: Partial<ReturnType<typeof emptyTally>>) => ({ ...emptyTally(), ...fields });

describe("groups of interactions", () => {
  it("have the most first, with shares and averages", () => {
    const tallies = new Map([
      ["b", tally({ count: 1, timed: 2, minutes: 25, scored: 3, score_units: -10_000 })],
      ["a", tally({ count: 1 })],
      ["c", tally({ count: 2, inbound: 1, positive: 2 })],
    ]);
    const groups = InteractionGroups.presentGroups(tallies, 3, new Map([["c", "Chat"]]));
    expect(groups.map(({ key, label, count, share }) => [key, label, count, share])).toEqual([
      ["c", "Chat", 2, 66.67],
      ["a", null, 1, 33.33],
      ["b", null, 1, 33.33],
    ]);
    expect(groups[0]).toMatchObject({ inbound: 1, positive: 2, average_sentiment: null, average_minutes: null });
    expect(groups[2]).toMatchObject({ average_sentiment: -0.33, average_minutes: 12.5 });
  });

  it.each([
    ["2026-11-23", "MON"],
    ["2026-11-29", "SUN"],
    ["2028-02-29", "TUE"],
    ["0001-01-01", "MON"],
    ["9999-12-31", "FRI"],
  ])("%s is a %s", (day, weekday) => {
    expect(InteractionGroups.toWeekday(day)).toBe(weekday);
  });

  it("have weekdays from Monday to Sunday", () => {
    const tallies = new Map(["SUN", "MON", "FRI"].map((day) => [day, tally({ count: 1 })]));
    expect(InteractionGroups.presentWeekdays(tallies, 3).map(({ key }) => key)).toEqual(["MON", "FRI", "SUN"]);
  });

  it.each([
    [
      tally({}),
      [
        ["INBOUND", 0, null],
        ["OUTBOUND", 0, null],
        ["none", 0, null],
      ],
    ],
    [
      tally({ count: 4, inbound: 1, outbound: 2 }),
      [
        ["INBOUND", 1, 25],
        ["OUTBOUND", 2, 50],
        ["none", 1, 25],
      ],
    ],
  ])("count directions and interactions without one", (sum, shares) => {
    expect(InteractionGroups.presentDirections(sum).map(({ key, count, share }) => [key, count, share])).toEqual(shares);
  });

  it("count sentiments and interactions without one", () => {
    const shares = InteractionGroups.presentSentiments(tally({ count: 3, positive: 1, negative: 1 }));
    expect(shares.map(({ key, count }) => [key, count])).toEqual([
      ["POSITIVE", 1],
      ["NEUTRAL", 0],
      ["NEGATIVE", 1],
      ["none", 1],
    ]);
  });
});
