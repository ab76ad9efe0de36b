import { edit, type Mutant, replaceCall } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "expand: a user without read permission for a kind expands its records",
    at: "views/expansion#loadRows",
    change: edit("hasPermission(kind.read)", "true"),
    tests: "test/functions/http/response-shape.test.ts",
  },
  {
    name: "bookkeeping fields: an expanded record contains bookkeeping fields",
    at: "views/expansion#loadRows",
    change: replaceCall("presentAnswer", "open.map(({ record, of: collection }) => collection.toRow(record))"),
    tests: "test/invariants/registry/fields-and-expand.test.ts",
  },
  {
    name: "expand: a record is expanded although its parent record is not visible",
    at: "views/expansion#loadRows",
    change: edit("!above || seen.has(above.id)", "true"),
    tests: "test/functions/http/response-shape.test.ts",
  },
];
