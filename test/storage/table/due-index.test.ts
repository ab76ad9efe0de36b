import { computeDueEntries } from "@crm/core/storage/table/due-index.ts";
import { expect, it } from "vitest";

const NOW = "2026-03-02T12:00:00.000Z";
const compute = (clocks: Record<string, string>) => computeDueEntries("led_01kjp8w20000000002", clocks, ["rescore"], NOW);

it("the record's own due entry has its prompt clock, and its checkpoint the bulk clock", () => {
  const [reminder, rescore] = ["2026-03-05T09:00:00.000Z", "2026-03-04T00:00:00.000Z"];
  expect(compute({ reminder, rescore })).toMatchObject({ recordEntry: { at: reminder }, checkpointEntry: { at: rescore } });
  expect(compute({ rescore })).toMatchObject({ recordEntry: { at: rescore }, checkpointEntry: undefined });
  expect(compute({ reminder })).toMatchObject({ recordEntry: { at: reminder }, checkpointEntry: undefined });
  expect(compute({})).toEqual({ recordEntry: undefined, checkpointEntry: undefined });
});

it("a clock that is already due is due now", () => {
  expect(compute({ reminder: "2026-03-01T00:00:00.000Z" }).recordEntry?.at).toBe(NOW);
});
