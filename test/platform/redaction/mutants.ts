import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sensitive values: any user who reads a lead sees its sensitive details in full",
    at: "redaction#createRedactor",
    change: edit("opens && hasPermission(opens)", "opens"),
    tests: "test/platform/redaction/attacks.test.ts",
  },
];
