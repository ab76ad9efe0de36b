import { join } from "node:path";
import { expect, it } from "vitest";
import { ProjectModules } from "../../../scripts/source-mutation.ts";
import { mutants, mutantsByGuard } from "../../mutants.ts";
import { selectSample } from "../../support/sample.ts";

it("each mutant finds its declaration and the tests that must fail", () => {
  const sampledMutants = new Set(selectSample(mutants, { name: ({ name }) => name, kind: ({ change }) => change.kind }));
  const modules = new ProjectModules(join(import.meta.dirname, "..", "..", ".."));
  expect(modules.findFaults(mutants, (mutant) => sampledMutants.has(mutant))).toEqual([]);
});

it("each guard has its share of at most 230", () => {
  expect(Object.values(mutantsByGuard).filter(({ length }) => length < 35)).toEqual([]);
  expect(mutants.length).toBeLessThanOrEqual(230);
});

it("mutant names are unique", () => {
  const names = mutants.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
