import { type PackedList, packList, unpackList } from "@crm/core/storage/table/packed-list.ts";
import { describe, expect, it } from "vitest";

const points: PackedList = {
  members: ["id", "value", "normalized", "is_primary", "note"],
  usual: { normalized: { sameAs: "value" }, is_primary: { value: true } },
};
const usualPoint = { id: "1", value: "a", normalized: "a", is_primary: true, note: null };

describe("a packed list", () => {
  it.each([
    ["usual values", usualPoint, { id: "1", value: "a" }],
    ["another value", { ...usualPoint, is_primary: false, note: "x" }, { id: "1", value: "a", is_primary: false, note: "x" }],
    ["null in place of a usual value", { ...usualPoint, normalized: null }, { id: "1", value: "a", normalized: null }],
    ["an unknown member", { ...usualPoint, more: 1 }, { id: "1", value: "a", more: 1 }],
  ])("stores %s and reads the same object", (_, object, stored) => {
    expect(packList(points, [object])).toEqual([stored]);
    expect(unpackList(points, packList(points, [object]))).toEqual([object]);
    expect(Object.keys(unpackList(points, [stored])[0] ?? {}).slice(0, 5)).toEqual(points.members);
  });

  it("is read from a record of a release that stored all members", () => {
    expect(unpackList(points, [usualPoint])).toEqual([usualPoint]);
  });
});
