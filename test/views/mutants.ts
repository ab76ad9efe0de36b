import { edit, type Mutant, replaceCall } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "expand: a user who may not read records of a kind expands them",
    at: "views/expansion#loadRows",
    change: edit("hasPermission(kind.read)", "true"),
    tests: "test/functions/http/response-shape.test.ts",
  },
  {
    name: "bookkeeping: what stands beside an id has it",
    at: "views/expansion#loadRows",
    change: replaceCall("presentAnswer", "open.map(({ record, of: collection }) => collection.toRow(record))"),
    tests: "test/invariants/registry/fields-and-expand.test.ts",
  },
  {
    name: "expand: what is seen with another record is seen without it",
    at: "views/expansion#loadRows",
    change: edit("!above || seen.has(above.id)", "true"),
    tests: "test/functions/http/response-shape.test.ts",
  },
];
