import { dirname } from "node:path";
import { expect, it } from "vitest";
import { Modules } from "../../scripts/mutate.ts";
import { mutants } from "../mutants.ts";
import { sampled } from "../sample.ts";

it("every mutant finds the declaration that it changes, and the tests that have to notice", () => {
  const some = new Set(sampled(mutants, { name: ({ name }) => name, kind: ({ change }) => change.how }));
  const modules = new Modules(dirname(dirname(import.meta.dirname)));
  expect(modules.faultsOf(mutants, (mutant) => some.has(mutant))).toEqual([]);
});

it("no two mutants have the same name", () => {
  const names = mutants.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
