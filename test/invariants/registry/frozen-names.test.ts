import { expect, it } from "vitest";
import { collectFrozenNames, listLostNames, readFrozenNames } from "./frozen-names.ts";

const currentNames = await collectFrozenNames();
const frozenNames = readFrozenNames(new URL("frozen-names.json.gz", import.meta.url), currentNames);
const parts = Object.keys(frozenNames);

it("covers each domain and each kind of record of the release", () => expect(parts.length).toBeGreaterThan(150));

/** Names that a domain declares are deployed without its own name, so a declaration may move to another domain. */
const domainNames = parts.filter((part) => part.startsWith("domain ")).flatMap((part) => currentNames[part] ?? []);

it.each(parts)("preserves the names of %s", (part) => {
  expect(listLostNames(frozenNames[part], part.startsWith("domain ") ? domainNames : currentNames[part])).toEqual([]);
});

it("reports a removed name and a moved column", () => {
  expect(listLostNames(["column 0 status", "column 1 name"], ["column 0 name", "column 1 status", "clock expiry"])).toEqual([
    "column 0 status",
    "column 1 name",
  ]);
});
