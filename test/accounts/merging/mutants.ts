import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "merging: a survivor below the merged customer keeps its parent",
    at: "merging/merging#resolveParent",
    change: edit("return readParent(merged);", "return readParent(survivor);"),
    tests: "test/accounts/merging/merge.test.ts -t circle",
  },
  {
    name: "merging: a record takes part in several merges at the same time",
    at: "merging/merging#mergeLockKeys",
    change: edit("[survivor_id, merged_id].map", "([] as string[]).map"),
    tests: "test/accounts/merging/merge.test.ts -t still",
  },
  {
    name: "merging: an unmerge also reverts later changes by users",
    at: "merging/field-choice.rules#revertChanges",
    change: edit("isDeepStrictEqual(asValues(current)[field] ?? null, after)", "after !== undefined"),
    tests: "test/accounts/merging/merge.test.ts -t both",
  },
];
