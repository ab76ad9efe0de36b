import { belongsToField, findNeighbour, listPreviewFields } from "@crm/console/records/preview/preview-rules.ts";
import { expect, it } from "vitest";
import { partOf } from "../support/part-of.ts";

it.each([
  ["b", 1, "c"],
  ["b", -1, "a"],
  ["c", 1, undefined],
  ["a", -1, undefined],
  // A record that the address names, and that the list has not loaded.
  ["x", 1, undefined],
])("finds from %s by %d the record %s", (id, places, found) => {
  expect(findNeighbour(["a", "b", "c"], id, places)).toBe(found);
});

it("leaves keys to fields and menus", () => {
  const within = (selector: string) => ({ closest: (list: string) => (list.split(", ").includes(selector) ? {} : null) });
  expect(["input", "textarea", "[role=menu]"].map((selector) => belongsToField(within(selector)))).toEqual([true, true, true]);
  expect(belongsToField(within("button"))).toBe(false);
});

it("shows few fields: those of cards, how to reach the person, those of lists; in the order of the record, none twice, and none of the title", () => {
  const fields = [
    { name: "email", type: "email", visible: true },
    { name: "phone", type: "phone", visible: false },
    { name: "company", type: "text", visible: true },
  ] as const;
  const layout = {
    card: ["company", "name"],
    columns: ["name", "company", "a", "b", "c", "d", "e", "f"],
    sections: [{ fields: ["name", "b", "email"] }, { fields: ["f", "company", "a", "c", "d"] }],
  };
  expect(listPreviewFields(partOf({ fields, layout, title: "{name}" }))).toEqual(["b", "email", "company", "a", "c", "d", "e"]);
  expect(listPreviewFields(partOf({ fields, layout, title: "{name}" }), "a")).not.toContain("a");
});
