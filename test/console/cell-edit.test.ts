import type { Kind } from "@crm/console/api/kind.ts";
import {
  canBeEmpty,
  canEditCell,
  chooseEditor,
  decideEdit,
  dropOtherNames,
  formatNumberInput,
  isSameValue,
  parseNumberInput,
} from "@crm/console/records/list/cell-edit.ts";
import { nextEditable, resolveSingleKey } from "@crm/console/ui/grid/grid-keys.ts";
import { expect, it } from "vitest";
import { partOf } from "../support/part-of.ts";

it.each<[string, unknown, unknown, unknown, string]>([
  ["no other user changed it", "a", "a", "b", "save"],
  ["another user changed it to the same", "a", "b", "b", "done"],
  ["another user changed it to another", "a", "c", "b", "conflict"],
  ["it was empty, in another form", "", null, "b", "save"],
  ["another user emptied it", "a", null, "b", "conflict"],
  ["it is emptied, and was already", "a", [], null, "done"],
  ["lists have another order", ["a", "b"], ["b", "a"], ["c"], "conflict"],
])("a change where %s", (_, seen, stored, wanted, outcome) => {
  expect(decideEdit(seen, stored, wanted)).toBe(outcome);
});

it("tells nothing from nothing, but zero and false from nothing", () => {
  expect([isSameValue(null, ""), isSameValue(0, null), isSameValue(false, null), isSameValue("1", 1)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it.each<[object, string]>([
  [{ type: "text" }, "text"],
  [{ type: "text", format: "long_text" }, "form"],
  [{ type: "text", format: "tags", multiple: true }, "form"],
  [{ type: "money" }, "number"],
  [{ type: "boolean" }, "toggle"],
  [{ type: "master" }, "options"],
  [{ type: "choice", multiple: true }, "form"],
  [{ type: "reference", record: "user" }, "options"],
  [{ type: "reference", type_field: "related_to_type" }, "form"],
  [{ type: "instant" }, "form"],
])("%j is changed as %s", (field, editor) => {
  expect(chooseEditor(partOf(field))).toBe(editor);
});

it("lets cells be changed that the user may change and that have an input", () => {
  const field = { type: "text", editable: true, multiple: false } as const;
  const canEdit = (more: object, operations: Kind["operations"] = ["update"]) =>
    canEditCell({ operations }, partOf({ ...field, ...more }));
  expect([
    canEdit({}),
    canEdit({ editable: false }),
    canEdit({ type: "json" }),
    canEdit({ format: "secret" }),
    canEdit({}, ["list", "read"]),
  ]).toEqual([true, false, false, false, false]);
});

it("offers no value only where the list can be filtered by it", () => {
  const filters = [
    { name: "a", operators: ["eq", "is_null"] },
    { name: "b", operators: ["eq"] },
  ];
  const check = (name: string, required = false) => canBeEmpty({ filters: partOf(filters) }, { name, required });
  expect([check("a"), check("b"), check("c"), check("c", true)]).toEqual([true, false, true, false]);
});

it("leaves out a name that belongs to another value", () => {
  const names = { owner_id: { id: "usr_1" }, city_id: { id: "mst_1" }, tags: [{ id: "x" }], gone_id: null, other: { id: "y" } };
  expect(dropOtherNames({ owner_id: "usr_2", city_id: "mst_1", tags: ["z"] }, names)).toEqual({
    city_id: { id: "mst_1" },
    tags: [{ id: "x" }],
    gone_id: null,
    other: { id: "y" },
  });
});

it.each<[string, object, string, unknown]>([
  ["1,250.5", { type: "money" }, "en", "1250.5"],
  ["1.250,5", { type: "money" }, "de", "1250.5"],
  ["999999999999999.99", { type: "money" }, "en", "999999999999999.99"],
  ["12", { type: "integer" }, "en", 12],
  ["12.5", { type: "integer" }, "en", undefined],
  ["12,5x", { type: "number" }, "en", undefined],
  ["-1", { type: "number", min: 0 }, "en", undefined],
  ["101", { type: "integer", max: 100 }, "en", undefined],
  [" ", { type: "number" }, "en", null],
  ["١٢", { type: "integer" }, "ar", 12],
])("reads %j as %j in %s", (text, field, locale, value) => {
  expect(parseNumberInput(text, partOf(field), locale)).toBe(value);
});

it("writes numbers as they are typed", () => {
  expect([
    formatNumberInput("1250.50", "de"),
    formatNumberInput(7, "en"),
    formatNumberInput(null, "en"),
    formatNumberInput(undefined, "en"),
  ]).toEqual(["1.250,50", "7", "", ""]);
});

it.each([
  [{ row: 0, column: 1 }, 1, { row: 0, column: 3 }],
  [{ row: 0, column: 3 }, -1, { row: 0, column: 1 }],
  [{ row: 0, column: 3 }, 1, { row: 1, column: 1 }],
  [{ row: 1, column: 1 }, -1, { row: 0, column: 3 }],
  [{ row: 1, column: 3 }, 1, undefined],
  [{ row: 0, column: 1 }, -1, undefined],
] as const)("Tab from %j by %i goes on to %j", (cell, step, next) => {
  expect(nextEditable([false, true, false, true, false], cell, step, 2)).toEqual(next);
});

it("goes nowhere without cells that can be changed", () => {
  expect(nextEditable([false, false], { row: 0, column: 0 }, 1, 5)).toBeUndefined();
});

it("knows single keys, unless they are off or used with others", () => {
  const resolve = (key: string, hasModifier: boolean, isOn: boolean) => resolveSingleKey({ key, hasModifier }, isOn);
  expect(["j", "k", "x", "e", "q"].map((key) => resolve(key, false, true))).toEqual([
    "ArrowDown",
    "ArrowUp",
    "Select",
    "F2",
    "q",
  ]);
  expect([resolve("e", true, true), resolve("e", false, false)]).toEqual(["e", "e"]);
});
