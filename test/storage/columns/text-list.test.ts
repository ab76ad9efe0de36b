import { TextList } from "@crm/core/storage/columns/text-list.ts";
import { expect, it } from "vitest";

it.each([
  ["er", [0, 2]],
  ["dce", []],
  ["d", [0, 1, 2]],
  ["zü", [4]],
  ["", [0, 1, 2, 3, 4]],
  ["cedar house", []],
])("the part %j is found in the texts that contain it, and not across two of them", (part, found) => {
  expect(TextList.of(["alder", "cd", "cedar dryer", "", "zürich"]).findPart(part)).toEqual(found);
});
