import { edit, type Mutant, replaceCall } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "loading: a block keeps more persons than it has room for",
    at: "load/items#buildTotalItems",
    change: edit(
      'yield buildBlockItem(tenant, block, all.length > MAX_BLOCK_PERSONS ? "full" : all);',
      "yield buildBlockItem(tenant, block, all);",
    ),
    tests: "test/local/load",
  },
  {
    name: "loading: counters begin anew with each slice",
    at: "load/items#buildTotalItems",
    change: replaceCall("map", "[...counts].map(([name, value]) => [name, value])"),
    tests: "test/local/load",
  },
];
