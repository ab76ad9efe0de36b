import { expect, it } from "vitest";
import { frozenNames, readFrozen } from "./frozen-names.ts";

const present = await frozenNames();
const frozen = readFrozen(new URL("frozen-names.json.gz", import.meta.url), present);

it("names are frozen of every domain and every kind of record", () => {
  expect(Object.keys(frozen).length).toBeGreaterThan(150);
  expect(Object.keys(present).sort()).toEqual(Object.keys(frozen).sort());
});

it.each(Object.keys(frozen))("the names of %s are as they were", (part) => {
  expect(present[part]).toEqual(frozen[part]);
});
