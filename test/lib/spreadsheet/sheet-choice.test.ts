import { expect, it } from "vitest";
import { rateSheet, selectTable } from "../../../packages/core/src/lib/spreadsheet/sheet-choice.rules.ts";

const usual = new Set(["First name", "Email", "Phone"]);
const isUsual = (name: string): boolean => usual.has(name);

it.each([
  [
    "a summary before the table",
    [
      [["Sheet", "Table", "Link"], 2],
      [["First name", "Email", "Phone"], 2],
    ],
    1,
  ],
  [
    "two tables",
    [
      [["First name", "Email"], 30],
      [["First name", "Email", "Phone"], 40],
    ],
    0,
  ],
  [
    "a cover without rows",
    [
      [[], 0],
      [["A", "B"], 3],
    ],
    1,
  ],
  ["one sheet alone", [[["A"], 1]], 0],
  [
    "no sheet that can be read",
    [
      [[], 0],
      [[], 0],
    ],
    0,
  ],
] as [string, [string[], number][], number][])("chooses of %s", (_name, sheets, expected) => {
  expect(selectTable(sheets.map(([header, rows]) => rateSheet(header, rows, isUsual)))).toBe(expected);
});
