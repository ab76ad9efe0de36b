import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "tags: counts include kinds that were not requested",
    at: "tag/tag#findVisibleTags",
    change: edit("kinds.map(", "countedKinds.map("),
    tests: "test/platform/tag/tag.test.ts",
  },
];
