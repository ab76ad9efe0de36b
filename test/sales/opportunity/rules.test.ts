import { buildClosedStage, normalizeStage, type Stage } from "@crm/core/platform/master-data/stage.rules.ts";
import {
  computeExpectedRevenue,
  contradictsStage,
  resolveOutcome,
  resolveProbability,
} from "@crm/core/sales/opportunity/opportunity.rules.ts";
import { describe, expect, it } from "vitest";

const buildOpenStage = (probability: number): Stage => ({
  probability,
  forecast_category: "PIPELINE",
  is_closed: false,
  is_won: false,
});
const [wonStage, lostStage] = [buildClosedStage(true), buildClosedStage(false)];

describe("expected revenue", () => {
  it.each([
    ["1000.00", 10, "100.00"],
    ["1000.00", 0, "0.00"],
    ["1000.00", 100, "1000.00"],
    ["0.00", 60, "0.00"],
    // Half a cent is rounded up, less is rounded down.
    ["0.05", 10, "0.01"],
    ["0.04", 10, "0.00"],
    ["0.01", 50, "0.01"],
    ["0.01", 49, "0.00"],
    ["10.15", 10, "1.02"],
    ["1.15", 50, "0.58"],
    ["33.33", 33, "11.00"],
    ["9999999999999.99", 99, "9899999999999.99"],
    ["9999999999999.99", 100, "9999999999999.99"],
    ["9007199254740.93", 50, "4503599627370.47"],
  ])("of %s at %i percent is %s", (amount, probability, expected) => {
    expect(computeExpectedRevenue(amount, probability)).toBe(expected);
  });

  it("is unknown without an amount", () => {
    expect(computeExpectedRevenue(null, 50)).toBeNull();
  });
});

describe("the probability", () => {
  const followed = (probability: number) => ({ probability, probability_is_manual: false });
  const manual = (probability: number) => ({ probability, probability_is_manual: true });

  it.each<[string, ...Parameters<typeof resolveProbability>, ReturnType<typeof resolveProbability>]>([
    ["at birth is that of the stage", buildOpenStage(20), undefined, undefined, followed(20)],
    ["at birth is what was typed", buildOpenStage(20), 35, undefined, manual(35)],
    ["at birth is what was typed, also as in the stage", buildOpenStage(20), 20, undefined, manual(20)],
    ["at birth is that of the stage, where null was typed", buildOpenStage(20), null, undefined, followed(20)],
    ["follows to another stage", buildOpenStage(40), undefined, followed(20), followed(40)],
    ["that was not changed follows to another stage, when it is sent back", buildOpenStage(40), 20, followed(20), followed(40)],
    ["set by hand stays in another stage", buildOpenStage(40), undefined, manual(35), manual(35)],
    ["set by hand stays in another stage, when it is sent back", buildOpenStage(40), 35, manual(35), manual(35)],
    ["is set by hand", buildOpenStage(20), 35, followed(20), manual(35)],
    ["is set by hand together with the stage", buildOpenStage(40), 35, followed(20), manual(35)],
    ["set by hand follows again after null", buildOpenStage(20), null, manual(35), followed(20)],
    ["of a won stage is 100, even after it was set manually", wonStage, undefined, manual(35), followed(100)],
    ["of a lost stage is 0, even after it was set manually", lostStage, 35, manual(35), followed(0)],
    ["follows after it was closed", buildOpenStage(20), undefined, followed(100), followed(20)],
    ["follows after it was closed, when 0 is sent back", buildOpenStage(20), 0, followed(0), followed(20)],
  ])("%s", (_, stage, probability, current, expected) => {
    expect(resolveProbability(stage, probability, current)).toEqual(expected);
  });

  it.each<[string, ...Parameters<typeof contradictsStage>, boolean]>([
    ["another one of a won stage", wonStage, 50, { probability: 20 }, true],
    ["another one of a lost stage, at birth", lostStage, 50, undefined, true],
    ["the value before it closed", wonStage, 20, { probability: 20 }, false],
    ["that of the stage", wonStage, 100, { probability: 20 }, false],
    ["none", wonStage, undefined, { probability: 20 }, false],
    ["null", wonStage, null, { probability: 20 }, false],
    ["any of an open stage", buildOpenStage(10), 50, { probability: 20 }, false],
  ])("in a request contradicts the stage or not: %s", (_, stage, probability, current, expected) => {
    expect(contradictsStage(stage, probability, current)).toBe(expected);
  });
});

describe("the outcome of an opportunity", () => {
  const openOutcome = { is_closed: false, is_won: null, closed_date: null };
  const buildOutcome = (is_won: boolean, closed_date: string) => ({ is_closed: true, is_won, closed_date });

  it.each<[string, Stage, Parameters<typeof resolveOutcome>[2], ReturnType<typeof resolveOutcome>]>([
    ["an open stage", buildOpenStage(10), undefined, openOutcome],
    ["an open stage again", buildOpenStage(10), buildOutcome(true, "2026-01-01"), openOutcome],
    ["a won stage", wonStage, openOutcome, buildOutcome(true, "2026-05-05")],
    ["a lost stage, at birth", lostStage, undefined, buildOutcome(false, "2026-05-05")],
    ["a won stage still", wonStage, buildOutcome(true, "2026-01-01"), buildOutcome(true, "2026-01-01")],
    ["a lost stage after a won one", lostStage, buildOutcome(true, "2026-01-01"), buildOutcome(false, "2026-05-05")],
  ])("in %s", (_, stage, current, expected) => {
    expect(resolveOutcome(stage, "2026-05-05", current)).toEqual(expected);
  });
});

describe("a stage", () => {
  const failure = (field: string) =>
    expect.objectContaining({ code: "VALIDATION_ERROR", details: [expect.objectContaining({ field })] });

  it("has the probability and forecast category of its outcome if it is final", () => {
    const closedStage = { ...buildOpenStage(50), is_closed: true };
    expect(normalizeStage(closedStage)).toEqual(lostStage);
    expect(normalizeStage({ ...closedStage, is_won: true, name: "Signed" } as Stage)).toEqual({ ...wonStage, name: "Signed" });
    expect(normalizeStage(buildOpenStage(50))).toEqual(buildOpenStage(50));
  });

  it.each<[string, Partial<Stage>, Partial<Stage> | undefined]>([
    ["is_won", { ...buildOpenStage(10), is_won: true }, undefined],
    ["forecast_category", { ...buildOpenStage(10), forecast_category: "CLOSED" }, undefined],
    ["is_closed", lostStage, buildOpenStage(10)],
    ["is_closed", buildOpenStage(10), wonStage],
    ["is_won", wonStage, lostStage],
  ])("is rejected for %s", (field, stage, before) => {
    expect(() => normalizeStage(stage, before)).toThrow(failure(field));
  });
});
