import { arrangeColumns, fitColumns, growColumns } from "@crm/console/ui/grid/column-fit.ts";
import {
  assignSlots,
  limitWidth,
  listWindowRows,
  MAX_WINDOW_ROWS,
  moveCell,
  moveColumn,
  nextSorts,
} from "@crm/console/ui/grid/grid-keys.ts";
import { expect, it } from "vitest";

const size = { rows: 1000, columns: 5, page: 20 };
const press = (key: string, options: { hasControl?: boolean; isRightToLeft?: boolean } = {}) => ({
  ...{ key, hasControl: false, isRightToLeft: false },
  ...options,
});

it.each([
  ["ArrowDown", [3, 2], [4, 2]],
  ["ArrowUp", [0, 2], [-1, 2]],
  ["ArrowUp", [-1, 2], [-1, 2]],
  ["ArrowDown", [999, 2], [999, 2]],
  ["ArrowRight", [3, 4], [3, 4]],
  ["ArrowLeft", [3, 2], [3, 1]],
  ["Home", [3, 2], [3, 0]],
  ["End", [3, 2], [3, 4]],
  ["PageDown", [3, 2], [23, 2]],
  ["PageDown", [990, 2], [999, 2]],
  ["PageUp", [30, 2], [10, 2]],
  ["PageUp", [10, 2], [0, 2]],
  ["PageUp", [0, 2], [-1, 2]],
] as const)("%s moves from %j to %j", (key, [row, column], [nextRow, nextColumn]) => {
  expect(moveCell({ row, column }, size, press(key))).toEqual({ row: nextRow, column: nextColumn });
});

it("moves to the first and the last cell with Control", () => {
  const cell = { row: 3, column: 2 };
  const move = (key: string) => moveCell(cell, size, press(key, { hasControl: true }));
  expect(["Home", "End", "ArrowUp", "ArrowDown"].map(move)).toEqual([
    { row: 0, column: 0 },
    { row: 999, column: 4 },
    { row: -1, column: 2 },
    { row: 999, column: 2 },
  ]);
});

it("follows the line where it runs from right to left", () => {
  expect(moveCell({ row: 3, column: 2 }, size, press("ArrowLeft", { isRightToLeft: true }))).toEqual({ row: 3, column: 3 });
});

it("leaves other keys to the page, and stays in an empty grid", () => {
  expect(moveCell({ row: 3, column: 2 }, size, press("a"))).toBeUndefined();
  expect(moveCell({ row: -1, column: 0 }, { ...size, rows: 0 }, press("ArrowDown"))).toEqual({ row: -1, column: 0 });
});

it.each([
  ["b", 1, ["a", "c", "b", "d"]],
  ["b", -1, ["b", "a", "c", "d"]],
  ["d", 3, ["a", "b", "c", "d"]],
  ["d", -9, ["d", "a", "b", "c"]],
  ["x", 1, ["a", "b", "c", "d"]],
])("moves column %s by %d", (id, places, order) => {
  expect(moveColumn(["a", "b", "c", "d"], id, places)).toEqual(order);
});

it("keeps widths in bounds", () => {
  expect([10, 100.4, 9999].map(limitWidth)).toEqual([64, 100, 640]);
});

it("keeps the row with the focus in the document, and never too many rows", () => {
  expect(listWindowRows(10, 12, 11, 1000)).toEqual([10, 11, 12]);
  expect(listWindowRows(10, 12, 3, 1000)).toEqual([3, 10, 11, 12]);
  expect(listWindowRows(10, 12, 900, 1000)).toEqual([10, 11, 12, 900]);
  expect(listWindowRows(10, 12, 1000, 1000)).toEqual([10, 11, 12]);
  expect(listWindowRows(0, 20, -1, 3)).toEqual([0, 1, 2]);
  expect(listWindowRows(0, 100_000, 99_000, 100_000)).toHaveLength(MAX_WINDOW_ROWS + 1);
  expect(listWindowRows(0, -1, 0, 0)).toEqual([]);
});

it("turns the order of a sorted column", () => {
  const [up, down] = [{ column: "name", direction: "ascending" } as const, { column: "name", direction: "descending" } as const];
  const city = { column: "city", direction: "ascending" } as const;
  expect(nextSorts([], "name")).toEqual([up]);
  expect(nextSorts([up], "name")).toEqual([down]);
  expect(nextSorts([down], "name")).toEqual([up]);
  expect(nextSorts([up], "city")).toEqual([city]);
  // With Shift, a column is added, turned, and taken away.
  expect(nextSorts([up], "city", true)).toEqual([up, city]);
  expect(nextSorts([up, city], "name", true)).toEqual([down, city]);
  expect(nextSorts([down, city], "name", true)).toEqual([city]);
  const three = ["a", "b", "c"].map((column) => ({ column, direction: "ascending" as const }));
  expect(nextSorts(three, "name", true)).toEqual(three);
});

it("keeps the slot of a row in the window, and gives that of a row that left to one that comes", () => {
  const first = assignSlots(new Map(), [0, 1, 2, 3]);
  expect([...first]).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  const next = assignSlots(first, [0, 2, 3, 4, 5]);
  expect(Object.fromEntries(next)).toEqual({ 0: 0, 2: 2, 3: 3, 4: 1, 5: 4 });
  expect(Object.fromEntries(assignSlots(next, [9]))).toEqual({ 9: 0 });
});

it.each([
  [300, ["name"]],
  [419, ["name"]],
  [420, ["name", "status"]],
  [520, ["name", "status", "owner"]],
  // The name always has room.
  [0, ["name"]],
])("keeps whole columns in %d pixels", (room, names) => {
  const columns = [{ id: "name", width: 240 }, { id: "status", width: 152 }, { id: "owner" }];
  expect(fitColumns(columns, { status: 180, owner: 100 }, room).map(({ id }) => id)).toEqual(names);
});

it.each<[string, number, Record<string, number>, number[]]>([
  ["equal parts of the room that is left", 460, {}, [130, 230, 100]],
  ["no more than their bound, and others the rest", 540, {}, [150, 290, 100]],
  ["their bound at most", 900, {}, [150, 300, 100]],
  ["nothing where no room is left", 300, {}, [100, 200, 100]],
  ["what the user chose", 460, { name: 120 }, [100, 240, 100]],
])("gives columns %s", (_, room, widths, expected) => {
  const columns = [
    { id: "name", width: 100, maxWidth: 150 },
    { id: "company", width: 200, maxWidth: 300 },
    { id: "score", width: 100 },
  ];
  expect(growColumns(columns, widths, room).map(({ width }) => width)).toEqual(expected);
});

it.each<[string, number, Record<string, number>, number[]]>([
  ["nothing where all have room", 560, {}, [200, 160, 120, 80]],
  ["first what values do not need", 540, {}, [200, 160, 100, 80]],
  ["then from long texts", 500, {}, [200, 140, 80, 80]],
  ["from the title at last", 450, {}, [170, 120, 80, 80]],
  ["from those with room alone where the grid scrolls anyway", 400, {}, [200, 120, 80, 80]],
  ["nothing from what the user chose", 540, { status: 160 }, [180, 120, 120, 80]],
])("takes from columns %s", (_, room, widths, expected) => {
  const columns = [
    { id: "name", width: 200, minWidth: 144, maxWidth: 280 },
    { id: "company", width: 160, minWidth: 120, maxWidth: 240 },
    { id: "status", width: 120, minWidth: 80, maxWidth: 120 },
    { id: "owner", width: 80 },
  ];
  expect(arrangeColumns(columns, widths, room).map(({ width }) => width)).toEqual(expected);
});
