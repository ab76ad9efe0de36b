import { extendSelection, selectRange } from "@crm/console/ui/grid/selection-rules.ts";
import { expect, it } from "vitest";

it("chooses the rows between two presses with Shift, and gives them up in the same way", () => {
  const chosen = selectRange(new Set(["a"]), ["a", "b", "c"], "c");
  expect([...chosen]).toEqual(["a", "b", "c"]);
  expect([...selectRange(chosen, ["b", "c"], "b")]).toEqual(["a"]);
});

it("extends with Shift and arrows from the row where they began, and becomes shorter on the way back", () => {
  const readId = (row: number): string | undefined => (row > 4 ? undefined : `row${row}`);
  const kept = new Set(["row0"]);
  const first = extendSelection(undefined, kept, { from: 2, to: 3 }, readId);
  const second = extendSelection(first, first.selected, { from: 3, to: 4 }, readId);
  expect([...second.selected]).toEqual(["row0", "row2", "row3", "row4"]);
  // A row that is not loaded yet cannot be chosen.
  expect([...extendSelection(second, second.selected, { from: 4, to: 5 }, readId).selected]).toEqual([...second.selected]);
  expect([...extendSelection(second, second.selected, { from: 4, to: 3 }, readId).selected]).toEqual(["row0", "row2", "row3"]);
  // After a change of the selection in between, the arrows begin anew.
  expect([...extendSelection(second, kept, { from: 4, to: 3 }, readId).selected]).toEqual(["row0", "row3", "row4"]);
});
