import { endOf, type Stage, stageOf } from "@crm/core/masters/stage.rules.ts";
import { contradicts, endingIn, expectedRevenue, probabilityIn } from "@crm/core/opportunity/opportunity.rules.ts";
import { describe, expect, it } from "vitest";

const open = (probability: number): Stage => ({ probability, forecast_category: "PIPELINE", is_closed: false, is_won: false });
const [won, lost] = [endOf(true), endOf(false)];

describe("expected revenue", () => {
  it.each([
    ["1000.00", 10, "100.00"],
    ["1000.00", 0, "0.00"],
    ["1000.00", 100, "1000.00"],
    ["0.00", 60, "0.00"],
    // Half a cent goes up, less goes down.
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
    expect(expectedRevenue(amount, probability)).toBe(expected);
  });

  it("is unknown without an amount", () => {
    expect(expectedRevenue(null, 50)).toBeNull();
  });
});

describe("the probability", () => {
  const followed = (probability: number) => ({ probability, probability_is_manual: false });
  const manual = (probability: number) => ({ probability, probability_is_manual: true });

  it.each<[string, ...Parameters<typeof probabilityIn>, ReturnType<typeof probabilityIn>]>([
    ["at birth is that of the stage", open(20), undefined, undefined, followed(20)],
    ["at birth is what was typed", open(20), 35, undefined, manual(35)],
    ["at birth is what was typed, also as in the stage", open(20), 20, undefined, manual(20)],
    ["at birth is that of the stage, where null was typed", open(20), null, undefined, followed(20)],
    ["follows to another stage", open(40), undefined, followed(20), followed(40)],
    ["that was not changed follows to another stage, when it is sent back", open(40), 20, followed(20), followed(40)],
    ["set by hand stays in another stage", open(40), undefined, manual(35), manual(35)],
    ["set by hand stays in another stage, when it is sent back", open(40), 35, manual(35), manual(35)],
    ["is set by hand", open(20), 35, followed(20), manual(35)],
    ["is set by hand together with the stage", open(40), 35, followed(20), manual(35)],
    ["set by hand follows again after null", open(20), null, manual(35), followed(20)],
    ["of a won stage is 100, whatever was set by hand", won, undefined, manual(35), followed(100)],
    ["of a lost stage is 0, whatever was set by hand", lost, 35, manual(35), followed(0)],
    ["follows after it was closed", open(20), undefined, followed(100), followed(20)],
    ["follows after it was closed, when 0 is sent back", open(20), 0, followed(0), followed(20)],
  ])("%s", (_, stage, given, current, expected) => {
    expect(probabilityIn(stage, given, current)).toEqual(expected);
  });

  it.each<[string, ...Parameters<typeof contradicts>, boolean]>([
    ["another one of a won stage", won, 50, { probability: 20 }, true],
    ["another one of a lost stage, at birth", lost, 50, undefined, true],
    ["what it was before it closed", won, 20, { probability: 20 }, false],
    ["that of the stage", won, 100, { probability: 20 }, false],
    ["none", won, undefined, { probability: 20 }, false],
    ["null", won, null, { probability: 20 }, false],
    ["any of an open stage", open(10), 50, { probability: 20 }, false],
  ])("as sent contradicts: %s", (_, stage, given, current, expected) => {
    expect(contradicts(stage, given, current)).toBe(expected);
  });
});

describe("how it ends", () => {
  const still = { is_closed: false, is_won: null, closed_date: null };
  const ended = (is_won: boolean, closed_date: string) => ({ is_closed: true, is_won, closed_date });

  it.each<[string, Stage, Parameters<typeof endingIn>[2], ReturnType<typeof endingIn>]>([
    ["an open stage", open(10), undefined, still],
    ["an open stage again", open(10), ended(true, "2026-01-01"), still],
    ["a won stage", won, still, ended(true, "2026-05-05")],
    ["a lost stage, at birth", lost, undefined, ended(false, "2026-05-05")],
    ["a won stage still", won, ended(true, "2026-01-01"), ended(true, "2026-01-01")],
    ["a lost stage after a won one", lost, ended(true, "2026-01-01"), ended(false, "2026-05-05")],
  ])("in %s", (_, stage, current, expected) => {
    expect(endingIn(stage, "2026-05-05", current)).toEqual(expected);
  });
});

describe("a stage", () => {
  const failure = (field: string) =>
    expect.objectContaining({ code: "VALIDATION_ERROR", details: [expect.objectContaining({ field })] });

  it("that is an end has the probability and the forecast of that end", () => {
    const made = { ...open(50), is_closed: true };
    expect(stageOf(made)).toEqual(lost);
    expect(stageOf({ ...made, is_won: true, name: "Signed" } as Stage)).toEqual({ ...won, name: "Signed" });
    expect(stageOf(open(50))).toEqual(open(50));
  });

  it.each<[string, Partial<Stage>, Partial<Stage> | undefined]>([
    ["is_won", { ...open(10), is_won: true }, undefined],
    ["forecast_category", { ...open(10), forecast_category: "CLOSED" }, undefined],
    ["is_closed", lost, open(10)],
    ["is_closed", open(10), won],
    ["is_won", won, lost],
  ])("is refused for %s", (field, stage, before) => {
    expect(() => stageOf(stage, before)).toThrow(failure(field));
  });
});
