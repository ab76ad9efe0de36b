import { expect, it } from "vitest";
import { collectFrozenNames, readFrozenNames } from "./frozen-names.ts";

const currentNames = await collectFrozenNames();
const frozenList = readFrozenNames(new URL("frozen-names.json.gz", import.meta.url), currentNames);

it("names are frozen of every domain and every kind of record", () => {
  expect(Object.keys(frozenList).length).toBeGreaterThan(150);
  expect(Object.keys(currentNames).sort()).toEqual(Object.keys(frozenList).sort());
});

it.each(Object.keys(frozenList))("the names of %s are as they were", (part) => {
  expect(currentNames[part]).toEqual(frozenList[part]);
});
