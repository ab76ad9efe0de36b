import { edit, type Mutant, replaceCall } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "expand: a user without read permission for a kind expands its records",
    at: "write/readable-records#findReadable",
    change: edit("hasPermission(kind.read)", "true"),
    tests: "test/functions/http/response-shape.test.ts",
  },
  {
    name: "bookkeeping fields: an expanded record contains bookkeeping fields",
    at: "views/expansion#loadRows",
    change: replaceCall("presentAnswer", "records.map(([, record], index) => collections[index]?.toRow(record))"),
    tests: "test/invariants/registry/fields-and-expand.test.ts",
  },
  {
    name: "expand: a record is expanded although its parent record is not visible",
    at: "write/readable-records#findReadable",
    change: edit("!parent || visibleParents.has(parent.id)", "true"),
    tests: "test/functions/http/response-shape.test.ts",
  },
  {
    name: "batch of reads: a user reads a kind without the permission",
    at: "views/read-execution#runRead",
    change: edit("rejection !== undefined", "rejection === null"),
    tests: "test/views/batch-read/batch-read.test.ts",
  },
];
