import { describeOutcome, statusStage } from "@crm/core/sales/potential/potential.rules.ts";
import { expect, it } from "vitest";

it.each([
  ["open", "contacted", "open.contacted"],
  ["open", null, null],
])("the combined key of status %s and stage %s is %s", (status, stage, place) => {
  expect(statusStage({ status, stage })).toBe(place);
});

it.each([
  [{ converted_at: null, converted_to_order_id: null, converted_opportunity_id: null }, undefined],
  [
    { converted_at: "2026-01-01T00:00:00.000Z", converted_to_order_id: "SO-1", converted_opportunity_id: null },
    { field: "converted_to_order_id", message: "SO-1" },
  ],
  [
    { converted_at: "2026-01-01T00:00:00.000Z", converted_to_order_id: null, converted_opportunity_id: "opp_1" },
    { field: "converted_opportunity_id", message: "opp_1" },
  ],
])("the outcome of %o is %o", (potential, became) => {
  expect(describeOutcome(potential)).toEqual(became);
});
