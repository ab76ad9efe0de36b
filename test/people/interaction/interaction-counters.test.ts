import { ownPart } from "@crm/core/kernel/id.ts";
import { INTERACTION_TYPES } from "@crm/core/people/interaction/interaction.masters.ts";
import {
  buildInteractionSums,
  counterRange,
  counterRangeByOwner,
  dimensions,
  emptyTally,
  parseInteractionCells,
  sumTallies,
} from "@crm/core/people/interaction/interaction-counters.rules.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { describe, expect, it } from "vitest";

const call = defaultId(INTERACTION_TYPES, "call");
const interaction = {
  owner_id: "usr_1",
  interaction_type_id: call,
  channel: "email",
  direction: null,
  outcome: null,
  duration_minutes: null,
  sentiment: null,
  sentiment_score: null,
  feedback_type: null,
  follow_up_activity_id: null,
} as const;

describe("what an interaction adds to its counters", () => {
  it.each([
    ["nothing but itself", {}, { "05n": 1 }],
    ["a positive inbound one", { direction: "INBOUND", sentiment: "POSITIVE" }, { "05n": 1, "05i": 1, "05p": 1 }],
    ["a neutral outbound one", { direction: "OUTBOUND", sentiment: "NEUTRAL" }, { "05n": 1, "05o": 1, "05u": 1 }],
    ["a complaint", { sentiment: "NEGATIVE", feedback_type: "COMPLAINT" }, { "05n": 1, "05g": 1, "05k": 1 }],
    ["other feedback", { feedback_type: "NEGATIVE" }, { "05n": 1 }],
    ["a score below 0", { sentiment_score: -0.25 }, { "05n": 1, "05c": 1, "05s": -2500 }],
    ["the score 0", { sentiment_score: 0 }, { "05n": 1, "05c": 1 }],
    ["a score of five decimals", { sentiment_score: 0.12345 }, { "05n": 1, "05c": 1, "05s": 1235 }],
    ["a score just below 0", { sentiment_score: -0.00001 }, { "05n": 1, "05c": 1 }],
    ["no minutes", { duration_minutes: 0 }, { "05n": 1, "05t": 1 }],
    ["some minutes", { duration_minutes: 12 }, { "05n": 1, "05t": 1, "05m": 12 }],
    ["an empty outcome", { outcome: "" }, { "05n": 1 }],
    ["an outcome and a follow-up", { outcome: "Agreed", follow_up_activity_id: "act_1" }, { "05n": 1, "05r": 1, "05f": 1 }],
  ] as const)("%s", (_, fields, counts) => {
    expect(buildInteractionSums({ ...interaction, ...fields }, "2026-03-05").counts).toEqual(counts);
  });

  it.each([
    ["an owner and a channel", {}, ["usr_1", "*"], ["total", "type", "channel"]],
    ["no owner", { owner_id: null }, ["none", "*"], ["total", "type", "channel"]],
    ["no channel", { channel: null }, ["usr_1", "*"], ["total", "type"]],
  ] as const)("with %s", (_, fields, owners, counted) => {
    const values = { total: "all", type: ownPart(call), channel: "email" };
    const names = owners.flatMap((owner) =>
      counted.map((dimension) => `talk@${dimension}@${owner}@2026-03@${values[dimension]}`),
    );
    expect([...buildInteractionSums({ ...interaction, ...fields }, "2026-03-05").scopes].sort()).toEqual(names.sort());
  });

  it("is found in the ranges of its owner and month, and of each owner", () => {
    const { scopes } = buildInteractionSums(interaction, "9999-12-31");
    const select = ([from, to]: readonly [string, string]) => scopes.filter((scope) => from <= scope && scope <= to);
    for (const dimension of dimensions) {
      expect(select(counterRange(dimension, "usr_1", "9999-12", "9999-12"))).toHaveLength(1);
      expect(select(counterRange(dimension, "*", "9999-01", "9999-12"))).toHaveLength(1);
      expect(select(counterRange(dimension, "usr_1", "9999-01", "9999-11"))).toEqual([]);
      expect(select(counterRangeByOwner(dimension))).toEqual(select(counterRange(dimension, "usr_1", "0000-01", "9999-12")));
    }
  });
});

describe("the days of a counter", () => {
  it("are read back, without days whose interactions are all gone", () => {
    const counter = {
      sk: `talk@type@usr_1@2026-03@${ownPart(call)}`,
      as_of: "2026-03-06T00:00:00.000Z",
      "05n": 2,
      "05s": -300,
      "06n": 0,
      "06s": 0,
    };
    expect(parseInteractionCells(counter)).toEqual([
      { owner: "usr_1", value: call, day: "2026-03-05", tally: { ...emptyTally(), count: 2, score_units: -300 } },
    ]);
  });

  it("add up", () => {
    const [one, two] = [
      { ...emptyTally(), count: 1, minutes: 5 },
      { ...emptyTally(), count: 2, negative: 1 },
    ];
    expect(sumTallies([{ tally: one }, { tally: two }])).toEqual({ ...emptyTally(), count: 3, minutes: 5, negative: 1 });
    expect(sumTallies([])).toEqual(emptyTally());
  });
});
