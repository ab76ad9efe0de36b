import { edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "territories: an inactive territory is assigned",
    at: "territory.rules#findEntry",
    change: edit("isInUse(territory) && fits", "fits"),
    tests: "test/sales/territory/territory.test.ts",
  },
  {
    name: "territories: a manually set territory keeps the explanation of the rule",
    at: "territory/territory#explainPlacement",
    change: returns("before.territory_rule"),
    tests: "test/sales/territory/territory.test.ts",
  },
];
