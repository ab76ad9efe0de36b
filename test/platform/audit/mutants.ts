import { always, type Mutant, omit } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sensitive: an export of the audit trail has values as they lie",
    at: "audit.export#audit",
    change: omit("present"),
    tests: "test/platform/redaction/attacks.test.ts",
  },
  {
    name: "private: the audit trail tells values of what is private",
    at: "audit/audit#findHiddenRecords",
    change: always("canSeePrivate()"),
    tests: "test/invariants/visibility/private-records.test.ts",
  },
];
