import { always, edit, type Mutant, omit } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sensitive values: an export of the audit trail contains unredacted values",
    at: "audit.export#audit",
    change: omit("present"),
    tests: "test/platform/redaction/attacks.test.ts",
  },
  {
    name: "private records: the audit trail shows values of private records",
    at: "audit/audit#findHiddenRecords",
    change: always("canSeePrivate()"),
    tests: "test/invariants/visibility/private-records.test.ts",
  },
  {
    name: "private records: the audit trail shows values of notes about private activities",
    at: "audit/audit#findHiddenRecords",
    change: edit("visibleWithPrivate ? await findClosedIds(records.map(readParentId)) : ", ""),
    tests: "test/invariants/visibility/private-records.test.ts",
  },
];
