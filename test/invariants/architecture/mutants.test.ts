import { join } from "node:path";
import { expect, it } from "vitest";
import { ProjectModules } from "../../../scripts/source-mutation.ts";
import { mutants } from "../../mutants.ts";
import { selectSample } from "../../support/sample.ts";

it("every mutant finds the declaration that it changes, and the tests that have to notice", () => {
  const some = new Set(selectSample(mutants, { name: ({ name }) => name, kind: ({ change }) => change.kind }));
  const modules = new ProjectModules(join(import.meta.dirname, "..", "..", ".."));
  expect(modules.findFaults(mutants, (mutant) => some.has(mutant))).toEqual([]);
});

it("each folder's list is found", () => expect(mutants.length).toBeGreaterThan(1200));

it("no two mutants have the same name", () => {
  const names = mutants.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
