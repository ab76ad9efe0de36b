import * as Rules from "@crm/core/engagement/campaign/attribution.rules.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom, type Random } from "../../support/random.ts";

type Touch = Rules.Touch;

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;
const CONVERTED_AT = "2030-03-31T12:00:00.000Z";

const beforeConversion = (ms: number): string => new Date(Date.parse(CONVERTED_AT) - ms).toISOString();

const buildTouch = (id: string, more: Partial<Touch> = {}): Touch => ({
  ...{ id, at: CONVERTED_AT, cause: null, campaign_id: "c", channel: "email", source: null, person_id: "p" },
  ...more,
});

/** Touches t1, t2, … at these days before the conversion. */
const buildTouches = (...days: number[]): Touch[] =>
  days.map((day, index) => buildTouch(`t${index + 1}`, { at: beforeConversion(day * DAY_MS) }));

const listIds = (touches: readonly Touch[]): string => touches.map(({ id }) => id).join(" ");

const shuffle = <T>(random: Random, all: readonly T[]): T[] => {
  const remaining = [...all];
  return all.map(() => remaining.splice(Math.floor(random() * remaining.length), 1)[0] as T);
};

describe("records of touches are merged", () => {
  /** A record at a minute after the first instant, with the id `<minute>` or `<minute><suffix>`. */
  const at = (minute: number, more: Partial<Touch> = {}, suffix = ""): Touch =>
    buildTouch(`${minute}${suffix}`, { at: beforeConversion(10 * DAY_MS - minute * MINUTE_MS), ...more });

  it.each<[string, Touch[], string]>([
    ["none", [], ""],
    ["one cause, days apart: the earliest", [at(0, { cause: "m1" }), at(5000, { cause: "m1" })], "0"],
    [
      "one cause, other channel, campaign and person",
      [at(0, { cause: "m", channel: "web" }), at(1, { cause: "m", campaign_id: "d", person_id: "q" })],
      "0",
    ],
    ["two causes within a minute", [at(0, { cause: "m1" }), at(1, { cause: "m2" })], "0 1"],
    ["with and without a cause", [at(0, { cause: "m1" }), at(1), at(2, { cause: "m1" }), at(3)], "0 1"],
    ["one cause at one instant: the smaller id", [at(7, { cause: "m1" }, "b"), at(7, { cause: "m1" }, "a")], "7a"],
    ["30 minutes apart", [at(0), at(30)], "0"],
    [
      "30 minutes and a millisecond apart",
      [buildTouch("a", { at: "2030-01-01T10:00:00.000Z" }), buildTouch("b", { at: "2030-01-01T10:30:00.001Z" })],
      "a b",
    ],
    ["a chain: 30 minutes from the earliest, not from the previous", [at(0), at(20), at(40), at(60), at(70), at(71)], "0 40 71"],
    ["of two persons", [at(0), at(1, { person_id: "q" }), at(2)], "0 1"],
    [
      "of two campaigns",
      [at(0), at(1, { campaign_id: "d" }), at(2, { campaign_id: null }), at(3, { campaign_id: null })],
      "0 1 2",
    ],
    ["of two channels", [at(0), at(1, { channel: "sms" }), at(2, { channel: null }), at(3, { channel: null })], "0 1 2"],
    ["two sources of one campaign and channel", [at(0, { source: "a" }), at(1, { source: "b" })], "0"],
    ["at one instant: the smaller id", [at(5, {}, "b"), at(5, {}, "a")], "5a"],
    [
      "instants with other offsets and precision",
      [buildTouch("late", { at: "2030-01-01T10:00:00Z" }), buildTouch("early", { at: "2030-01-01T11:40:00.000+02:00" })],
      "early",
    ],
  ])("%s", (_, records, expected) => {
    expect(listIds(Rules.mergeTouches(records))).toBe(expected);
    expect(listIds(Rules.mergeTouches(records.toReversed()))).toBe(expected);
    expect(listIds(Rules.mergeTouches(Rules.mergeTouches(records)))).toBe(expected);
  });

  it("with all other fields of the earliest", () => {
    const first = { ...at(0, { source: "newsletter" }), extra: 1 };
    expect(Rules.mergeTouches([{ ...at(3), extra: 2 }, first])).toEqual([first]);
  });

  it("and an invalid instant is an error", () => {
    expect(() => Rules.mergeTouches([buildTouch("t", { at: "yesterday" })])).toThrow(RangeError);
  });
});

describe("the window", () => {
  const window90 = 90 * DAY_MS;

  it.each([
    ["begins with its first millisecond", window90, 90, true],
    ["does not include the millisecond before", window90 + 1, 90, false],
    ["includes the conversion itself", 0, 90, true],
    ["does not include the millisecond after the conversion", -1, 90, false],
    ["has 90 days unless a setting says otherwise", window90, undefined, true],
    ["has 90 days and no more unless a setting says otherwise", window90 + 1, undefined, false],
    ["of one day ends after 24 hours", DAY_MS + 1, 1, false],
    ["of 365 days", 365 * DAY_MS, 365, true],
  ])("%s", (_, age, windowDays, expected) => {
    const touches = [buildTouch("t", { at: beforeConversion(age) })];
    const options = { convertedAt: CONVERTED_AT, ...(windowDays === undefined ? {} : { windowDays }) };
    expect(Rules.selectTouches(touches, options)).toEqual(expected ? touches : []);
  });

  it.each([0, -1, 1.5, Number.NaN])("of %s days is an error", (windowDays) => {
    expect(() => Rules.selectTouches([], { convertedAt: CONVERTED_AT, windowDays })).toThrow(RangeError);
  });

  it("has at most the 500 latest touches", () => {
    const touches = Array.from({ length: Rules.MAX_TOUCHES + 2 }, (_, n) =>
      buildTouch(`t${n}`, { at: beforeConversion(n * 1000) }),
    );
    const selected = Rules.selectTouches(touches, { convertedAt: CONVERTED_AT });
    expect(selected).toEqual(touches.slice(0, 500).toReversed());
  });

  it("of a journey leaves out records before it merges them", () => {
    const days = (id: string, age: number, cause: string | null = null): Touch =>
      buildTouch(id, { at: beforeConversion(age * DAY_MS), cause });
    // 10 minutes before the window, and 10 minutes after its begin.
    const records = [
      days("outside", 90 + 1 / 144),
      days("inside", 90 - 1 / 144),
      days("old", 95, "m"),
      days("new", 5, "m"),
      days("late", -1, "n"),
    ];
    expect(listIds(Rules.buildJourney(records, { convertedAt: CONVERTED_AT }))).toBe("inside new");
    expect(listIds(Rules.buildJourney(records.slice(1).toReversed(), { convertedAt: CONVERTED_AT }))).toBe("inside new");
  });
});

describe("attribution", () => {
  const { attribute, attributionModels } = Rules;

  const computeAmounts = (model: Rules.AttributionModel, touches: readonly Touch[], value: bigint): bigint[] =>
    attribute(model, touches, value, CONVERTED_AT).map(({ amount }) => amount);

  const weeks = (count: number): Touch[] => buildTouches(...Array.from({ length: count }, (_, n) => 7 * (count - 1 - n)));

  it.each<[Rules.AttributionModel, number, bigint, bigint[]]>([
    ["FIRST_TOUCH", 1, 10000n, [10000n]],
    ["FIRST_TOUCH", 2, 10000n, [10000n, 0n]],
    ["FIRST_TOUCH", 3, 10000n, [10000n, 0n, 0n]],
    ["FIRST_TOUCH", 7, 10000n, [10000n, 0n, 0n, 0n, 0n, 0n, 0n]],
    ["LAST_TOUCH", 1, 10000n, [10000n]],
    ["LAST_TOUCH", 2, 10000n, [0n, 10000n]],
    ["LAST_TOUCH", 3, 10000n, [0n, 0n, 10000n]],
    ["LAST_TOUCH", 7, 10000n, [0n, 0n, 0n, 0n, 0n, 0n, 10000n]],
    ["LINEAR", 1, 10001n, [10001n]],
    ["LINEAR", 2, 10001n, [5001n, 5000n]],
    ["LINEAR", 3, 10000n, [3334n, 3333n, 3333n]],
    ["LINEAR", 3, 10001n, [3334n, 3334n, 3333n]],
    // 100 ÷ 7 = 14.29.
    ["LINEAR", 7, 100n, [15n, 15n, 14n, 14n, 14n, 14n, 14n]],
    // Weights 1, 2, 4, …, because the touches are one week apart.
    ["TIME_DECAY", 1, 10001n, [10001n]],
    // 3333.33, 6666.67.
    ["TIME_DECAY", 2, 10000n, [3333n, 6667n]],
    // 1428.57, 2857.14, 5714.29.
    ["TIME_DECAY", 3, 10000n, [1429n, 2857n, 5714n]],
    // 78.74, 157.48, 314.96, 629.92, 1259.84, 2519.69, 5039.37.
    ["TIME_DECAY", 7, 10000n, [79n, 157n, 315n, 630n, 1260n, 2520n, 5039n]],
    ["POSITION_BASED", 1, 10001n, [10001n]],
    ["POSITION_BASED", 2, 10001n, [5001n, 5000n]],
    ["POSITION_BASED", 3, 10000n, [4000n, 2000n, 4000n]],
    // 39.6, 19.8, 39.6.
    ["POSITION_BASED", 3, 99n, [40n, 20n, 39n]],
    // 4000.4, 666.73 three times, 4000.4: the middle ones have the largest remainders.
    ["POSITION_BASED", 5, 10001n, [4000n, 667n, 667n, 667n, 4000n]],
    ["POSITION_BASED", 7, 10000n, [4000n, 400n, 400n, 400n, 400n, 400n, 4000n]],
    // 0.4, 0.04 five times, 0.4.
    ["POSITION_BASED", 7, 1n, [1n, 0n, 0n, 0n, 0n, 0n, 0n]],
    ["POSITION_BASED", 7, 2n, [1n, 0n, 0n, 0n, 0n, 0n, 1n]],
    // Refunds.
    ["LINEAR", 3, -10000n, [-3334n, -3333n, -3333n]],
    ["TIME_DECAY", 3, -10000n, [-1429n, -2857n, -5714n]],
    ["POSITION_BASED", 3, -99n, [-40n, -20n, -39n]],
    ["FIRST_TOUCH", 2, -1n, [-1n, 0n]],
  ])("%s of %i touches divides %s", (model, count, value, expected) => {
    const touches = weeks(count);
    const shares = expected.map((amount, index) => ({ touch_id: `t${index + 1}`, amount }));
    expect(attribute(model, touches, value, CONVERTED_AT)).toEqual(shares);
    expect(attribute(model, touches.toReversed(), value, CONVERTED_AT)).toEqual(shares);
  });

  it.each<[string, number[], bigint[]]>([
    // Computed with 80 decimal digits (Python's decimal).
    ["a day apart", [1, 0], [475264951182597625655660892876n, 524735048817402374344339107124n]],
    ["half a half-life apart", [3.5, 0], [414213562373095048801688724210n, 585786437626904951198311275790n]],
    [
      "over the whole window",
      [89.5, 33.25, 3.5, 0],
      [
        81183475049727424379326616n,
        21303878368384020962217523743n,
        405355579725357408879361643979n,
        573259358431208842734041505662n,
      ],
    ],
  ])("TIME_DECAY weighs exact days: %s", (_, days, expected) => {
    expect(computeAmounts("TIME_DECAY", buildTouches(...days), 10n ** 30n)).toEqual(expected);
    // The time from the last touch to the conversion has no effect.
    expect(computeAmounts("TIME_DECAY", buildTouches(...days.map((day) => day + 0.3)), 10n ** 30n)).toEqual(expected);
  });

  it("TIME_DECAY gives nothing to a touch that is too old to have a weight", () => {
    expect(computeAmounts("TIME_DECAY", buildTouches(7 * 128 + 1, 0), 10n ** 30n)).toEqual([0n, 10n ** 30n]);
  });

  it.each<[Rules.AttributionModel, bigint[]]>([
    ["FIRST_TOUCH", [101n, 0n, 0n]],
    ["LAST_TOUCH", [0n, 0n, 101n]],
    ["LINEAR", [34n, 34n, 33n]],
    ["TIME_DECAY", [34n, 34n, 33n]],
    // 40.4, 20.2, 40.4.
    ["POSITION_BASED", [41n, 20n, 40n]],
  ])("%s orders touches of one instant by id", (model, expected) => {
    const touches = ["c", "a", "b"].map((id) => buildTouch(id, { at: "2030-03-01T00:00:00Z" }));
    const shares = attribute(model, touches, 101n, CONVERTED_AT);
    expect(shares.map(({ touch_id }) => touch_id)).toEqual(["a", "b", "c"]);
    expect(shares.map(({ amount }) => amount)).toEqual(expected);
  });

  it.each(attributionModels)("%s of nothing, and without touches", (model) => {
    expect(attribute(model, [], 10000n, CONVERTED_AT)).toEqual([]);
    expect(computeAmounts(model, weeks(7), 0n)).toEqual(new Array(7).fill(0n));
  });

  it("of a touch after the conversion is an error", () => {
    expect(() => attribute("LINEAR", buildTouches(1, -0.5), 100n, CONVERTED_AT)).toThrow(RangeError);
    expect(() => attribute("LINEAR", buildTouches(1), 100n, "never")).toThrow(RangeError);
  });

  /** The weights as plain numbers. */
  const plainWeights: Record<Rules.AttributionModel, (ages: readonly number[]) => number[]> = {
    FIRST_TOUCH: (ages) => ages.map((_, n) => (n === 0 ? 1 : 0)),
    LAST_TOUCH: (ages) => ages.map((_, n) => (n === ages.length - 1 ? 1 : 0)),
    LINEAR: (ages) => ages.map(() => 1 / ages.length),
    TIME_DECAY: (ages) => {
      const weights = ages.map((age) => 2 ** (-age / DAY_MS / 7));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return weights.map((weight) => weight / total);
    },
    POSITION_BASED: (ages) => {
      if (ages.length <= 2) return ages.map(() => 1 / ages.length);
      return ages.map((_, n) => (n === 0 || n === ages.length - 1 ? 0.4 : 0.2 / (ages.length - 2)));
    },
  };

  it("of random journeys adds up to the value, in any order, at most a minor unit from the exact share", () => {
    const random = createTestRandom("attribution");
    for (let run = 0; run < 100; run++) {
      const touches = Array.from({ length: 1 + Math.floor(random() * (run % 30 === 0 ? 100 : 12)) }, (_, n) =>
        buildTouch(`t${Math.floor(random() * 1e6)}-${n}`, {
          // Few different instants, so that many are equal.
          at: beforeConversion(run % 2 === 0 ? Math.floor(random() * 5) * 3 * DAY_MS : Math.floor(random() * 90 * DAY_MS)),
        }),
      );
      const value = BigInt(Math.floor((random() - 0.3) * 10 ** Math.floor(random() * 10)));
      const sorted = Rules.selectTouches(touches, { convertedAt: CONVERTED_AT });
      const ages = sorted.map(({ at }) => Date.parse(CONVERTED_AT) - Date.parse(at));
      for (const model of attributionModels) {
        const shares = attribute(model, touches, value, CONVERTED_AT);
        expect(shares.reduce((sum, { amount }) => sum + amount, 0n)).toBe(value);
        expect(attribute(model, shuffle(random, touches), value, CONVERTED_AT)).toEqual(shares);
        const weights = plainWeights[model](ages);
        expect(shares.map(({ touch_id }) => touch_id)).toEqual(sorted.map(({ id }) => id));
        const distances = shares.map(({ amount }, n) => Math.abs(Number(amount) - Number(value) * (weights[n] as number)));
        expect(Math.max(...distances)).toBeLessThan(1.000_01);
      }
    }
  });

  it("of random records depends on neither their order nor on records outside the window", () => {
    const random = createTestRandom("journeys");
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    for (let run = 0; run < 100; run++) {
      const records = Array.from({ length: Math.floor(random() * 30) }, (_, n) =>
        buildTouch(`t${(n * 7919) % 31}`, {
          at: beforeConversion(Math.floor(random() * 120) * 5 * MINUTE_MS),
          cause: pick([null, null, "m1", "m2"]),
          campaign_id: pick(["c", "d", null]),
          person_id: pick(["p", "q"]),
        }),
      );
      const window = { convertedAt: beforeConversion(60 * MINUTE_MS), windowDays: pick([1, 90]) };
      const journey = Rules.buildJourney(records, window);
      expect(Rules.buildJourney(shuffle(random, records), window)).toEqual(journey);
      expect(Rules.buildJourney(Rules.selectTouches(records, window), window)).toEqual(journey);
      expect(Rules.mergeTouches(journey)).toEqual(journey);
    }
  });
});
