import { edit, type Mutant, replaceCall } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "loading: a block holds more persons than its capacity",
    at: "load/items#buildTotalItems",
    change: edit(
      'yield buildBlockItem(tenant, block, all.length > MAX_BLOCK_PERSONS ? "full" : all);',
      "yield buildBlockItem(tenant, block, all);",
    ),
    tests: "test/local/load",
  },
  {
    name: "loading: counters restart with each slice",
    at: "load/items#buildTotalItems",
    change: replaceCall("map", "[...counts].map(([name, value]) => [name, value])"),
    tests: "test/local/load",
  },
];
