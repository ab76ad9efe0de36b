import { edit, type Mutant, never, property } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "paths: a backfill begins at once",
    at: "search-path/search-path#create",
    change: property("due_at", "Clock.now()"),
    tests: "test/platform/search-path/index-entries.test.ts",
  },
  {
    name: "paths: two declare over each other",
    at: "path-set#putSet",
    change: edit(
      'condition: turn === 0 ? "attribute_not_exists(pk)" : "turn = :read",\n      ...(turn === 0 ? {} : { values: { ":read": turn } }),',
      "",
    ),
    tests: "test/platform/search-path/declaration.test.ts",
  },
  {
    name: "paths: any number is declared",
    at: "search-path/search-path#create",
    change: never("length"),
    tests: "test/platform/search-path/declaration.test.ts",
  },
  {
    name: "paths: what is sensitive is declared",
    at: "search-path.rules#checkPath",
    change: edit("if (secret) return pathFault(", "if (secret && !below) return pathFault("),
    tests: "test/platform/search-path/rules.test.ts",
  },
];
