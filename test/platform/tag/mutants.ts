import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "tags: counts include kinds that were not requested",
    at: "tag/tag#findVisibleTags",
    change: edit("kinds.map((type) => [type, counts[type] ?? 0])", "Object.entries(counts)"),
    tests: "test/platform/tag/tag.test.ts",
  },
  {
    name: "tags: interactions are counted for callers who do not see all records",
    at: "tag/tag#resolveKinds",
    change: edit('visibleOwners === "all"', "visibleOwners"),
    tests: "test/platform/tag/tag.test.ts",
  },
  {
    name: "tags: the tags of interactions are in the counters that everyone reads",
    at: "table/viewer#resolveTagViewer",
    change: edit("subject ? SUBJECT_VIEWER : NONE", "NONE"),
    tests: "test/platform/tag/tag.test.ts",
  },
  {
    name: "tags: everyone is shown the tags of articles that are not published",
    at: "table/viewer#resolveTagViewer",
    change: never("isTagCounted"),
    tests: "test/platform/tag/tag.test.ts",
  },
  {
    name: "tags: a ticket that is only in a team counts for everyone",
    at: "table/viewer#resolveTagViewer",
    change: edit("listViewers(collection, record)[0]", "collection.ownerId(record) ?? NONE"),
    tests: "test/platform/tag/tag.test.ts",
  },
];
