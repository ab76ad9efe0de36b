import { edit, type Mutant, never, property } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "search paths: a backfill starts without a delay",
    at: "search-path/search-path#create",
    change: property("due_at", "Clock.now()"),
    tests: "test/platform/search-path/index-entries.test.ts",
  },
  {
    name: "search paths: concurrent declarations overwrite each other",
    at: "path-set#putSet",
    change: edit(
      'condition: turn === 0 ? "attribute_not_exists(pk)" : "turn = :read",\n      ...(turn === 0 ? {} : { values: { ":read": turn } }),',
      "",
    ),
    tests: "test/platform/search-path/declaration.test.ts",
  },
  {
    name: "search paths: the number of declared paths is not limited",
    at: "search-path/search-path#create",
    change: never("length"),
    tests: "test/platform/search-path/declaration.test.ts",
  },
  {
    name: "search paths: a path into a sensitive field can be declared",
    at: "search-path.rules#checkPath",
    change: edit("if (secret) return pathFault(", "if (secret && !below) return pathFault("),
    tests: "test/platform/search-path/rules.test.ts",
  },
];
