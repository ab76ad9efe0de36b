import { ownPart } from "@crm/core/kernel/id.ts";
import { ACTIVITY_TYPES, CALL_OUTCOMES } from "@crm/core/people/activity/activity.masters.ts";
import {
  buildCompletedSums,
  completedRange,
  completedRangeByOwner,
  parseCompletedCells,
} from "@crm/core/people/activity/completed-counters.rules.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { noCounterSums } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";

const [typeId, outcomeId] = [defaultId(ACTIVITY_TYPES, "call"), defaultId(CALL_OUTCOMES, "busy")];
const [type, outcome] = [ownPart(typeId), ownPart(outcomeId)];
const call = {
  assigned_to_id: "usr_1",
  activity_type_id: typeId,
  call_outcome_id: outcomeId,
  is_completed: true,
  completed_day: "2026-03-06",
  is_private: false,
};

describe("what a completed activity adds to its counters", () => {
  it("is one on its day, for its assignee and for all, by type and outcome", () => {
    const { scopes, counts } = buildCompletedSums(call);
    expect(counts).toEqual({ "06": 1 });
    expect([...scopes].sort()).toEqual([
      `called@*@2026-03@${outcome}`,
      `called@usr_1@2026-03@${outcome}`,
      `done@*@2026-03@${type}`,
      `done@usr_1@2026-03@${type}`,
    ]);
  });

  it.each([
    ["is open", { is_completed: false, completed_day: null }],
    ["is private", { is_private: true }],
  ])("is nothing if it %s", (_, fields) => {
    expect(buildCompletedSums({ ...call, ...fields })).toBe(noCounterSums);
  });

  it.each([
    ["no user without an assignee", { assigned_to_id: null }, "06", `done@none@2026-03@${type}`],
    ["the last day of all", { completed_day: "9999-12-31" }, "31", `done@usr_1@9999-12@${type}`],
  ])("counts for %s", (_, fields, day, scope) => {
    const { scopes, counts } = buildCompletedSums({ ...call, ...fields });
    expect([Object.keys(counts), scopes.includes(scope)]).toEqual([[day], true]);
  });

  it.each(["type", "outcome"] as const)("is found in the ranges of the dimension %s", (dimension) => {
    const { scopes } = buildCompletedSums(call);
    const select = ([from, to]: readonly [string, string]) => scopes.filter((scope) => from <= scope && scope <= to);
    expect(select(completedRange(dimension, "usr_1", "2026-03", "2026-03"))).toHaveLength(1);
    expect(select(completedRange(dimension, "*", "2026-01", "2026-12"))).toHaveLength(1);
    expect(select(completedRange(dimension, "usr_1", "2026-04", "2026-12"))).toEqual([]);
    expect(select(completedRangeByOwner(dimension))).toEqual(select(completedRange(dimension, "usr_1", "2026-01", "2026-12")));
  });
});

it("reads the days of a counter back", () => {
  const counter = { sk: `done@usr_1@2026-03@${type}`, as_of: "2026-03-07T00:00:00.000Z", revision: 3, "06": 2, "07": 0 };
  expect(parseCompletedCells(counter)).toEqual([{ owner: "usr_1", value: typeId, day: "2026-03-06", count: 2 }]);
});
