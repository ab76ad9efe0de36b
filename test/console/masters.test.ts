import {
  colorFor,
  findGroup,
  findOwnCode,
  hueOf,
  listByTree,
  type MasterValue,
  masterGroups,
  moveBy,
  sortByIds,
} from "@crm/console/pages/platform/master-data/master-rules.ts";
import { hueForColor, hues } from "@crm/console/ui/kit/hue.ts";
import { describe, expect, it } from "vitest";

describe("the order of master data", () => {
  it.each([
    ["a b c", "a", 1, "b a c"],
    ["a b c", "c", -1, "a c b"],
    ["a b c", "a", -1, "a b c"],
    ["a b c", "c", 1, "a b c"],
    ["a b c", "a", 9, "b c a"],
    ["a b c", "z", 1, "a b c"],
    ["a", "a", 1, "a"],
  ])("%s: %s by %i is %s", (ids, id, places, moved) => {
    expect(moveBy(ids.split(" "), id, places).join(" ")).toBe(moved);
  });

  it.each([
    ["a b c", "c a", "c a b"],
    ["a b c", "", "a b c"],
    ["a b", "b z a", "b a"],
  ])("%s in the order of %s is %s", (values, ids, sorted) => {
    const rows = values.split(" ").map((id) => ({ id }));
    expect(
      sortByIds(rows, ids.split(" "))
        .map(({ id }) => id)
        .join(" "),
    ).toBe(sorted);
  });

  it.each([
    ["a b c", "0a 0b 0c"],
    ["a b<a c<b d", "0a 1b 2c 0d"],
    ["c<b b<a a", "0a 1b 2c"],
    ["b<gone a", "0b 0a"],
  ])("the tree %s is %s", (values, tree) => {
    const rows = values.split(" ").map((text): MasterValue => {
      const [id = "", parent_id = null] = text.split("<");
      return { id, code: id, name: id, is_active: true, version: 1, parent_id };
    });
    expect(
      listByTree(rows)
        .map(({ value, level }) => `${level}${value.id}`)
        .join(" "),
    ).toBe(tree);
  });
});

it.each([
  ["WEB_FORM", "Web form", undefined],
  ["follow-up", "Follow-up", undefined],
  ["DE", "Germany", "DE"],
  ["NEW", "Neu", "NEW"],
])("the code %s beside the name %s is %s", (code, name, shown) => {
  expect(findOwnCode({ code, name })).toBe(shown);
});

describe("the colors of master data", () => {
  it.each(hues)("%s is found again", (hue) => {
    expect(colorFor(hue)).toMatch(/^#[0-9a-f]{6}$/);
    expect(hueForColor(colorFor(hue))).toBe(hue);
    expect(hueOf(colorFor(hue).toUpperCase())).toBe(hue);
  });
  it("has none without a color", () =>
    expect([hueOf(null), hueOf(undefined), hueOf("")]).toEqual([undefined, undefined, undefined]));
});

it("puts kinds of new domains under other", () => {
  expect(findGroup("contact_roles")).toBe("customers");
  expect(findGroup("vessel_types")).toBe("other");
  expect(masterGroups).toContain(findGroup("vessel_types"));
});
