import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "potentials: a converted potential can be converted again",
    at: "potential/potential#requireUnconverted",
    change: never("became"),
    tests: "test/sales/potential/potential.test.ts",
  },
  {
    name: "potentials: a potential with a final status is chosen for the customer",
    at: "potential/potential#findNewestOpen",
    change: edit("!(await isFinal(potential.status))", "potential"),
    tests: "test/sales/potential/potential.test.ts",
  },
];
