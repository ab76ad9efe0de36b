import { expect, it } from "vitest";
import { collectFrozenNames, listLostNames, readFrozenNames } from "./frozen-names.ts";

const currentNames = await collectFrozenNames();
const frozenNames = readFrozenNames(new URL("frozen-names.json.gz", import.meta.url), currentNames);
const parts = Object.keys(frozenNames);

it("covers every domain and every kind of record of the release", () => expect(parts.length).toBeGreaterThan(150));

it.each(parts)("keeps the names of %s", (part) => {
  expect(listLostNames(frozenNames[part], currentNames[part])).toEqual([]);
});

it("reports a name that was removed, and a column that moved", () => {
  expect(listLostNames(["column 0 status", "column 1 name"], ["column 0 name", "column 1 status", "clock expiry"])).toEqual([
    "column 0 status",
    "column 1 name",
  ]);
});
