import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sensitive: whoever reads a lead is shown its detail in full",
    at: "redaction#createRedactor",
    change: edit("opens && hasPermission(opens)", "opens"),
    tests: "test/platform/redaction/attacks.test.ts",
  },
];
